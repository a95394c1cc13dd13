"""The other side of common.apart: how a script that reads untrusted content limits itself and answers.

Needs neither Django nor the environment: such a script has neither.
"""

import json
import resource
import sys
from collections.abc import Callable


def answer(read: Callable[..., object], *arguments: str, refusal: type[Exception], memory: int, seconds: int) -> None:
    """Print what `read` makes of standard input as {"answer": …}, or {"error": CODE} if it raises `refusal`(CODE).

    `memory` is in bytes of addresses, `seconds` are of work: more of either ends in "too_large", or in a kill.
    """
    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):
            continue  # not every system can set every limit; the parent's patience is one that always holds
    try:
        said: dict[str, object] = {"answer": read(sys.stdin.buffer.read(), *arguments)}
    except refusal as error:
        said = {"error": str(error)}
    except MemoryError:
        said = {"error": "too_large"}
    except Exception:  # whatever broken content does to its reader, the answer is the same
        said = {"error": "broken"}
    sys.stdout.write(json.dumps(said))
