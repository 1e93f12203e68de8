"""From an upload to a track: identify, check, tag, store under a new key, publish.

Everything may happen twice, late, out of order or stop in the middle: what is done is decided by
conditional writes on the track's own state. An upload is claimed with a lease; who loses it loses nothing.
"""

import logging
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import msgspec
from botocore.exceptions import ClientError
from cachetools import TTLCache, cached
from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactWrite

from chalicelib import aws, settings, times
from chalicelib.activity import log as activity_log
from chalicelib.auth import audience
from chalicelib.tracks import consent, guard, uploads
from chalicelib.tracks.containers import CONTENT_TYPES
from chalicelib.tracks.models import MOST_FORMER, UPLOAD, Revision, Track
from chalicelib.tracks.reading import Found
from chalicelib.tracks.rejections import Rejected
from chalicelib.tracks.tagging import Tags
from chalicelib.workspaces.models import Workspace

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
"""How long one attempt may take: the timeout of the function."""

TRIES = 3
COULD_NOT_PROCESS = "could_not_process"
FOLDER = "earshot-track-"
GONE = ("404", "NoSuchKey", "MethodNotAllowed")
"""How S3 says that there is no object, or only the mark of an erased one."""

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

    Raises `StillProcessing` while another attempt holds the lease, or where one has taken it meanwhile.
    """
    track = _claim(upload, now)
    if track is None:
        return
    try:
        source = _Source(upload.key)
        found = guard.inspect(source.read, source.size)
        with _folder() as folder:
            done = _publish(track, found, source.download(folder / "audio"), now)
    except Rejected as rejected:
        done = _reject(track, rejected)
    if done:
        _erase(upload.key)
    else:
        _clear_up(upload)


def reject_dead(body: str, *, now: datetime) -> None:
    """Give up on what an S3 event notification from the dead-letter queue names, and say so to the speaker.

    The upload stays where it is, so that it can be sent through again (``infra/redrive.py``).
    """
    for upload in arrived_in(body):
        track = _claim(upload, now)
        if track is None:
            continue
        log.error("an upload could not be processed", extra={"key": upload.key})
        if not _reject(track, Rejected(COULD_NOT_PROCESS)):
            _clear_up(upload)


def erase(keys: list[str]) -> None:
    """Erase what lay in the bucket of a track that was taken back."""
    for key in keys:
        _erase(key)


def retag(workspace_id: str, track_id: str, *, now: datetime) -> None:
    """Tag a ready track's file anew, under another key, where its tags are not what they should be.

    Files of earlier recordings keep theirs, unless they name a speaker who is not to be named any more.
    """
    for _ in range(TRIES + MOST_FORMER):
        track = _present(workspace_id, track_id)
        if track is None or not track.is_ready:
            return
        if track.tagged != _as_text(_tags(track)):
            _retagged(track, now)
            continue
        naming = _naming(track)
        if naming is None:
            return
        _retagged_before(track, naming, now)
    raise StillProcessing("the track changes all the time")


def supersede(keys: list[str]) -> None:
    """Leave replaced files to the bucket's lifecycle, for whoever is listening to them at this moment."""
    for key in keys:
        try:
            aws.client("s3").put_object_tagging(
                Bucket=settings.MEDIA_BUCKET,
                Key=key,
                Tagging={"TagSet": [{"Key": "superseded", "Value": "yes"}]},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise


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
            raise _missing(error) from error
        self.size: int = head["ContentLength"]
        self._of = {"Bucket": settings.MEDIA_BUCKET, "Key": key, "IfMatch": head["ETag"]}

    def read(self, offset: int, length: int) -> bytes:
        """These bytes of the object."""
        body: bytes = self._get(Range=f"bytes={offset}-{offset + length - 1}").read()
        return body

    def download(self, path: Path) -> Path:
        """The whole object in a file, in constant memory."""
        with path.open("wb") as file:
            for chunk in self._get().iter_chunks(1 << 20):
                file.write(chunk)
        return path

    def _get(self, **part: str) -> Any:
        try:
            return aws.client("s3").get_object(**self._of, **part)["Body"]
        except ClientError as error:
            raise _missing(error) from error


def _missing(error: ClientError) -> Exception:
    """What S3's answer means: the upload is gone, or cannot be had now."""
    return Rejected("upload_missing") if error.response["Error"]["Code"] in GONE else error


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
    again = UPLOAD.reason_code == COULD_NOT_PROCESS
    claimed = aws.updated(
        track,
        [
            UPLOAD.status.set("processing"),
            UPLOAD.lease_until.set(now + LEASE),
            UPLOAD.reason_code.remove(),
            UPLOAD.reason.remove(),
            Track.expires_at.remove(),
        ],
        (UPLOAD.upload_id == upload.upload_id) & (free | again),
    )
    if claimed:
        return track
    _clear_up(upload)
    return None


def _clear_up(upload: Arrived) -> None:
    """Erase what lies in the bucket of an upload that is done with.

    Raises `StillProcessing` where it is not: another attempt holds the lease, or has just given it up.
    """
    media_key = uploads.next_key(upload.key)
    track = _present(upload.workspace_id, upload.track_id)
    present = track and track.upload
    if (
        present
        and present.upload_id == upload.upload_id
        and (present.status != "rejected" or present.reason_code == COULD_NOT_PROCESS)
    ):
        raise StillProcessing(upload.key)
    log.info("nothing left to do for an upload", extra={"key": upload.key})
    _erase(upload.key)
    if track is None or media_key not in uploads.media_keys(track):
        _erase(media_key)  # an attempt may have died after storing it


def _reject(track: Track, rejected: Rejected) -> bool:
    """Say why the upload is refused; False where the lease was lost."""
    actions = [
        UPLOAD.status.set("rejected"),
        UPLOAD.reason_code.set(rejected.code),
        UPLOAD.reason.set(rejected.sentence),
    ]
    return aws.updated(track, actions, _held(track))


def _publish(track: Track, found: Found, file: Path, now: datetime) -> bool:
    """Tag and store the file and make the track ready, as it is by then; False where the lease was lost."""
    media_key = uploads.next_key(uploads.key_of(track))
    for _ in range(TRIES):
        tags = _tags(track)
        counted_ms = guard.tag(file, found.container, tags)
        if counted_ms is not None:
            found = found._replace(duration_ms=counted_ms)
        _store(file, media_key, CONTENT_TYPES[found.container])
        if _published(track, found, media_key, file.stat().st_size, tags, now):
            return True
        present = _present(track.workspace_id, track.track_id)
        if present is None or not _is_same_attempt(present, track):
            return False
        track = present
    return False


def _is_same_attempt(present: Track, track: Track) -> bool:
    one, other = present.upload, track.upload
    return one is not None and (one.upload_id, one.lease_until) == (other.upload_id, other.lease_until)


def _present(workspace_id: str, track_id: str) -> Track | None:
    """The track as it is now."""
    try:
        return Track.get(workspace_id, track_id, consistent_read=True)
    except DoesNotExist:
        return None


def _published(
    track: Track, found: Found, media_key: str, size_bytes: int, tags: Tags, now: datetime
) -> bool:
    """Write the one transaction that makes the track ready; False where it changed or the lease was lost."""
    upload = track.upload
    first = track.media_key is None
    dropped: list[str] = []
    meant_for = consent.audience_key(track, track.consent)
    actions: list[Any] = [
        *_for_whom(track, meant_for, now),
        Track.changed_at.set(now),
        Track.revision.set(track.revision + 1),
        Track.media_key.set(media_key),
        Track.content_type.set(CONTENT_TYPES[found.container]),
        Track.container.set(found.container),
        Track.codec.set(found.codec),
        Track.bit_rate.set(found.bit_rate),
        Track.size_bytes.set(size_bytes),
        Track.duration_ms.set(found.duration_ms),
        Track.tagged.set(_as_text(tags)),
        Track.chapters.set([]),
        Track.suggested_topics.set(list(found.topics)),
        Track.words.remove(),
        Track.words_at.remove(),
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
            audience_key=track.known_to,
            content_type=track.content_type,
            loudness_lufs=track.loudness_lufs,
            names_speaker=track.tagged is not None and _read(track.tagged).artist is not None,
        )
        known = [*track.former, former]
        dropped = [str(each.media_key) for each in known[:-MOST_FORMER] if each.media_key is not None]
        actions += [Track.former.set(known[-MOST_FORMER:]), Track.revised_at.set(now)]

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Track(track.workspace_id, track.track_id),
            actions=actions,
            condition=_held(track)
            & (Track.version == track.version)
            & (Track.speaker_name == track.speaker_name),
        )
        told = track.own_key if track.is_withheld else meant_for
        _tell(transaction, "track_published" if first else "track_revised", told, track, now)
        if dropped:
            _tell_replaced(transaction, track, dropped, now)

    return aws.written(fill)


def _for_whom(track: Track, audience_key: str, now: datetime) -> list[Any]:
    """What says who hears a revision, and when its speaker is asked about it; a retired track stays so."""
    actions = [*consent.placed(track, audience_key), Track.still_true_on.remove()]
    if not track.is_retired:
        actions.append(Track.review_on.set(times.in_years(now.date(), 1)))
    return actions


def _naming(track: Track) -> int | None:
    """Which earlier recording has a file that names, or may name, a speaker who is not to be named."""
    for index, each in enumerate(track.former):
        named = track.is_nameless if each.names_speaker is None else each.names_speaker
        if named and each.media_key is not None and not track.names_speaker_publicly:
            return index
    return None


def _retagged_before(track: Track, index: int, now: datetime) -> None:
    """Put a file that names nobody in the place of an earlier recording's, unless the track has changed."""
    former = track.former[index]
    before, after = str(former.media_key), uploads.next_key(str(former.media_key))
    source = _Source(before)
    container = guard.inspect(source.read, source.size).container
    with _folder() as folder:
        file = source.download(folder / "audio")
        guard.tag(file, container, _tags(track))
        _store(file, after, CONTENT_TYPES[container])
    former.media_key, former.names_speaker = after, False

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Track(track.workspace_id, track.track_id),
            actions=[Track.former.set(track.former), Track.version.add(1)],
            condition=Track.version == track.version,
        )
        _tell_replaced(transaction, track, [before], now)

    aws.written(fill)


def _retagged(track: Track, now: datetime) -> None:
    """Put a file with the right tags in the place of the track's, unless another has come there."""
    before, after, tags = track.media_key, uploads.next_key(track.media_key), _tags(track)
    with _folder() as folder:
        file = _Source(before).download(folder / "audio")
        guard.tag(file, track.container, tags)
        _store(file, after, track.content_type)
        size_bytes = file.stat().st_size

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Track(track.workspace_id, track.track_id),
            actions=[
                Track.media_key.set(after),
                Track.tagged.set(_as_text(tags)),
                Track.size_bytes.set(size_bytes),
            ],
            condition=Track.media_key == before,
        )
        _tell_replaced(transaction, track, [before], now)

    aws.written(fill)


def _tell_replaced(transaction: TransactWrite, track: Track, keys: list[str], now: datetime) -> None:
    """So that the stream's reader leaves these files to the bucket's lifecycle."""
    own_key = audience.key_for("me", track.workspace_id, track.speaker_id)
    _tell(transaction, "audio_replaced", own_key, track, now, {"keys": keys})


def _tell(
    transaction: TransactWrite,
    kind: activity_log.Kind,
    audience_key: str,
    track: Track,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    activity_log.record(
        transaction,
        kind,
        audience_key,
        workspace_id=track.workspace_id,
        actor_id=track.speaker_id,
        now=now,
        track_id=track.track_id,
        details=details,
    )


def _held(track: Track) -> Any:
    """That this attempt still holds the lease it took."""
    return (UPLOAD.upload_id == track.upload.upload_id) & (UPLOAD.lease_until == track.upload.lease_until)


def _tags(track: Track) -> Tags:
    return Tags(
        title=track.title,
        album=_workspace_name(track.workspace_id),
        artist=track.speaker_name if track.names_speaker_publicly else None,
    )


def _as_text(tags: Tags) -> str:
    return msgspec.json.encode(tags._asdict()).decode()


def _read(text: str) -> Tags:
    return Tags(**msgspec.json.decode(text))


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


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for one attempt. Those of attempts that were killed go first: Lambda keeps them, in 512 MB."""
    for left in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        with suppress(FileNotFoundError):  # another attempt's, which has just ended
            if time.time() - left.stat().st_mtime > LEASE.total_seconds():
                shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=FOLDER) as folder:
        yield Path(folder)


def _erase(key: str) -> None:
    aws.client("s3").delete_object(Bucket=settings.MEDIA_BUCKET, Key=key)
