"""How far a track has come, as its speaker sees it."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.reach import bands
from chalicelib.reach.models import Reach

Band = Annotated[
    int | None, Meta(description="At least so many people and fewer than the next band; null below 5.")
]


class ReachView(msgspec.Struct, kw_only=True):
    """How many have heard the present revision of a track, in bands; counted once a week."""

    revision: int
    heard: Band
    completed: Band
    left_off: Annotated[
        list[int | None],
        Meta(description="For each tenth of the track, in bands, how many have stopped there so far."),
    ]
    counted_at: Annotated[datetime | None, Meta(description="Null before the first counting.")]

    @classmethod
    def of(cls, reach: Reach | None, revision: int) -> "ReachView":
        """What was counted of this revision; nothing where it was not counted yet."""
        if reach is None or reach.revision != revision:
            return cls(
                revision=revision, heard=None, completed=None, left_off=[None] * bands.PARTS, counted_at=None
            )
        return cls(
            revision=revision,
            heard=_whole(reach.heard),
            completed=_whole(reach.completed),
            left_off=[_whole(each) for each in reach.left_off],
            counted_at=reach.counted_at,
        )


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
