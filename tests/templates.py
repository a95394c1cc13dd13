"""Makes a template of ours that prints an undefined variable a failed test, instead of a silent gap in the page."""

import sys
from pathlib import Path
from types import FrameType

import pytest
from django.conf import settings
from django.template.base import FilterExpression, Node

OUR_FOLDER = Path(settings.BASE_DIR) / "templates"
FILTERS_FOR_OPTIONAL_VARIABLES = {"default", "default_if_none", "yesno"}


class UndefinedFails(str):
    """The engine's `string_if_invalid`, an empty text: Django asks for its truth where a variable is undefined."""

    __slots__ = ()

    def __bool__(self) -> bool:
        resolving = sys._getframe(1)
        expression = resolving.f_locals.get("self")
        if isinstance(expression, FilterExpression) and not is_optional(expression):
            template = template_of(resolving)
            if template and template.is_relative_to(OUR_FOLDER):
                pytest.fail(f"Undefined variable {{{{ {expression.token} }}}} in {template.relative_to(OUR_FOLDER)}")
        return False


def is_optional(expression: FilterExpression) -> bool:
    """Tell whether the template itself says what stands in for a missing variable."""
    return any(function.__name__ in FILTERS_FOR_OPTIONAL_VARIABLES for function, _arguments in expression.filters)


def template_of(frame: FrameType | None) -> Path | None:
    """Return the file of the template node that is being rendered in `frame` or above it."""
    while frame:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None):
            return Path(node.origin.name)
        frame = frame.f_back
    return None
