"""The settings of processes that a test may kill: they know postcards, and time passes SPEED times as fast there.

Whatever the portal measures by its clock, a lease or a wait, keeps its length in relation to all others; what is
measured in real seconds is divided by as much (and beat's ticks, tests/faults/celery.py). So nothing is promised to
a process that runs 20 times as fast which the portal doesn't promise.
"""

import math
import os
from functools import partial

from django.utils import timezone

from introprogram import settings as portal
from introprogram.settings import *  # noqa: F403
from tests.faults.quick import quick_time

SPEED = float(os.environ.get("SPEED", "1"))
START = float(os.environ.get("START", "0"))  # the Unix time from which on it passes faster
AHEAD = float(os.environ.get("AHEAD", "0"))  # seconds by which it was put forward then

INSTALLED_APPS = [
    *portal.INSTALLED_APPS,
    "tests.messaging.postcards.PostcardsConfig",
    "tests.faults.kinds.KindsConfig",
]
EMAIL_TIMEOUT = 2
CELERY_TASK_TIME_LIMIT = math.ceil(portal.CELERY_TASK_TIME_LIMIT / SPEED)
CELERY_TASK_SOFT_TIME_LIMIT = math.ceil(portal.CELERY_TASK_SOFT_TIME_LIMIT / SPEED)


if SPEED != 1 or AHEAD:
    timezone.now = partial(quick_time, START, SPEED, AHEAD)
