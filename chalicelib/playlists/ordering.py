"""The order of a playlist's entries: ranks with gaps between them, from data to data.

A rank is a whole number of at most 38 digits, which is what DynamoDB keeps exactly. What is put between two
others takes a random place about the middle of the gap, so that several people who put something there at the
same moment hardly ever choose the same; if they do, their entries stand in the order of their ids. Where no
rank is left between two entries, all of them are spread anew. Ranks as text (the library
``fractional-indexing``) would grow with every move into one gap, and leave no room between equals.
"""

from collections.abc import Mapping
from random import Random

GAP = 2**80
"""Between entries that were put one behind the other; forty moves into the same place may use it up."""

LARGEST = 10**37
"""Ranks beyond it are spread anew, long before DynamoDB would round them."""


def in_order(ranks: Mapping[str, int]) -> list[str]:
    """The ids of the entries, first to last."""
    return sorted(ranks, key=lambda entry_id: (ranks[entry_id], entry_id))


def place(ranks: Mapping[str, int], entry_id: str, after: str | None, chance: Random) -> dict[str, int]:
    """The ranks to write so that this entry, new or not, stands right behind another; None is the top.

    Usually its own alone; everybody's where no room is left. Raises KeyError where ``after`` is not there
    or the entry itself.
    """
    others = [other for other in in_order(ranks) if other != entry_id]
    try:
        index = others.index(after) + 1 if after is not None else 0
    except ValueError:
        raise KeyError(after) from None
    before = ranks[others[index - 1]] if index > 0 else None
    behind = ranks[others[index]] if index < len(others) else None
    rank = _between(before, behind, chance)
    if rank is not None:
        return {entry_id: rank}
    others.insert(index, entry_id)
    return {other: (position + 1) * GAP for position, other in enumerate(others)}


def _between(before: int | None, behind: int | None, chance: Random) -> int | None:
    """A rank between these two, in the middle half of the gap; None where there is none."""
    if before is None:
        before = (behind or 0) - 2 * GAP
    if behind is None:
        behind = before + 2 * GAP
    quarter = (behind - before) // 4
    rank = (before + behind) // 2 + chance.randint(-quarter, quarter)
    return rank if before < rank < behind and abs(rank) <= LARGEST else None
