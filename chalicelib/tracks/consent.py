"""What a speaker agrees to, and whom a track is for by it."""

from datetime import datetime
from typing import Final

from msgspec import UNSET
from pynamodb.expressions.update import Action

from chalicelib import aws, errors
from chalicelib.auth import audience, membership
from chalicelib.tracks.models import Consent, Track
from chalicelib.tracks.views import ConsentView
from chalicelib.workspaces.models import Member

KEEP: Final = "keep"
NAMELESS: Final = "keep_without_name"
DELETE: Final = "delete"
"""What becomes of a track when its speaker leaves the workspace."""


def agreed(me: Member, given: ConsentView, before: Consent | None = None) -> Consent:
    """The consent as a track keeps it; what it says of leaving, where that is left out, as before.

    Raises `NotFound` where the group is not one of the speaker's, `NoMentor` where nobody is there.
    """
    if given.group_id is not None:
        audience.of_group(me, given.group_id)
    if given.audience == "mentor" and me.mentor is None and membership.refreshed(me).mentor is None:
        raise errors.NoMentor("Choose another audience.")
    on_leaving: str = KEEP if before is None else before.on_leaving
    if given.on_leaving is not UNSET:
        on_leaving = given.on_leaving
    return Consent(
        audience=given.audience,
        group_id=given.group_id,
        public_link=given.public_link,
        named_publicly=given.named_publicly,
        on_leaving=on_leaving,
    )


def audience_key(track: Track, consent: Consent) -> str:
    """Whom the track is for from now on.

    A track that is ready stays with whom it was published for as long as the speaker chooses no other
    audience: with the mentor of then, not of now.
    """
    meant = track.meant_audience
    if meant is not None and _chosen(track.consent) == _chosen(consent):
        return meant
    return audience.key_for(
        consent.audience,
        track.workspace_id,
        track.speaker_id,
        group_id=consent.group_id,
        mentor_id=_mentor_id(track) if consent.audience == "mentor" else None,
    )


def placed(
    track: Track,
    meant: str,
    *,
    retired: bool | None = None,
    hidden: bool | None = None,
    aside: bool | None = None,
) -> list[Action]:
    """What has a track heard by the audience that it is meant for, or withholds it from them.

    Without a word it stays as retired, as hidden and as set aside as it is.
    """
    heard_by: str | None = meant
    if track.hidden is not None if hidden is None else hidden:
        heard_by = track.own_key
    if track.is_set_aside if aside is None else aside:
        heard_by = track.own_key
    if track.is_retired if retired is None else retired:
        heard_by = None
    return [
        Track.audience_key.remove() if heard_by is None else Track.audience_key.set(heard_by),
        Track.meant_for.remove() if heard_by == meant else Track.meant_for.set(meant),
    ]


def carried(track: Track, now: datetime) -> list[Action]:
    """What has the words of its transcript looked for by whom it is placed with now."""
    return [] if track.words is None else [Track.words_at.set(now)]


def _chosen(consent: Consent) -> tuple[str, str | None]:
    return consent.audience, consent.group_id


def _mentor_id(track: Track) -> str | None:
    speaker = aws.found(Member, track.workspace_id, track.speaker_id)
    if speaker is None:
        return None
    return speaker.mentor.member_id if speaker.mentor else None
