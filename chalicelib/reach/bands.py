"""Numbers of people as bands, so that no single one of them shows."""

from typing import Final

BANDS: Final = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
"""``5`` stands for 5 to 9 people, ``10`` for 10 to 19; fewer than 5 are not told from nobody."""

PARTS: Final = 10
"""Of a track, where listeners may have left off."""


def band(people: int) -> int | None:
    """The band of a number of people, None below the first."""
    return max((least for least in BANDS if least <= people), default=None)


def part(position_ms: int, duration_ms: int) -> int:
    """In which part of a track a position is, from 0."""
    return min(PARTS * position_ms // duration_ms, PARTS - 1)
