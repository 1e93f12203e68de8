"""What somebody recorded: deleted, or kept without their name, as they agreed for each."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws
from chalicelib.activity import log
from chalicelib.conversations.feedback_models import Door
from chalicelib.erasing import rows
from chalicelib.erasing.work import Done, Erasing, nobody, repeat
from chalicelib.sharing.models import Share, key_of
from chalicelib.tracks import consent, library, transcribing
from chalicelib.tracks.models import FORMER_NAME, Track, former_id
from chalicelib.workspaces.models import Member


def recordings(of: Erasing) -> Iterator[Done]:
    """Delete what is to be deleted and what only they could hear; take the name out of everything else.

    What was hidden with an answer of theirs goes as the answer does: nobody could show it again.
    """
    member = of.member
    for speaker_id in (member.member_id, former_id(member.member_id)):
        for spoken in list(Track.of_speaker(speaker_id)):
            yield from _links(member, spoken)
            yield from _door(member, spoken)
            repeat(partial(_erased, member, spoken, of.now))
            yield Done(1)


def _links(member: Member, track: Track) -> Iterator[Done]:
    found = Share.of_item(key_of(member.workspace_id, "track", track.track_id))
    return rows.delete(share for share in found if share.created_by == member.member_id)


def _door(member: Member, track: Track) -> Iterator[Done]:
    keys = [(Door.on_track(track.track_id), member.member_id)]
    return rows.delete(Door.batch_get(keys, consistent_read=True))


def _erased(member: Member, spoken: Track, now: datetime) -> bool:
    track = aws.found(Track, spoken.workspace_id, spoken.track_id)
    if track is None:
        return True
    nobodys = former_id(member.member_id)
    if track.speaker_id not in (member.member_id, nobodys):
        return True
    is_own = track.meant_audience in (member.own_key, f"m#{nobodys}")
    goes_with_answer = track.hidden is not None and track.hidden.with_report is not None
    if not track.is_ready or is_own or goes_with_answer or track.consent.on_leaving == consent.DELETE:
        return library.deleted(track, actor_id=member.member_id, now=now)
    if track.transcript is not None and track.transcript.names_voices:
        transcribing.unname(track, now=now)
        return False
    return _unnamed(member, track, now)


def _unnamed(member: Member, track: Track, now: datetime) -> bool:
    """Let nobody be its speaker any more; what only they could hear of it expires.

    What follows from ``track_changed`` takes the name out of its files.
    """
    own_keys = (track.own_key, member.own_key)
    expiring: list[str] = []
    for former in track.former:
        if former.audience_key is None or former.audience_key in own_keys:
            if former.media_key is not None:
                expiring.append(str(former.media_key))
            former.media_key = former.audience_key = None
    speaker_name = track.speaker_name
    track.speaker_id = nobody()
    actions: list[Action] = [
        Track.speaker_id.set(track.speaker_id),
        Track.speaker_name.set(FORMER_NAME),
        Track.former.set(track.former),
        *consent.placed(track, str(track.meant_audience)),
        *consent.carried(track, now),
        Track.changed_at.set(now),
        Track.version.add(1),
        Track.upload.remove(),
    ]

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Track(track.workspace_id, track.track_id),
            actions=actions,
            condition=(Track.version == track.version) & (Track.speaker_name == speaker_name),
        )
        tell = partial(
            log.record,
            transaction,
            audience_key=member.own_key,
            workspace_id=track.workspace_id,
            actor_id=None,
            now=now,
            track_id=track.track_id,
        )
        tell("track_changed")
        if expiring:
            tell("audio_replaced", details={"keys": expiring})

    return aws.written(fill)
