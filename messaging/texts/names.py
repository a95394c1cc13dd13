"""What placeholders are called: a text is read and written with names of its own language, and kept with keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from django.utils import translation
from django.utils.translation import pgettext

from messaging.texts.text import Placeholder, Wording
from messaging.texts.writing import FACTS, PLACEHOLDER, in_braces


@dataclass(frozen=True)
class Names:
    """Placeholders with their names in one language; `facts` is that of the line where the facts stand."""

    placeholders: tuple[Placeholder, ...]
    facts: str

    @classmethod
    def of(cls, placeholders: Iterable[Placeholder], language: str = "") -> Self:
        """Name them in `language`, by default the active one; what explains them stays in that of whoever reads it."""
        with translation.override(language or translation.get_language()):
            named = tuple(replace(placeholder, name=str(placeholder.name)) for placeholder in placeholders)
            return cls(named, pgettext("placeholder name", "facts"))

    @property
    def known(self) -> frozenset[str]:
        """What may stand in braces, beside the facts."""
        return frozenset(str(placeholder.name) for placeholder in self.placeholders)

    def shown(self, wording: Wording) -> Wording:
        """A wording that is kept, as it is read and written."""
        return _renamed(wording, self._name_of)

    def kept(self, wording: Wording) -> Wording:
        """A wording as it was written, the way it is kept."""
        return _renamed(wording, {name: key for key, name in self._name_of.items()})

    @property
    def _name_of(self) -> dict[str, str]:
        return {FACTS: self.facts, **{one.key: str(one.name) for one in self.placeholders}}


def _renamed(wording: Wording, names: Mapping[str, str]) -> Wording:
    """What isn't known stays as it is."""

    def rename(text: str) -> str:
        return PLACEHOLDER.sub(lambda found: in_braces(names.get(found[1], found[1])), text)

    return Wording(rename(wording.subject), rename(wording.body))
