"""Tagging anew: files say what their track is called by now, and nobody who is not to be named."""

from datetime import datetime

from pynamodb.transactions import TransactWrite

from chalicelib import aws
from chalicelib.tracks import guard, own_tags, storing, uploads
from chalicelib.tracks.containers import CONTENT_TYPES
from chalicelib.tracks.models import MOST_FORMER, Track
from chalicelib.tracks.storing import Stored

TRIES = 3


class StillChanging(Exception):
    """The track changes all the time; what follows from its change is done again."""


def retag(workspace_id: str, track_id: str, *, now: datetime) -> None:
    """Tag a ready track's file anew, under another key, where its tags are not what they should be.

    Files of earlier recordings keep theirs, unless they name a speaker who is not to be named any more.
    """
    for _ in range(TRIES + MOST_FORMER):
        track = aws.found(Track, workspace_id, track_id)
        if track is None or not track.is_ready:
            return
        if track.tagged != own_tags.as_text(own_tags.of(track)):
            _retagged(track, now)
            continue
        naming = _naming(track)
        if naming is None:
            return
        _retagged_before(track, naming, now)
    raise StillChanging(track_id)


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
    source = Stored(before)
    container = guard.inspect(source.read, source.size).container
    with storing.folder() as folder:
        file = source.download(folder / "audio")
        guard.tag(file, container, own_tags.of(track))
        storing.store(file, after, CONTENT_TYPES[container])
    former.media_key, former.names_speaker = after, False

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Track(track.workspace_id, track.track_id),
            actions=[Track.former.set(track.former), Track.version.add(1)],
            condition=Track.version == track.version,
        )
        storing.tell_replaced(transaction, track, [before], now)

    aws.written(fill)


def _retagged(track: Track, now: datetime) -> None:
    """Put a file with the right tags in the place of the track's, unless another has come there."""
    before, after, tags = track.media_key, uploads.next_key(track.media_key), own_tags.of(track)
    with storing.folder() as folder:
        file = Stored(before).download(folder / "audio")
        guard.tag(file, track.container, tags)
        storing.store(file, after, track.content_type)
        size_bytes = file.stat().st_size

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Track(track.workspace_id, track.track_id),
            actions=[
                Track.media_key.set(after),
                Track.tagged.set(own_tags.as_text(tags)),
                Track.size_bytes.set(size_bytes),
            ],
            condition=Track.media_key == before,
        )
        storing.tell_replaced(transaction, track, [before], now)

    aws.written(fill)
