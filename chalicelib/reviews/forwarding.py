"""Where a retired track leads: to its successor or, where that was retired too, on to the end of the line.

A successor was no retired track when it became one, and whoever is brought back leads nowhere: so no line
comes back to where it was.
"""

from collections.abc import Collection
from typing import Final

from chalicelib.auth import audience
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member

MOST_STEPS: Final = 10
"""Successors that were retired themselves; a longer line leads nowhere."""


def ends(workspace_id: str, successor_ids: Collection[str]) -> dict[str, Track]:
    """The track at the end of each of these lines, by the id that it begins with: one read for each step.

    A line without a track at its end is left out: it was taken back, or its last one retired.
    """
    at = {first: first for first in successor_ids}
    known: dict[str, Track] = {}
    for _ in range(1 + MOST_STEPS):
        missing = set(at.values()) - known.keys()
        if not missing:
            break
        found = Track.batch_get([(workspace_id, each) for each in sorted(missing)], consistent_read=True)
        known |= {track.track_id: track for track in found}
        for first, here in at.items():
            track = known.get(here)
            if track is not None and track.is_retired and track.successor_id is not None:
                at[first] = track.successor_id
    found_at = {first: known[here] for first, here in at.items() if here in known}
    return {first: track for first, track in found_at.items() if track.is_ready and not track.is_retired}


def open_to(me: Member, successor_ids: Collection[str]) -> dict[str, Track]:
    """Those of `ends` that the caller may open; of the others they hear nothing, not even a title."""
    return {
        first: track
        for first, track in ends(me.workspace_id, successor_ids).items()
        if audience.may_open(me, track.audience_key) or track.speaker_id == me.member_id
    }
