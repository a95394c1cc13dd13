"""A list as it was read: its lines, and the rows that follow from where its columns are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from participants.details import without_identity_number
from participants.importing.headings import Lines

SAMPLES = 3


@dataclass(frozen=True)
class Position:
    """A column of a file: where it stands, counted from 0, its heading if it has one, and some of what is in it."""

    at: int
    heading: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """Lines with their numbers in the file; `headed`: the first holds headings."""

    lines: tuple[tuple[int, tuple[str, ...]], ...] = ()
    headed: bool = False

    @classmethod
    def of(cls, lines: Lines, *, headings: int | None) -> Self:
        """What is kept of `lines`: nothing above the `headings`, and no cell that is a personal identity number."""
        kept = lines[headings or 0 :]
        return cls(
            tuple((number, tuple(map(without_identity_number, cells))) for number, cells in kept),
            headed=headings is not None,
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `as_json` wrote; empty if it has been forgotten."""
        lines = tuple((number, tuple(cells)) for number, cells in data.get("lines", ()))
        return cls(lines, headed=data.get("headed", False))

    def as_json(self) -> dict[str, Any]:
        return {"lines": self.lines, "headed": self.headed}

    @property
    def people(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """The lines below the headings."""
        return self.lines[self.headed :]

    def rows(self, columns: Mapping[str, int], fixed: Mapping[str, str]) -> list[dict[str, Any]]:
        """The people as Import keeps them, with the `columns` at their positions and what is `fixed` for all."""
        return [
            {"number": number, "values": {**fixed, **{column: _cell(cells, at) for column, at in columns.items()}}}
            for number, cells in self.people
        ]

    def positions(self) -> list[Position]:
        """The columns that hold anything, in the order of the file."""
        width = max((len(cells) for _number, cells in self.lines), default=0)
        return [position for at in range(width) if (position := self._position(at)).heading or position.samples]

    def _position(self, at: int) -> Position:
        heading = _cell(self.lines[0][1], at) if self.headed else ""
        return Position(at, heading, tuple(_first(_cell(cells, at) for _number, cells in self.people)))


def _first(cells: Iterable[str]) -> list[str]:
    """The first few that hold anything and differ."""
    found: dict[str, None] = {}
    for cell in cells:
        if cell:
            found[cell] = None
        if len(found) == SAMPLES:
            break
    return list(found)


def _cell(cells: tuple[str, ...], position: int) -> str:
    return cells[position] if position < len(cells) else ""
