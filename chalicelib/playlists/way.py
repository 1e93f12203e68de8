"""A member's way through a playlist, from data to data: what is done of it, where to go on, what is new."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.playlists.models import Entry
from chalicelib.progress import coverage
from chalicelib.progress.models import Loop
from chalicelib.progress.standing import Standing


@dataclass(frozen=True)
class Heard:
    """How far a member is in an entry; in its part alone, where it has one."""

    position_ms: int
    coverage: float
    completed: bool


NOTHING = Heard(0, 0.0, False)


def heard(entry: Entry, standing: Standing) -> Heard:
    """How far a member with this standing in its track is in an entry."""
    if entry.part is None:
        share = standing.coverage(entry.duration_ms)
        return Heard(standing.position_ms, share, standing.completed_at is not None)
    own = coverage.part(*entry.part, entry.duration_ms)
    covered = coverage.is_covered(standing.heard, own, coverage.PART_PERCENT)
    return Heard(
        standing.position_ms,
        coverage.share(standing.heard, own),
        covered or standing.completed_at is not None,
    )


def resume_ms(entry: Entry, standing: Standing, now: datetime) -> int:
    """Where in its track an entry goes on: within its part, where it has one."""
    position_ms = standing.resume_at(entry.duration_ms, now)
    if entry.part is None:
        return position_ms
    begin, end = entry.part
    return position_ms if begin <= position_ms < end else begin


def resume(
    lines: Sequence[Entry], playable: Collection[str], done: Collection[str], last: str | None
) -> str | None:
    """The entry to go on with, by its id and never by its place.

    The one heard last or, where that is completed or gone, the next that is not; the first that is not
    completed otherwise. None where everything is.
    """
    open_ones = [line.entry_id for line in lines if line.entry_id in playable and line.entry_id not in done]
    order = [line.entry_id for line in lines]
    behind = order[order.index(last) :] if last in order else order
    return next((each for each in open_ones if each in behind), next(iter(open_ones), None))


def is_completed(
    lines: Sequence[Entry], playable: Collection[str], done: Collection[str], began_at: datetime | None
) -> bool:
    """Whether everything is completed that is needed for it."""
    wanted = needed(lines, playable, began_at)
    return bool(wanted) and all(each in done for each in wanted)


def needed(lines: Sequence[Entry], playable: Collection[str], began_at: datetime | None) -> list[str]:
    """The ids of the entries that are not optional and were there when the member began."""
    return [
        line.entry_id
        for line in lines
        if line.entry_id in playable and not line.optional and (began_at is None or line.added_at <= began_at)
    ]


def new_to(member_id: str, lines: Sequence[Entry], playable: Collection[str], loop: Loop) -> set[str]:
    """What others have added since the member looked at the playlist last, or began with it."""
    looked = [moment for moment in (loop.seen_at, loop.started_at) if moment is not None]
    if not looked:
        return set()
    since = max(looked)
    return {
        line.entry_id
        for line in lines
        if line.entry_id in playable and line.added_by != member_id and line.added_at > since
    }
