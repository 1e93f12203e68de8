"""Our own tags in a track's file: what it is to say of itself, and what is noted of what it says."""

import msgspec
from cachetools import TTLCache, cached

from chalicelib.tracks.models import Track
from chalicelib.tracks.tagging import Tags
from chalicelib.workspaces.models import Workspace


def of(track: Track) -> Tags:
    """What the track's file is to say."""
    return Tags(
        title=track.title,
        album=_workspace_name(track.workspace_id),
        artist=track.speaker_name if track.names_speaker_publicly else None,
    )


def as_text(tags: Tags) -> str:
    """How a track notes what its file says."""
    return msgspec.json.encode(tags._asdict()).decode()


def names_speaker(noted: str) -> bool:
    """Whether a file whose tags are noted so says who speaks."""
    return Tags(**msgspec.json.decode(noted)).artist is not None


@cached(TTLCache(maxsize=1024, ttl=60))
def _workspace_name(workspace_id: str) -> str:
    return str(Workspace.get(workspace_id).name)
