"""Row locks: taken inside a transaction, in the order of the key, so that two actions can't wait for each other."""

from typing import TypeVar

from django.db import models, transaction

Row = TypeVar("Row", bound=models.Model)


def lock(row: Row) -> Row:
    """Return `row` read afresh and locked until the transaction ends.

    SQLite has no row locks; there the whole database has one writer at a time (transaction mode IMMEDIATE).
    Raises TransactionManagementError outside a transaction, and DoesNotExist if the row is gone.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("lock() needs a transaction")
    return row.__class__._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
