"""The base of every model: a UUID as key, so that no public URL can be guessed or counted."""

import uuid

from django.db import models

BATCH = 500  # rows in one statement


class BaseModel(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
