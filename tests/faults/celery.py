"""The portal's Celery application, whose beat ticks as fast as time passes (tests/faults/settings.py)."""

from introprogram.celery import app
from tests.faults.settings import SPEED

for entry in app.conf.beat_schedule.values():
    entry["schedule"] /= SPEED
