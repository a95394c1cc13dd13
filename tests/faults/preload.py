"""What a process that is about to be killed has loaded (tests/faults/processes.py)."""

import os

import django
from django.urls import get_resolver

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.settings"
django.setup()
assert get_resolver().url_patterns  # with them, all pages and what they use

import tests.faults.jobs  # noqa: E402, F401
