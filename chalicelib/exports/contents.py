"""What an export consists of, unit by unit; another kind of file is added here."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from chalicelib.auth import audience
from chalicelib.exports import own, own_inbox, readme, said, shelf, together
from chalicelib.exports.packing import WHOSE, File, Kind, Packing, Unit, Whose
from chalicelib.playlists.models import Playlist
from chalicelib.tracks.models import Track

SPOKEN: Final = "spoken"
"""Folder of what was said to a member."""

Document = Callable[[Packing], Iterable[bytes]]


def _readme(packing: Packing) -> list[bytes]:
    return [readme.written(packing).encode()]


DOCUMENTS: Final[Mapping[Whose, Mapping[str, Document]]] = {
    "workspace": {
        "workspace.json": together.workspace,
        "members.json": together.members,
        "tracks.json": shelf.tracks,
        "questions.json": said.questions,
        "feedback.json": said.feedback,
        "README.txt": _readme,
    },
    "group": {
        "group.json": together.group,
        "tracks.json": shelf.tracks,
        "rounds.json": together.rounds,
        "questions.json": said.questions,
        "feedback.json": said.feedback,
        "README.txt": _readme,
    },
    "member": {
        "profile.json": own.profile,
        "groups.json": own.groups,
        "tracks.json": shelf.tracks,
        "listening.json": own.listening,
        "loops.json": own.loops,
        "assigned.json": own_inbox.assigned,
        "inbox.json": own_inbox.inbox,
        "questions.json": own.questions,
        "answers.json": own.answers,
        "feedback-received.json": own.received,
        "feedback-given.json": own.given,
        "thanks.json": own.thanks,
        "reports.json": own.reports,
        "README.txt": _readme,
    },
}


def planned(packing: Packing) -> list[Unit]:
    """Everything that is to be written, in order: what is said of audio follows the audio."""
    units = _numbered("track", _tracks(packing))
    if packing.owner is not None:
        units += _numbered("feedback", own.spoken_feedback(packing))
        units += _numbered("thanks", own.spoken_thanks(packing))
    units.append(Unit("check", "tracks"))
    units += _numbered("playlist", _playlists(packing))
    return units + [Unit("document", name) for name in DOCUMENTS[packing.whose]]


def files(packing: Packing, unit: Unit) -> Iterator[File]:
    """The files of a unit, none where there is nothing any more that may be in this zip."""
    match unit.kind:
        case "track":
            track = packing.track(unit.id)
            if track is not None:
                for audio in shelf.audio(packing, unit, track):
                    yield audio
                    yield from shelf.transcript(packing, unit, track)
        case "feedback" | "thanks":
            look = own.said_in_feedback if unit.kind == "feedback" else own.said_in_thanks
            track = look(packing, unit.id)
            if track is not None:
                yield from shelf.audio(packing, unit, track, folder=f"{SPOKEN}/{unit.kind}")
        case "check":
            files = packing.state.files
            packing.state.gone = files.keys() - {track.track_id for track in packing.tracks(files, WHOSE)}
        case "playlist":
            yield from shelf.playlist(packing, unit)
        case "document":
            blocks = DOCUMENTS[packing.whose][unit.id](packing)
            yield File(unit.id, blocks, packing.export.started_at)


def _tracks(packing: Packing) -> list[str]:
    """The tracks that may be in this zip, oldest first."""
    if packing.owner is None:
        return list(Track.ids_of_audience(packing.key))
    newest_first = [track.track_id for track in Track.of_speaker(packing.owner.member_id) if track.is_ready]
    return newest_first[::-1]


def _playlists(packing: Packing) -> list[str]:
    """The playlists that may be in this zip, the one changed longest ago first."""
    if packing.owner is not None:
        found = Playlist.of_owner(packing.owner.member_id, audience.keys_of(packing.owner))
    else:
        found = Playlist.of_audience(packing.key)
    newest_first = [playlist.playlist_id for playlist in found]
    return newest_first[::-1]


def _numbered(kind: Kind, ids: Iterable[str]) -> list[Unit]:
    return [Unit(kind, id_, number) for number, id_ in enumerate(ids, 1)]
