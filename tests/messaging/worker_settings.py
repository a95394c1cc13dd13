"""The settings of a worker that knows postcards."""

from introprogram.settings import *  # noqa: F403
from introprogram.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.messaging.postcards.PostcardsConfig"]
EMAIL_TIMEOUT = 2
