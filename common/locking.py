"""Row locks: taken inside a transaction, in the order of the key, so that two actions can't wait for each other."""

from typing import TypeVar

from django.db import OperationalError, models, transaction
from django.utils.translation import gettext as _

from common.exceptions import Gone

Row = TypeVar("Row", bound=models.Model)
# PostgreSQL's serialization_failure, deadlock_detected, lock_not_available
LOST = {"40001", "40P01", "55P03"}


def lock(row: Row) -> Row:
    """Return `row` read afresh and locked until the transaction ends.

    SQLite has no row locks; there the whole database has one writer at a time (transaction mode IMMEDIATE).
    Raises TransactionManagementError outside a transaction, and Gone if the row has been deleted.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("lock() needs a transaction")
    found = row.__class__._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None:
        raise Gone(_("It has been deleted meanwhile."))
    return found


def lost_to_another(error: OperationalError) -> bool:
    """Whether PostgreSQL ended a transaction for the sake of another's locks: tried again, it may succeed."""
    return getattr(error.__cause__, "pgcode", None) in LOST
