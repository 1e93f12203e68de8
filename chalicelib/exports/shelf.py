"""Tracks and playlists in an export: their files, and what is said of them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from chalicelib import aws, settings
from chalicelib.auth import audience
from chalicelib.exports import names, rss, zips
from chalicelib.exports.packing import TRACKS, TRANSCRIPTS, File, Packing, Unit, listed, one
from chalicelib.playlists.models import Entry, Playlist
from chalicelib.playlists.views import EntryView, PlaylistView, header
from chalicelib.tracks import captions, transcribing
from chalicelib.tracks.containers import CONTENT_TYPES
from chalicelib.tracks.models import Track
from chalicelib.tracks.views import ChapterView, ConsentView, SpeakerView, TrackView
from chalicelib.workspaces.models import Member

BLOCK: Final = 256 * 1024
"""Bytes of audio that are in memory at a time."""

PLAYLISTS: Final = "playlists"
"""Folder in the zip."""


class TrackRecord(msgspec.Struct, kw_only=True):
    """A track, and where in the zip its audio and its transcript are."""

    track_id: str
    title: str
    description: str | None
    topics: list[str]
    language: str | None
    file: str | None
    transcript: str | None
    chapters: list[ChapterView]
    speaker: SpeakerView
    revision: int
    duration_ms: int | None
    content_type: str | None
    size_bytes: int | None
    codec: str | None
    bit_rate: int | None
    loudness_lufs: float | None
    published_at: datetime | None


class OwnTrackRecord(TrackRecord, kw_only=True):
    """A track of one's own, and what one has agreed to."""

    status: str
    reason: str | None
    consent: ConsentView
    created_at: datetime


class PlaylistRecord(PlaylistView, kw_only=True):
    """A playlist with its entries in order."""

    entries: list[EntryView]


def audio(packing: Packing, unit: Unit, track: Track, *, folder: str = TRACKS) -> Iterator[File]:
    """A track's audio, exactly as it is stored; nothing where it has just been erased."""
    s3 = aws.client("s3")
    try:
        found = s3.get_object(Bucket=settings.MEDIA_BUCKET, Key=track.media_key)
    except s3.exceptions.NoSuchKey:
        return
    name = names.of(unit.number, track.title, track.container, digits=packing.digits(unit.kind))
    yield File(f"{folder}/{name}", found["Body"].iter_chunks(BLOCK), track.published_at)


def transcript(packing: Packing, unit: Unit, track: Track) -> Iterator[File]:
    """What is said in a track, where its speaker has given it; nothing where that has just been changed."""
    found = track.present_transcript
    said = transcribing.kept(found) if found is not None else None
    if said is not None:
        ending = captions.ENDINGS[said.kind]
        name = names.of(unit.number, track.title, ending, digits=packing.digits(unit.kind))
        shown = said.nameless if track.is_nameless else said
        yield File(f"{TRANSCRIPTS}/{name}", [captions.written(shown).encode()], track.published_at)


def tracks(packing: Packing) -> Iterator[bytes]:
    """What is said of the tracks; of one's own also of those without audio."""
    files, transcripts = packing.state.files, packing.state.transcripts
    if packing.owner is not None:
        mine = reversed(list(Track.of_speaker(packing.owner.member_id)))
        found: Iterable[Track] = (track for track in mine if track.track_id in files or not track.is_ready)
    else:
        found = packing.tracks(files)
    return listed(
        _track(track, files.get(track.track_id), transcripts.get(track.track_id), packing.owner)
        for track in found
    )


def playlist(packing: Packing, unit: Unit) -> Iterator[File]:
    """A playlist as RSS and as JSON; nothing where it was deleted, or is not for these readers any more."""
    found = aws.found(Playlist, packing.workspace_id, unit.id)
    if found is None:
        return
    if not _may_hold(packing, found):
        return
    files = packing.state.files
    lines = [(line, _is_playable(packing.owner, line, files)) for line in found.in_order]
    digits = packing.digits(unit.kind)
    feed = names.of(unit.number, found.title, "xml", digits=digits)
    playable = [line for line, is_playable in lines if is_playable]
    yield File(f"{PLAYLISTS}/{feed}", [rss.written(_channel(found, playable, files))], found.changed_at)
    record = PlaylistRecord(
        **header(found),
        entries=[EntryView.of(line, playable=is_playable) for line, is_playable in lines],
    )
    name = names.of(unit.number, found.title, "json", digits=digits)
    yield File(f"{PLAYLISTS}/{name}", one(record), found.changed_at)


def _track(
    track: Track, file: zips.Entry | None, transcript: zips.Entry | None, owner: Member | None
) -> TrackRecord:
    ready = track.is_ready
    known: dict[str, Any] = {
        "track_id": track.track_id,
        "title": track.title,
        "description": track.description,
        "topics": list(track.topics),
        "language": track.language,
        "file": file.name if file else None,
        "transcript": transcript.name if transcript else None,
        "chapters": ChapterView.all_of(track),
        "speaker": SpeakerView.of(track),
        "revision": int(track.revision),
        "duration_ms": int(track.duration_ms) if ready else None,
        "content_type": track.content_type,
        "size_bytes": file.size if file else None,
        "codec": track.codec,
        "bit_rate": int(track.bit_rate) if track.bit_rate is not None else None,
        "loudness_lufs": track.loudness_lufs,
        "published_at": track.published_at if ready else None,
    }
    if owner is None:
        return TrackRecord(**known)
    view = TrackView.of(track, owner, whole=False)
    return OwnTrackRecord(
        **known,
        status=view.status,
        reason=view.reason,
        consent=view.consent,
        created_at=view.created_at,
    )


def _may_hold(packing: Packing, found: Playlist) -> bool:
    if packing.owner is None:
        return bool(found.audience_key == packing.key)
    return found.owner_id == packing.owner.member_id and audience.may_open(packing.owner, found.audience_key)


def _is_playable(owner: Member | None, line: Entry, files: Mapping[str, zips.Entry]) -> bool:
    if owner is not None:
        return line.is_for(owner)
    return not line.is_gone and line.track_id in files


def _channel(found: Playlist, playable: list[Entry], files: Mapping[str, zips.Entry]) -> rss.Channel:
    return rss.Channel(
        title=found.title,
        description=found.description or found.title,
        author=found.owner_name,
        link=f"{settings.BASE_URL}#/w/{found.workspace_id}/playlist/{found.playlist_id}",
        items=[
            rss.Item(
                guid=line.entry_id,
                title=line.title,
                note=line.note,
                author=line.speaker_name,
                added_at=line.added_at,
                duration_ms=line.duration_ms,
                audio=_enclosed(files.get(str(line.track_id))),
            )
            for line in playable
        ],
    )


def _enclosed(file: zips.Entry | None) -> rss.Audio | None:
    if file is None:
        return None
    return rss.Audio(f"../{file.name}", file.size, CONTENT_TYPES[file.name.rpartition(".")[2]])
