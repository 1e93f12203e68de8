"""What somebody with a link sees and hears, whoever they are."""

from datetime import datetime

import msgspec
from pynamodb.exceptions import DoesNotExist

from chalicelib import aws, errors
from chalicelib.auth import audience
from chalicelib.playlists.models import Playlist
from chalicelib.reviews import forwarding
from chalicelib.sharing.models import Kind, Share
from chalicelib.sharing.views import SharedTrack, SharedTranscript, SharedView
from chalicelib.tracks import transcribing, uploads
from chalicelib.tracks.models import Track
from chalicelib.tracks.views import AudioView
from chalicelib.workspaces.models import Workspace


class Part(msgspec.Struct, frozen=True):
    """A track that may be played in public, or the part of it that an entry names."""

    track: Track
    span: tuple[int, int] | None = None

    @property
    def length_ms(self) -> int:
        begin, end = self.span or (0, int(self.track.duration_ms))
        return end - begin


class Content(msgspec.Struct, frozen=True):
    """What a link leads to; it has one part at least."""

    title: str
    description: str | None
    parts: list[Part]

    def track(self, track_id: str) -> Track:
        """One of its tracks. Raises `NotFound`."""
        for part in self.parts:
            if part.track.track_id == track_id:
                return part.track
        raise errors.NotFound


def content_of(workspace_id: str, kind: Kind, item_id: str) -> Content | None:
    """What everybody may be shown of a track or playlist, None where that is nothing.

    In it plays, in order, what its speakers agree to and whoever the playlist is for may hear.
    """
    if kind == "track":
        track = _in_its_place(next(iter(Track.batch_get([(workspace_id, item_id)])), None))
        is_shown = track is not None and _is_public(track)
        return Content(track.title, track.description, [Part(track)]) if track and is_shown else None
    try:
        playlist = Playlist.get(workspace_id, item_id)
    except DoesNotExist:
        return None
    parts = _of_playlist(playlist)
    return Content(playlist.title, playlist.description, parts) if parts else None


def shared(token_hash: str, *, now: datetime) -> SharedView:
    """What a link leads to. Raises `NotFound`: unknown, over, revoked, forbidden and taken back are one."""
    share, content = opened(token_hash, now=now)
    return SharedView(
        kind=_kind(share),
        title=content.title,
        description=content.description,
        start_ms=_start_ms(share, content),
        tracks=[_view(part) for part in content.parts],
    )


def audio(token_hash: str, track_id: str, *, now: datetime) -> AudioView:
    """Where to hear one of its tracks for the next 5 minutes. Raises `NotFound`."""
    _, content = opened(token_hash, now=now)
    return uploads.signed(content.track(track_id), now=now)


def transcript(token_hash: str, track_id: str, *, now: datetime) -> SharedTranscript:
    """What is said in one of its tracks. Raises `NotFound`."""
    _, content = opened(token_hash, now=now)
    track = content.track(track_id)
    found = track.present_transcript
    said = transcribing.kept(found) if found is not None else None
    if said is None:
        raise errors.NotFound
    shown = said if track.names_speaker_publicly else said.nameless
    return SharedTranscript(shown.cues, shown.paragraphs, track.language)


def count_visit(token_hash: str, *, now: datetime) -> None:
    """Somebody has begun to play. Raises `NotFound`."""
    standing(token_hash, now=now)
    if not aws.updated(Share(token_hash), [Share.visits.add(1)], Share.token_hash.exists()):
        raise errors.NotFound


def standing(token_hash: str, *, now: datetime) -> Share:
    """The share with this hash, while its link works. Raises `NotFound`."""
    try:
        share = Share.get(token_hash, consistent_read=True)
        workspace = Workspace.get(share.workspace_id)
    except DoesNotExist as error:
        raise errors.NotFound from error
    if share.is_over(now) or not workspace.allows_public_links:
        raise errors.NotFound
    return share


def opened(token_hash: str, *, now: datetime) -> tuple[Share, Content]:
    """The share with this hash and what it leads to. Raises `NotFound`, as `shared` does."""
    share = standing(token_hash, now=now)
    content = content_of(share.workspace_id, _kind(share), share.item_id)
    if content is None:
        raise errors.NotFound
    return share, content


def _kind(share: Share) -> Kind:
    kind: Kind = msgspec.convert(share.kind, Kind)
    return kind


def _in_its_place(track: Track | None) -> Track | None:
    """What a link to a track plays: where that is retired, the successor if the same speaker speaks in it.

    Another speaker has agreed to links of their own, and would not see this one among them. Nor does a link
    lead on once the speaker was erased: nothing is kept that tells that two tracks were one person's.
    """
    if track is None or not track.is_retired:
        return track
    end = forwarding.ends(track.workspace_id, [track.successor_id] if track.successor_id else [])
    found = end.get(track.successor_id or "")
    return found if found is not None and found.speaker_id == track.speaker_id else None


def _start_ms(share: Share, content: Content) -> int:
    """Where to begin; what has taken a track's place begins at its beginning."""
    in_its_place = share.kind == "track" and content.parts[0].track.track_id != share.item_id
    return 0 if in_its_place else int(share.start_ms)


def _of_playlist(playlist: Playlist) -> list[Part]:
    entries = [entry for entry in playlist.in_order if not entry.is_gone]
    wanted = {(playlist.workspace_id, str(entry.track_id)) for entry in entries}
    tracks = {track.track_id: track for track in Track.batch_get(wanted)}
    return [
        Part(track, entry.part)
        for entry in entries
        if (track := tracks.get(str(entry.track_id)))
        and _is_public(track)
        and audience.covers(track.audience_key, playlist.audience_key, playlist.workspace_id)
    ]


def _is_public(track: Track) -> bool:
    return track.is_ready and not track.is_withheld and bool(track.consent.public_link)


def _view(part: Part) -> SharedTrack:
    track, span = part.track, part.span
    return SharedTrack(
        track_id=track.track_id,
        title=track.title,
        description=track.description,
        topics=list(track.topics),
        language=track.language,
        speaker_name=track.speaker_name if track.names_speaker_publicly else None,
        duration_ms=int(track.duration_ms),
        from_ms=span[0] if span else None,
        to_ms=span[1] if span else None,
        peaks=list(track.peaks or b""),
        has_transcript=track.present_transcript is not None,
    )
