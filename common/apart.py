"""Content from outside, read in a process of its own that may be killed (ASVS 5.0, 5.2)."""

import json
import subprocess
import sys
from typing import Any


class Unreadable(Exception):  # noqa: N818 -- it is an answer, not a fault
    """The content can't be read; `code` says why: "too_large", "broken", or one of the script's own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_apart(script: str, content: bytes, *arguments: str, seconds: int) -> Any:
    """Return what the Python file `script`, which ends in common.child.answer, makes of `content`.

    It has no environment, no database and no Django, and is killed after `seconds`. Raises Unreadable.
    """
    try:
        process = subprocess.run(  # noqa: S603 -- no shell: a name is a name
            # -I: nothing from the environment or the working folder is loaded; env: and it learns no secrets.
            [sys.executable, "-I", script, *arguments],
            input=content,
            capture_output=True,
            timeout=seconds,
            env={},
            check=False,
        )
        said = json.loads(process.stdout)
    except subprocess.TimeoutExpired:
        raise Unreadable("too_large") from None
    except ValueError:  # killed by its limits, or worse
        raise Unreadable("broken") from None
    if "error" in said:
        raise Unreadable(said["error"])
    return said["answer"]
