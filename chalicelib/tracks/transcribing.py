"""Transcripts: a speaker writes, changes and removes them, whoever may hear the track reads them.

One lies in the bucket under a key that is random and never used again. The track knows the key before
anything lies there, so that whatever dies in between leaves nothing that nobody erases.
"""

import uuid
from datetime import datetime

import msgspec
from botocore.exceptions import ClientError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, settings
from chalicelib.activity import log
from chalicelib.tracks import captions, said, storing, uploads
from chalicelib.tracks.captions import Kind, Said
from chalicelib.tracks.models import Track, Transcript
from chalicelib.tracks.uploads import AUDIO_URL_LASTS, Reading
from chalicelib.tracks.views import TrackView, TranscriptView
from chalicelib.workspaces.models import Member

TRIES = 5
"""How often is tried again what meets another change."""


def shown(me: Member, track_id: str, *, now: datetime) -> TranscriptView:
    """The transcript as whoever may hear the track reads it; its speaker also that of an earlier revision.

    Raises `NotFound`, `TrackRetired`.
    """
    for _ in range(TRIES):
        track = uploads.heard_by(me, track_id, now=now)
        if track.is_retired and track.speaker_id != me.member_id:
            raise errors.TrackRetired
        found = track.transcript if track.speaker_id == me.member_id else track.present_transcript
        if found is None:
            break
        spoken = kept(found)
        if spoken is not None:
            return TranscriptView.of(track, found, spoken.nameless if track.is_nameless else spoken)
    raise errors.NotFound


def kept(transcript: Transcript) -> Said | None:
    """What a transcript says; None where another has just taken its place."""
    try:
        found = aws.client("s3").get_object(Bucket=settings.MEDIA_BUCKET, Key=transcript.key)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        return None
    return captions.read(found["Body"].read().decode())


def write(
    me: Member, track_id: str, text: str, *, expected_version: int | None, now: datetime
) -> TranscriptView:
    """Let this be what is said in the present revision of a track of one's own.

    Raises `NotFound`, `TrackNotReady`, `InvalidRequest` where it is no transcript of it, `StaleVersion`.
    """
    for _ in range(TRIES):
        track = uploads.of_speaker(me, track_id, now=now)
        if not track.is_ready:
            raise errors.TrackNotReady
        spoken = _read(text, int(track.duration_ms))
        if expected_version not in (None, track.version):
            break
        transcript = _drafted(track, spoken)
        if _changed(track, (transcript, said.packed(spoken)), now):
            return TranscriptView.of(uploads.of_speaker(me, track_id, now=now), transcript, spoken)
        storing.erase(transcript.key)
    raise errors.StaleVersion(msgspec.to_builtins(TrackView.of(track, me)))


def remove(me: Member, track_id: str, *, now: datetime) -> None:
    """Let a track of one's own have no transcript; the stream's reader erases it. Raises `NotFound`."""
    for _ in range(TRIES):
        track = uploads.of_speaker(me, track_id, now=now)
        if track.transcript is None or _changed(track, None, now):
            return
    raise errors.StaleVersion(msgspec.to_builtins(TrackView.of(track, me)))


def unname(track: Track, *, now: datetime) -> None:
    """Have the transcript of a track as it was read name no voices; that of an earlier recording goes."""
    found = track.present_transcript
    spoken = kept(found) if found is not None else None
    if spoken is None:
        _changed(track, None, now)
        return
    transcript = _drafted(track, spoken.nameless)
    if not _changed(track, (transcript, said.packed(spoken.nameless)), now):
        storing.erase(transcript.key)


def address(transcript: Transcript, *, reading: Reading) -> str:
    """Where a transcript can be fetched as a file for the next 5 minutes."""
    kind = msgspec.convert(transcript.kind, Kind)
    url = aws.client("s3").generate_presigned_url(
        reading,
        Params={
            "Bucket": settings.MEDIA_BUCKET,
            "Key": transcript.key,
            "ResponseContentType": captions.content_type(kind),
        },
        ExpiresIn=int(AUDIO_URL_LASTS.total_seconds()),
    )
    return str(url)


def keys(track: Track) -> list[str]:
    """Where transcripts of the track lie, or may come to lie."""
    present = [] if track.transcript is None else [str(track.transcript.key)]
    return present + sorted(track.transcript_drafts or ())


def _read(text: str, duration_ms: int) -> Said:
    try:
        return captions.read(text).within(duration_ms)
    except captions.NotReadable as error:
        raise errors.InvalidRequest(f"{error}.") from error


def _drafted(track: Track, spoken: Said) -> Transcript:
    """A transcript that lies in the bucket and is not the track's yet. Raises `NotFound`."""
    key = f"transcripts/{uuid.uuid4().hex}"
    noted = [Track.transcript_drafts.add({key})]
    if not aws.updated(Track(track.workspace_id, track.track_id), noted, Track.track_id.exists()):
        raise errors.NotFound
    aws.client("s3").put_object(
        Bucket=settings.MEDIA_BUCKET,
        Key=key,
        Body=captions.written(spoken).encode(),
        ContentType=captions.content_type(spoken.kind),
        CacheControl="private, no-cache",
    )
    return Transcript(key=key, revision=track.revision, kind=spoken.kind, names_voices=spoken.names_voices)


def _changed(track: Track, written: tuple[Transcript, bytes] | None, now: datetime) -> bool:
    """Give the track as it was read another transcript with its words, or none; False where it changed."""
    actions: list[Action] = [Track.version.add(1)]
    condition = Track.version == track.version
    drafts = set(track.transcript_drafts or ())
    if written is None:
        actions += [Track.transcript.remove(), Track.words.remove(), Track.words_at.remove()]
    else:
        transcript, words = written
        actions += [Track.transcript.set(transcript), Track.words.set(words), Track.words_at.set(now)]
        condition &= Track.transcript_drafts.contains(transcript.key)
        drafts.add(transcript.key)
    if drafts:
        actions.append(Track.transcript_drafts.delete(drafts))

    def fill(transaction: TransactWrite) -> None:
        transaction.update(Track(track.workspace_id, track.track_id), actions=actions, condition=condition)
        log.record(
            transaction,
            "transcript_changed",
            f"m#{track.speaker_id}",
            workspace_id=track.workspace_id,
            actor_id=track.speaker_id,
            now=now,
            track_id=track.track_id,
            details={"keys": keys(track)},
        )

    return aws.written(fill)
