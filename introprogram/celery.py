"""The Celery application and its beat: plain intervals, each tick safe to repeat."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "introprogram.settings")

app = Celery("introprogram")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "materialise and send messages": {"task": "messaging.tasks.dispatch", "schedule": 30.0},
    "render certificates": {"task": "certificates.tasks.render_pending", "schedule": 60.0},
    "issue certificates automatically": {"task": "certificates.tasks.issue_automatically", "schedule": 600.0},
    "remove files that no certificate names": {"task": "certificates.tasks.sweep_files", "schedule": 3600.0},
    "serve waiting lists": {"task": "participants.tasks.serve_waiting_lists", "schedule": 60.0},
    "carry out confirmed lists": {"task": "participants.tasks.carry_out_imports", "schedule": 30.0},
    "forget codes for numbers": {"task": "accounts.tasks.forget_codes", "schedule": 3600.0},
    "forget uploaded lists": {"task": "participants.tasks.purge_imports", "schedule": 3600.0},
    "forget old drafts of enrolments": {"task": "participants.tasks.purge_drafts", "schedule": 3600.0},
    "forget what people needed": {"task": "participants.tasks.purge_needs", "schedule": 3600.0},
    "remove files of material that is gone": {"task": "sessions.tasks.sweep_materials", "schedule": 3600.0},
}
