"""From an upload to a track: identify, check, tag, store under a new key, publish.

Everything may happen twice, late, out of order or stop in the middle: what is done is decided by
conditional writes on the track's own state. An upload is claimed with a lease; who loses it loses nothing.
"""

import logging
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import msgspec
from pynamodb.transactions import TransactWrite

from chalicelib import aws, times
from chalicelib.activity import log as activity_log
from chalicelib.tracks import consent, guard, own_tags, storing, uploads
from chalicelib.tracks.containers import CONTENT_TYPES
from chalicelib.tracks.models import MOST_FORMER, UPLOAD, Revision, Track
from chalicelib.tracks.reading import Found
from chalicelib.tracks.rejections import Rejected
from chalicelib.tracks.storing import Stored
from chalicelib.tracks.tagging import Tags

log = logging.getLogger(__name__)

LEASE = storing.ATTEMPT_LASTS
TRIES = 3
COULD_NOT_PROCESS = "could_not_process"
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
        source = Stored(upload.key)
        found = guard.inspect(source.read, source.size)
        with storing.folder() as folder:
            done = _publish(track, found, source.download(folder / "audio"), now)
    except Rejected as rejected:
        done = _reject(track, rejected)
    if done:
        storing.erase(upload.key)
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


class _Object(msgspec.Struct):
    key: str


class _S3(msgspec.Struct):
    object: _Object


class _Record(msgspec.Struct):
    s3: _S3


class _Notification(msgspec.Struct, rename={"records": "Records", "event": "Event"}):
    records: list[_Record] | None = None
    event: str | None = None


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
    track = aws.found(Track, upload.workspace_id, upload.track_id)
    present = track and track.upload
    if (
        present
        and present.upload_id == upload.upload_id
        and (present.status != "rejected" or present.reason_code == COULD_NOT_PROCESS)
    ):
        raise StillProcessing(upload.key)
    log.info("nothing left to do for an upload", extra={"key": upload.key})
    storing.erase(upload.key)
    if track is None or media_key not in uploads.media_keys(track):
        storing.erase(media_key)  # an attempt may have died after storing it


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
        tags = own_tags.of(track)
        counted_ms = guard.tag(file, found.container, tags)
        if counted_ms is not None:
            found = found._replace(duration_ms=counted_ms)
        storing.store(file, media_key, CONTENT_TYPES[found.container])
        if _published(track, found, media_key, file.stat().st_size, tags, now):
            return True
        present = aws.found(Track, track.workspace_id, track.track_id)
        if present is None or not _is_same_attempt(present, track):
            return False
        track = present
    return False


def _is_same_attempt(present: Track, track: Track) -> bool:
    one, other = present.upload, track.upload
    return one is not None and (one.upload_id, one.lease_until) == (other.upload_id, other.lease_until)


def _published(
    track: Track, found: Found, media_key: str, size_bytes: int, tags: Tags, now: datetime
) -> bool:
    """Write the one transaction that makes the track ready; False where it changed or the lease was lost."""
    is_first = track.media_key is None
    meant_for = consent.audience_key(track, track.consent)
    known = track.former if is_first else [*track.former, _as_former(track)]
    dropped = [str(each.media_key) for each in known[:-MOST_FORMER] if each.media_key is not None]
    actions: list[Any] = [
        *_for_whom(track, meant_for, now),
        *_what_is_heard(track, found),
        Track.changed_at.set(now),
        Track.revision.set(track.revision + 1),
        Track.media_key.set(media_key),
        Track.size_bytes.set(size_bytes),
        Track.tagged.set(own_tags.as_text(tags)),
        Track.version.add(1),
        Track.upload.remove(),
    ]
    if is_first:
        actions.append(Track.published_at.set(now))
    else:
        actions += [Track.former.set(known[-MOST_FORMER:]), Track.revised_at.set(now)]

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Track(track.workspace_id, track.track_id),
            actions=actions,
            condition=_held(track)
            & (Track.version == track.version)
            & (Track.speaker_name == track.speaker_name),
        )
        activity_log.record(
            transaction,
            "track_published" if is_first else "track_revised",
            track.own_key if track.is_withheld else meant_for,
            workspace_id=track.workspace_id,
            actor_id=track.speaker_id,
            now=now,
            track_id=track.track_id,
        )
        if dropped:
            storing.tell_replaced(transaction, track, dropped, now)

    return aws.written(fill)


def _for_whom(track: Track, audience_key: str, now: datetime) -> list[Any]:
    """What says who hears a revision, and when its speaker is asked about it; a retired track stays so."""
    actions = [*consent.placed(track, audience_key), Track.still_true_on.remove()]
    if not track.is_retired:
        actions.append(Track.review_on.set(times.in_years(now.date(), 1)))
    return actions


def _what_is_heard(track: Track, found: Found) -> list[Any]:
    """What says what a revision sounds like; what was said of the sound before it is taken away."""
    actions = [
        Track.content_type.set(CONTENT_TYPES[found.container]),
        Track.container.set(found.container),
        Track.codec.set(found.codec),
        Track.bit_rate.set(found.bit_rate),
        Track.duration_ms.set(found.duration_ms),
        Track.suggested_topics.set(list(found.topics)),
        Track.chapters.set([]),
        Track.words.remove(),
        Track.words_at.remove(),
    ]
    shown: list[tuple[Any, Any]] = [
        (Track.peaks, track.upload.peaks),
        (Track.loudness_lufs, track.upload.loudness_lufs),
        (Track.suggested_title, found.title),
    ]
    return actions + [path.remove() if value is None else path.set(value) for path, value in shown]


def _as_former(track: Track) -> Revision:
    """The present revision of a track, as it is known once another has come."""
    return Revision(
        revision=track.revision,
        media_key=track.media_key,
        duration_ms=track.duration_ms,
        published_at=track.revised_at or track.published_at,
        audience_key=track.known_to,
        content_type=track.content_type,
        loudness_lufs=track.loudness_lufs,
        names_speaker=track.tagged is not None and own_tags.names_speaker(track.tagged),
    )


def _held(track: Track) -> Any:
    """That this attempt still holds the lease it took."""
    return (UPLOAD.upload_id == track.upload.upload_id) & (UPLOAD.lease_until == track.upload.lease_until)
