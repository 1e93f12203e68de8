"""From an upload to a track: identify, check, tag, store under a new key, publish.

Everything may happen twice, late, out of order or stop in the middle: what is done is decided by
conditional writes on the track's own state. An upload is claimed with a lease; who loses it loses nothing.
"""

import logging
import re
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import msgspec
from botocore.exceptions import ClientError
from cachetools import TTLCache, cached
from pynamodb.exceptions import DoesNotExist, TransactWriteError, UpdateError

from chalicelib import aws, settings
from chalicelib.activity import log as activity_log
from chalicelib.auth import audience
from chalicelib.aws import failed_conditions, is_failed_condition, transact
from chalicelib.tracks import guard, uploads
from chalicelib.tracks.containers import CONTENT_TYPES
from chalicelib.tracks.models import UPLOAD, Revision, Track
from chalicelib.tracks.reading import Found
from chalicelib.tracks.rejections import Rejected
from chalicelib.tracks.tagging import Tags
from chalicelib.workspaces.models import Workspace

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
"""How long one attempt may take: the timeout of the function."""

TRIES = 3
KEY = re.compile(r"uploads/([A-Za-z0-9_-]{1,64})/([A-Za-z0-9_-]{1,64})/([0-9a-f]{32})")


class StillProcessing(Exception):
    """Another attempt holds the lease; the message comes again when it has run out."""


@dataclass(frozen=True)
class Arrived:
    """An object that S3 says was created."""

    workspace_id: str
    track_id: str
    upload_id: str

    @property
    def key(self) -> str:
        return f"uploads/{self.workspace_id}/{self.track_id}/{self.upload_id}"


def process_message(body: str, *, now: datetime) -> None:
    """Process what an S3 event notification names; S3's test event names nothing.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html

    Raises `msgspec.DecodeError` or ValueError for a message that is none, and whatever keeps an upload
    from being processed now.
    """
    for upload in arrived_in(body):
        process(upload, now=now)


def arrived_in(body: str) -> list[Arrived]:
    """The uploads that an S3 event notification names."""
    notification = msgspec.json.decode(body, type=_Notification)
    if notification.event == "s3:TestEvent":
        return []
    if notification.records is None:
        raise ValueError("not an S3 event notification")
    return [_arrived(record.s3.object.key) for record in notification.records]


def process(upload: Arrived, *, now: datetime) -> None:
    """Make the uploaded file the track's audio, or reject it with a reason.

    Raises `StillProcessing` while another attempt holds the lease.
    """
    track = _claim(upload, now)
    if track is None:
        return
    try:
        source = _Source(upload.key)
        found = guard.inspect(source.read, source.size)
        with tempfile.TemporaryDirectory() as folder:
            _publish(track, found, source.download(Path(folder) / "audio"), now)
    except Rejected as rejected:
        _reject(track, rejected)
    _erase(upload.key)


def reject_dead(body: str, *, now: datetime) -> None:
    """Give up on what an S3 event notification from the dead-letter queue names, and say so to the speaker.

    The upload stays where it is, so that it can be sent through again (``infra/redrive.py``).
    """
    for upload in arrived_in(body):
        track = _claim(upload, now)
        if track is not None:
            log.error("an upload could not be processed", extra={"key": upload.key})
            _reject(track, Rejected("could_not_process"))


def erase(keys: list[str]) -> None:
    """Erase what lay in the bucket of a track that was taken back."""
    for key in keys:
        _erase(key)


def retag(workspace_id: str, track_id: str) -> None:
    """Tag a ready track's file anew, under a new key, where its tags are not what they should be."""
    try:
        track = Track.get(workspace_id, track_id, consistent_read=True)
    except DoesNotExist:
        return
    tags = _tags(track)
    if not track.is_ready or track.tagged == _as_text(tags):
        return
    before, after = track.media_key, uploads.new_media_key()
    with tempfile.TemporaryDirectory() as folder:
        file = _Source(before).download(Path(folder) / "audio")
        guard.tag(file, track.container, tags)
        _store(file, after, track.content_type)
    try:
        track.update(
            actions=[
                Track.media_key.set(after),
                Track.tagged.set(_as_text(tags)),
            ],
            condition=Track.media_key == before,
        )
    except UpdateError as error:
        _erase(after)
        if not is_failed_condition(error):
            raise
        raise StillProcessing("the file was replaced in the meantime") from error
    _supersede(before)


class _Object(msgspec.Struct):
    key: str


class _S3(msgspec.Struct):
    object: _Object


class _Record(msgspec.Struct):
    s3: _S3


class _Notification(msgspec.Struct, rename={"records": "Records", "event": "Event"}):
    records: list[_Record] | None = None
    event: str | None = None


class _Source:
    """An object read by ranges, always the same one even where another is put under its key."""

    def __init__(self, key: str) -> None:
        try:
            head = aws.client("s3").head_object(Bucket=settings.MEDIA_BUCKET, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
                raise
            raise Rejected("upload_missing") from error
        self.size: int = head["ContentLength"]
        self._of = {"Bucket": settings.MEDIA_BUCKET, "Key": key, "IfMatch": head["ETag"]}

    def read(self, offset: int, length: int) -> bytes:
        """These bytes of the object."""
        span = f"bytes={offset}-{offset + length - 1}"
        body: bytes = aws.client("s3").get_object(**self._of, Range=span)["Body"].read()
        return body

    def download(self, path: Path) -> Path:
        """The whole object in a file, in constant memory."""
        with path.open("wb") as file:
            for chunk in aws.client("s3").get_object(**self._of)["Body"].iter_chunks(1 << 20):
                file.write(chunk)
        return path


def _arrived(quoted_key: str) -> Arrived:
    key = unquote_plus(quoted_key)
    match = KEY.fullmatch(key)
    if match is None:
        raise ValueError(f"not the key of an upload: {key[:200]}")
    return Arrived(*match.groups())


def _claim(upload: Arrived, now: datetime) -> Track | None:
    """The track, claimed for this attempt; None where there is nothing to do for this upload any more."""
    track = Track(upload.workspace_id, upload.track_id)
    free = UPLOAD.status.is_in("awaiting_upload") | (
        (UPLOAD.status == "processing") & (UPLOAD.lease_until < now)
    )
    again = UPLOAD.reason_code == "could_not_process"
    try:
        track.update(
            actions=[
                UPLOAD.status.set("processing"),
                UPLOAD.lease_until.set(now + LEASE),
                UPLOAD.reason_code.remove(),
                UPLOAD.reason.remove(),
                Track.expires_at.remove(),
            ],
            condition=(UPLOAD.upload_id == upload.upload_id) & (free | again),
        )
    except UpdateError as error:
        if not is_failed_condition(error):
            raise
        if _is_being_processed(upload):
            raise StillProcessing(upload.key) from error
        log.info("nothing left to do for an upload", extra={"key": upload.key})
        _erase(upload.key)
        return None
    return track


def _is_being_processed(upload: Arrived) -> bool:
    try:
        track = Track.get(upload.workspace_id, upload.track_id, consistent_read=True)
    except DoesNotExist:
        return False
    present = track.upload
    return present is not None and present.upload_id == upload.upload_id and present.status == "processing"


def _reject(track: Track, rejected: Rejected) -> None:
    try:
        track.update(
            actions=[
                UPLOAD.status.set("rejected"),
                UPLOAD.reason_code.set(rejected.code),
                UPLOAD.reason.set(rejected.sentence),
            ],
            condition=_held(track),
        )
    except UpdateError as error:
        if not is_failed_condition(error):
            raise
        log.info("the lease was lost", extra={"track_id": track.track_id})


def _publish(track: Track, found: Found, file: Path, now: datetime) -> None:
    media_key = track.upload.media_key
    for _ in range(TRIES):
        tags = _tags(track)
        guard.tag(file, found.container, tags)
        _store(file, media_key, CONTENT_TYPES[found.container])
        if _published(track, found, file.stat().st_size, tags, now):
            if track.media_key is not None:
                log.info("a new revision", extra={"track_id": track.track_id})
            return
        try:
            present = Track.get(track.workspace_id, track.track_id, consistent_read=True)
        except DoesNotExist:
            _erase(media_key)
            return
        if (
            present.upload is None
            or present.upload.upload_id != track.upload.upload_id
            or present.upload.lease_until != track.upload.lease_until
        ):
            return
        track = present
    raise StillProcessing("the track changes all the time")


def _published(track: Track, found: Found, size_bytes: int, tags: Tags, now: datetime) -> bool:
    """Write the one transaction that makes the track ready; False where it changed or the lease was lost."""
    upload = track.upload
    first = track.media_key is None
    actions: list[Any] = [
        Track.audience_key.set(
            audience.key_for(track.consent.audience, track.workspace_id, track.speaker_id)
        ),
        Track.revision.set(track.revision + 1),
        Track.media_key.set(upload.media_key),
        Track.content_type.set(CONTENT_TYPES[found.container]),
        Track.container.set(found.container),
        Track.codec.set(found.codec),
        Track.bit_rate.set(found.bit_rate),
        Track.size_bytes.set(size_bytes),
        Track.duration_ms.set(found.duration_ms),
        Track.tagged.set(_as_text(tags)),
        Track.version.add(1),
        Track.upload.remove(),
    ]
    shown: list[tuple[Any, Any]] = [
        (Track.peaks, upload.peaks),
        (Track.loudness_lufs, upload.loudness_lufs),
        (Track.suggested_title, found.title),
    ]
    actions += [path.remove() if value is None else path.set(value) for path, value in shown]
    if first:
        actions.append(Track.published_at.set(now))
    else:
        former = Revision(
            revision=track.revision,
            media_key=track.media_key,
            duration_ms=track.duration_ms,
            published_at=track.revised_at or track.published_at,
        )
        actions += [Track.former.set([*track.former, former]), Track.revised_at.set(now)]

    def fill(transaction: Any) -> None:
        transaction.update(
            Track(track.workspace_id, track.track_id),
            actions=actions,
            condition=_held(track) & (Track.version == track.version),
        )
        activity_log.record(
            transaction,
            "track_published" if first else "track_revised",
            audience.key_for(track.consent.audience, track.workspace_id, track.speaker_id),
            workspace_id=track.workspace_id,
            actor_id=track.speaker_id,
            now=now,
            track_id=track.track_id,
        )

    try:
        transact(fill)
    except TransactWriteError as error:
        if not failed_conditions(error):
            raise
        return False
    return True


def _held(track: Track) -> Any:
    """That this attempt still holds the lease it took."""
    return (UPLOAD.upload_id == track.upload.upload_id) & (UPLOAD.lease_until == track.upload.lease_until)


def _tags(track: Track) -> Tags:
    return Tags(
        title=track.title,
        album=_workspace_name(track.workspace_id),
        artist=track.speaker_name if track.consent.named_publicly else None,
    )


def _as_text(tags: Tags) -> str:
    return msgspec.json.encode(tags).decode()


@cached(TTLCache(maxsize=1024, ttl=60))
def _workspace_name(workspace_id: str) -> str:
    return str(Workspace.get(workspace_id).name)


def _store(file: Path, key: str, content_type: str) -> None:
    aws.client("s3").upload_file(
        str(file),
        settings.MEDIA_BUCKET,
        key,
        ExtraArgs={"ContentType": content_type, "CacheControl": "private, max-age=86400"},
    )


def _supersede(key: str) -> None:
    """Leave a replaced file to the bucket's lifecycle, for whoever is listening to it at this moment."""
    aws.client("s3").put_object_tagging(
        Bucket=settings.MEDIA_BUCKET,
        Key=key,
        Tagging={"TagSet": [{"Key": "superseded", "Value": "yes"}]},
    )


def _erase(key: str) -> None:
    aws.client("s3").delete_object(Bucket=settings.MEDIA_BUCKET, Key=key)
