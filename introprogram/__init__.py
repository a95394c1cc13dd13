"""Composes the portal: settings, URLs, Celery, home page and health. Nothing imports it."""

from introprogram.celery import app as celery_app

__all__ = ["celery_app"]
