"""A column that follows from others of its row."""

from typing import Any

from django.db import models

from participants.rules.names import normalised


class NameKeyField(models.CharField):  # type: ignore[type-arg]
    """The normalised form of the row's first and last name, taken whenever the row is stored as a whole.

    People are found by it under any spelling, on both databases and by an index, which folding in a query can't do:
    the order of words is no function of SQL. Who stores a changed name with `update_fields` names this one too.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return what is stored, and leave it on the instance."""
        key = normalised(f"{model_instance.first_name} {model_instance.last_name}")  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, key)
        return key
