"""What rounds look like to a member of their group."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib import times
from chalicelib.groups import summary
from chalicelib.groups.models import Round
from chalicelib.groups.views import ColleagueView, People, waits_for
from chalicelib.tracks import library
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member

Status = Literal["open", "closed", "rolled_over"]


class ContributionView(msgspec.Struct):
    """What a member contributed to a round; neither text nor track where the track was taken back."""

    member: ColleagueView
    at: datetime
    text: str | None
    track_id: str | None
    title: str | None
    duration_ms: int | None


class RoundView(msgspec.Struct, kw_only=True):
    """A round."""

    round_id: str
    topic: str
    status: Status
    opens_at: datetime
    closes_at: datetime
    expected: Annotated[int, Meta(description="How many it waits or waited for.")]
    contributions: list[ContributionView]
    waits_for_me: bool
    stepped_out: Annotated[bool, Meta(description="Whether the caller has left this round.")]
    playlist_id: Annotated[str | None, Meta(description="What was spoken, once it is over.")]
    summary: Annotated[str | None, Meta(description="What came of it, once it is over.")]


def shown(me: Member, found: Sequence[Round]) -> list[RoundView]:
    """Rounds of one of the caller's groups, with of each contribution what the caller may hear."""
    people = People(me.workspace_id, [member_id for each in found for member_id in each.given])
    tracks = library.visible(
        me, {given.track_id for each in found for given in each.given.values() if given.track_id}
    )
    return [_round(me, each, people, tracks) for each in found]


def _round(me: Member, found: Round, people: People, tracks: dict[str, Track]) -> RoundView:
    stepped_out = set(found.stepped_out or ())
    contributions = []
    for member_id, given in found.given.items():
        track = tracks.get(given.track_id) if given.track_id else None
        contributions.append(
            ContributionView(
                member=people.speaking(member_id, track),
                at=times.from_epoch_ms(given.at_ms),
                text=given.text,
                track_id=track.track_id if track else None,
                title=track.title if track else None,
                duration_ms=int(track.duration_ms) if track else None,
            )
        )
    expected = len(set(found.expected or ()) - stepped_out)
    return RoundView(
        round_id=found.round_id,
        topic=found.topic,
        status=found.status,  # type: ignore[arg-type]
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        expected=expected,
        contributions=contributions,
        waits_for_me=waits_for(me, found),
        stepped_out=me.member_id in stepped_out,
        playlist_id=found.playlist_id,
        summary=None
        if found.status == "open"
        else summary.of(found.topic, [(each.member.name, each.duration_ms) for each in contributions]),
    )
