from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Let reasons be compared with the source texts; pages still come in their reader's language."""
    with translation.override("en"):
        yield
