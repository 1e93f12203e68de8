"""What listeners send to speakers: thanks, "I used it", and what they say in their own words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID, uuid5

from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.activity import log
from chalicelib.conversations import voice
from chalicelib.conversations.loop_models import Thanks
from chalicelib.tracks import uploads
from chalicelib.tracks.models import Track, is_former
from chalicelib.tracks.views import AudioView
from chalicelib.workspaces.models import Member

Kind = Literal["thanks", "used", "teach_back"]

TELLS: Final[Mapping[Kind, log.Kind]] = {
    "thanks": "thanks_sent",
    "used": "use_told",
    "teach_back": "taught_back",
}

NAMES: Final = UUID("a0c8e4f2-6d1b-4f39-8a57-2c9be0d3f715")
"""The namespace of the ids of what is sent (RFC 9562, section 6.6)."""


def thank(me: Member, track_id: str, kind: Kind, *, now: datetime) -> None:
    """Thank the speaker of a track that the caller may hear, or tell them that it was of use; once each.

    Raises `NotFound`, `OwnTrack`.
    """
    track = uploads.heard_by(me, track_id, now=now)
    send(me, track.speaker_id, track_id, kind, now=now)


def send(
    me: Member,
    speaker_id: str,
    track_id: str,
    kind: Kind,
    *,
    now: datetime,
    text: str | None = None,
    said: Track | None = None,
) -> None:
    """Send this to the speaker of a track, with what is written or said; again in place of the first.

    The speaker is told the first time alone. Raises `OwnTrack`, and `NotFound` where nobody is to know them.
    """
    if is_former(speaker_id):
        raise errors.NotFound
    if speaker_id == me.member_id:
        raise errors.OwnTrack
    thanks = Thanks(
        speaker_id,
        str(uuid5(NAMES, f"{track_id}#{me.member_id}#{kind}")),
        workspace_id=me.workspace_id,
        sender_id=me.member_id,
        kind=kind,
        track_id=track_id,
        text=text,
        voice_track_id=said.track_id if said else None,
        voice_revision=said.revision if said else None,
        sent_at=now,
    )

    def fill(transaction: TransactWrite) -> None:
        transaction.save(thanks, condition=Thanks.speaker_id.does_not_exist())
        log.record(
            transaction,
            TELLS[kind],
            f"m#{speaker_id}",
            workspace_id=me.workspace_id,
            actor_id=me.member_id,
            now=now,
            track_id=track_id,
        )

    if not aws.written(fill) and kind == "teach_back":
        aws.patiently(thanks.save)


def of_speaker(
    me: Member, *, limit: int, after: dict[str, Any] | None
) -> tuple[list[Thanks], dict[str, Any] | None]:
    """What was sent to the caller, newest first, and the position behind it."""
    found = Thanks.of_speaker(me.member_id, limit=limit, after=after)
    shown = list(found)
    return shown, aws.behind(found, shown)


def audio(me: Member, thanks_id: str, *, now: datetime) -> AudioView:
    """Where to hear what was said to the caller. Raises `NotFound`."""
    thanks = aws.found(Thanks, me.member_id, thanks_id)
    if thanks is None:
        raise errors.NotFound
    return voice.audio(me.workspace_id, thanks.voice_track_id, thanks.voice_revision, now=now)
