"""The order of a playlist's entries: ranks with gaps between them, from data to data.

A rank is a whole number of at most 38 digits, which is what DynamoDB keeps exactly; who is put between two
others gets the middle of the gap. Writers at the same moment may choose the same rank: such entries stand in
the order of their ids. Where no rank is left between two entries, all of them are spread anew. Ranks as text
(the library ``fractional-indexing``) would grow with every move into one gap, with no room between equals.
"""

from collections.abc import Mapping

GAP = 2**60
"""Between entries that were put one behind the other; sixty moves into the same place use it up."""

LARGEST = 10**37
"""Ranks beyond it are spread anew, long before DynamoDB would round them."""


def in_order(ranks: Mapping[str, int]) -> list[str]:
    """The ids of the entries, first to last."""
    return sorted(ranks, key=lambda entry_id: (ranks[entry_id], entry_id))


def place(ranks: Mapping[str, int], entry_id: str, after: str | None) -> dict[str, int]:
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
    rank = _between(before, behind)
    if rank is not None:
        return {entry_id: rank}
    others.insert(index, entry_id)
    return {other: (position + 1) * GAP for position, other in enumerate(others)}


def _between(before: int | None, behind: int | None) -> int | None:
    """A rank between these two; None where there is none."""
    if before is None:
        rank = GAP if behind is None else behind - GAP
    elif behind is None:
        rank = before + GAP
    else:
        rank = (before + behind) // 2
        if not before < rank < behind:
            return None
    return rank if abs(rank) <= LARGEST else None
