"""Every place at which the code lets a test cut the power."""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

CALLED = re.compile(r"""\bcrash_point\("([^"]+)"\)""")


def crash_points() -> list[str]:
    """The names in all calls of `common.faults.crash_point`, each once: channels have some in common."""
    ours = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]
    return sorted({name for app in ours for file in app.rglob("*.py") for name in CALLED.findall(file.read_text())})
