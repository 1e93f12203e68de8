"""Announcing a track, the presigned POST to upload it with, and the presigned GET to hear it.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import uuid6
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, settings, times
from chalicelib.auth import audience, membership
from chalicelib.aws import failed_conditions, transact
from chalicelib.tracks.consent import agreed
from chalicelib.tracks.models import GONE_AFTER, UPLOAD, Revision, Track, Upload
from chalicelib.tracks.views import AudioView, ConsentView, UploadForm
from chalicelib.workspaces import quotas
from chalicelib.workspaces.models import Member, Quota

FORM_LASTS = timedelta(minutes=15)
AUDIO_URL_LASTS = timedelta(minutes=5)
MOST_UPLOADS_A_DAY = 300
MOST_BYTES_A_DAY = 3_000_000_000

Reading = Literal["get_object", "head_object"]


@dataclass(frozen=True)
class Announced:
    """What the client says of a file. ``peaks`` and ``loudness_lufs`` are shown, never trusted."""

    content_type: str
    size_bytes: int
    peaks: bytes | None
    loudness_lufs: float | None


def announce(
    me: Member,
    title: str,
    file: Announced,
    consent: ConsentView,
    *,
    about: Mapping[str, Any],
    track_id: str | None,
    now: datetime,
) -> tuple[Track, UploadForm | None]:
    """A track that waits for its upload, and the form to upload it with; ``about`` as `about.About` says it.

    The same ``track_id`` from the same speaker names the same track: announcing can be repeated, and the
    form is None where the upload has arrived. Raises `AlreadyExists`, `QuotaReached`, and what
    `consent.agreed` raises.
    """
    track = Track(
        me.workspace_id,
        track_id or str(uuid6.uuid7()),
        title=title,
        speaker_id=me.member_id,
        speaker_name=me.name,
        consent=agreed(me, consent),
        created_at=now,
        published_at=now,
        upload=_upload(file, now),
        expires_at=times.epoch(now + GONE_AFTER),
        **about,
    )

    def fill(transaction: TransactWrite) -> None:
        transaction.save(track, condition=Track.track_id.does_not_exist())
        _count(transaction, me, file.size_bytes, now)

    try:
        transact(fill)
    except TransactWriteError as error:
        failed = failed_conditions(error)
        if 0 in failed:
            return _announced_before(me, track.track_id, now)
        if 1 in failed:
            raise _quota_reached(now) from error
        raise
    return track, form(track, now)


def renew(me: Member, track_id: str, file: Announced, *, now: datetime) -> tuple[Track, UploadForm]:
    """A fresh form for a track of one's own: for one that waits, for another try, for recording it anew.

    Raises `NotFound`, `NothingToUpload` while an upload is being processed, `TrackRetired`, `QuotaReached`.
    """
    track = of_speaker(me, track_id, now=now)
    if track.is_retired:
        raise errors.TrackRetired
    upload = _upload(file, now)
    waits = (
        Track.upload.does_not_exist()
        | UPLOAD.status.is_in("awaiting_upload", "rejected")
        | (UPLOAD.lease_until < now)
    )
    actions: list[Action] = [Track.upload.set(upload)]
    if track.is_ready:
        as_read = Track.media_key.exists() & Track.retired_at.does_not_exist()
    else:
        as_read = Track.track_id.exists() & Track.media_key.does_not_exist()
        actions.append(Track.expires_at.set(times.epoch(now + GONE_AFTER)))

    def fill(transaction: TransactWrite) -> None:
        transaction.update(Track(me.workspace_id, track_id), actions=actions, condition=as_read & waits)
        _count(transaction, me, file.size_bytes, now)

    try:
        transact(fill)
    except TransactWriteError as error:
        failed = failed_conditions(error)
        if 0 in failed:
            raise errors.NothingToUpload from error
        if 1 in failed:
            raise _quota_reached(now) from error
        raise
    track.upload = upload
    return track, form(track, now)


def form(track: Track, now: datetime) -> UploadForm:
    """A presigned POST for exactly this key and type, and no more bytes than were announced."""
    upload = track.upload
    content_type = {"Content-Type": upload.content_type}
    presigned = aws.client("s3").generate_presigned_post(
        settings.MEDIA_BUCKET,
        key_of(track),
        Fields=dict(content_type),
        Conditions=[content_type, ["content-length-range", 1, int(upload.size_bytes)]],
        ExpiresIn=int(FORM_LASTS.total_seconds()),
    )
    return UploadForm(presigned["url"], presigned["fields"], now + FORM_LASTS)


def key_of(track: Track) -> str:
    """Where the track's present upload goes."""
    return f"uploads/{track.workspace_id}/{track.track_id}/{track.upload.upload_id}"


def next_key(key: str) -> str:
    """Where the file goes that is made of the one under this key; it says nothing of what lies there.

    An attempt that is made again puts it there again: one that died leaves nothing that nobody knows of.
    """
    return f"media/{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def media_keys(track: Track) -> list[str]:
    """Where the audio of all revisions of a track is."""
    keys = [str(revision.media_key) for revision in track.former if revision.media_key is not None]
    return keys if track.media_key is None else [*keys, str(track.media_key)]


def audio(me: Member, track_id: str, *, now: datetime) -> AudioView:
    """Where to hear a track for the next 5 minutes. Raises `NotFound`, `TrackNotReady`, `TrackRetired`."""
    return signed(played_by(me, track_id, now=now), now=now)


def signed(track: Track | Revision, *, now: datetime, reading: Reading = "get_object") -> AudioView:
    """Where to hear a track or an earlier revision for the next 5 minutes, or to ask with HEAD what it is.

    It is for who may hear it. S3 answers with 403 where the method is not the one that was signed.
    """
    params = {"Bucket": settings.MEDIA_BUCKET, "Key": track.media_key}
    if track.content_type is not None:
        params["ResponseContentType"] = track.content_type
    url = aws.client("s3").generate_presigned_url(
        reading, Params=params, ExpiresIn=int(AUDIO_URL_LASTS.total_seconds())
    )
    return AudioView(url, now + AUDIO_URL_LASTS, track.loudness_lufs, int(track.revision))


def played_by(me: Member, track_id: str, *, now: datetime) -> Track:
    """A ready track that this member may play: one that is retired its speaker alone.

    Raises `NotFound`, `TrackNotReady`, `TrackRetired`.
    """
    track = heard_by(me, track_id, now=now)
    if not track.is_ready:
        raise errors.TrackNotReady
    if track.is_retired and track.speaker_id != me.member_id:
        raise errors.TrackRetired
    return track


def heard_by(me: Member, track_id: str, *, now: datetime) -> Track:
    """A track that this member may hear, or has spoken; one that is retired is still known to them.

    Raises `NotFound`, after the same reads whether it is hidden or not there.
    """
    track = aws.found(Track, me.workspace_id, track_id)
    if track is not None and track.speaker_id == me.member_id and not track.is_gone(now):
        return track
    heard_in = track.known_to if track is not None and track.is_ready else None
    may_hear = audience.may_open(me, heard_in) or audience.may_open(membership.refreshed(me), heard_in)
    if track is None or not may_hear:
        raise errors.NotFound
    return track


def of_speaker(me: Member, track_id: str, *, now: datetime) -> Track:
    """A track of one's own. Raises `NotFound`."""
    track = heard_by(me, track_id, now=now)
    if track.speaker_id != me.member_id:
        raise errors.NotFound
    return track


def _upload(file: Announced, now: datetime) -> Upload:
    return Upload(
        upload_id=uuid.uuid4().hex,
        content_type=file.content_type,
        size_bytes=file.size_bytes,
        created_at=now,
        peaks=file.peaks,
        loudness_lufs=file.loudness_lufs,
    )


def _count(transaction: TransactWrite, me: Member, size_bytes: int, now: datetime) -> None:
    transaction.update(
        quotas.today(me, now),
        actions=[Quota.upload_bytes.add(size_bytes), *quotas.more(Quota.uploads, 1, now)],
        condition=quotas.room(Quota.uploads, MOST_UPLOADS_A_DAY, 1)
        & quotas.room(Quota.upload_bytes, MOST_BYTES_A_DAY, size_bytes),
    )


def _quota_reached(now: datetime) -> errors.QuotaReached:
    files, gigabytes = MOST_UPLOADS_A_DAY, MOST_BYTES_A_DAY // 10**9
    return quotas.reached(f"You may upload {files} files and {gigabytes} GB a day. Go on tomorrow.", now)


def _announced_before(me: Member, track_id: str, now: datetime) -> tuple[Track, UploadForm | None]:
    try:
        track = of_speaker(me, track_id, now=now)
    except errors.NotFound as error:
        raise errors.AlreadyExists from error
    return track, form(track, now) if track.status == "awaiting_upload" else None
