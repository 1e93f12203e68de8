"""Which texts a person means who types the beginnings of some of their words; no AWS."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from chalicelib.folding import fold

E = TypeVar("E", bound="Entry")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found: its folded texts on a line each, the most telling first."""

    id: str
    at: str
    text: str


def entry(entry_id: str, at: str, *texts: str) -> Entry:
    """Something with these texts, the most telling first; of equals the later ``at`` comes first."""
    return Entry(entry_id, at, folded(*texts))


def folded(*texts: str) -> str:
    """These texts as they are searched, on a line each."""
    return "\n".join(map(fold, texts))


def wanted(typed: str) -> list[str]:
    """What has to stand in a text, all of it; nothing where no letter and no digit was typed."""
    return [folded for folded in map(fold, typed.split()) if folded]


def best(entries: Iterable[E], wanted: list[str]) -> list[E]:
    """Those in which all of this stands: first those with most of it in their most telling texts."""
    if not wanted:
        return []
    first, *others = wanted
    found = [each for each in entries if first in each.text]
    for other in others:
        found = [each for each in found if other in each.text]
    found.sort(key=lambda each: each.at, reverse=True)
    found.sort(key=lambda each: _rank(each, wanted))
    return found


def _rank(entry: Entry, wanted: list[str]) -> int:
    """How far from the most telling text what is wanted stands."""
    return sum(entry.text.count("\n", 0, entry.text.index(each)) for each in wanted)
