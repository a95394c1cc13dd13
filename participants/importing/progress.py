"""How far a worker has come with a list (docs/adr/0024): a number in the cache, which anyone can do without.

The work is one transaction, so that no row of the database can tell of it before its end.
"""

import logging
from uuid import UUID

from django.core.cache import cache

logger = logging.getLogger(__name__)
KEPT = 600  # seconds: longer than a worker is given


def tell(upload: UUID, done: int) -> None:
    """Say that so many people of `upload` are done. A cache that is away stops nobody's work."""
    try:
        cache.set(_key(upload), done, KEPT)
    except Exception:
        logger.warning("the progress of import %s could not be told", upload, exc_info=True)


def told(upload: UUID) -> int:
    """How many people of `upload` are done, as far as anyone has told."""
    try:
        return int(cache.get(_key(upload), 0))
    except Exception:
        logger.warning("the progress of import %s could not be asked", upload, exc_info=True)
        return 0


def _key(upload: UUID) -> str:
    return f"import-{upload}"
