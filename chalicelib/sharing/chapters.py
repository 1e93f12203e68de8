"""Chapters as podcast apps read them, JSON chapters 1.2; from data to bytes.

https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/chapters/jsonChapters.md
"""

from typing import Final

import msgspec

from chalicelib.tracks.models import Track

MEDIA_TYPE: Final = "application/json+chapters"
VERSION: Final = "1.2.0"


def written(track: Track) -> bytes:
    """The chapters of a track, their times in seconds."""
    chapters = [{"startTime": int(each.at_ms) / 1000, "title": each.title} for each in track.chapters]
    return msgspec.json.encode({"version": VERSION, "chapters": chapters})
