"""What a search looks like to a caller."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.playlists.views import PlaylistView
from chalicelib.search.catalogue import Colleague
from chalicelib.tracks.views import TrackView


class ColleagueView(msgspec.Struct):
    """A person who was found."""

    member_id: str
    name: str
    department: str | None
    title: str | None
    topics: Annotated[list[str], Meta(description="What the member knows or wants to know.")]

    @classmethod
    def of(cls, colleague: Colleague) -> "ColleagueView":
        return cls(
            colleague.member_id, colleague.name, colleague.department, colleague.title, colleague.topics
        )


class SearchView(msgspec.Struct):
    """What was found, the best of each kind first."""

    tracks: Annotated[list[TrackView], Meta(description="At most 20.")]
    playlists: Annotated[list[PlaylistView], Meta(description="At most 10.")]
    people: Annotated[list[ColleagueView], Meta(description="At most 5.")]
    more: Annotated[bool, Meta(description="There is more of a kind than this; more words narrow it.")]


class LineView(msgspec.Struct):
    """A line of a transcript, cut where it is long."""

    at_ms: Annotated[int | None, Meta(description="Where in the track it is said; null: it has no times.")]
    text: str


class QuoteView(msgspec.Struct):
    """A track in which something is said, and the line in which it stands."""

    track: TrackView
    line: LineView


class SaidView(msgspec.Struct):
    """Where something is said, the newest track first."""

    items: Annotated[list[QuoteView], Meta(description="At most 8.")]
    more: Annotated[bool, Meta(description="There is more than this; more words narrow it.")]


class TopicView(msgspec.Struct):
    """A topic."""

    topic: str
    tracks: Annotated[int, Meta(description="How many tracks have it; 0: only people do.")]


class ChoicesView(msgspec.Struct):
    """What the library can be narrowed by."""

    topics: Annotated[list[TopicView], Meta(description="Those of most tracks first, at most 100.")]
    departments: Annotated[list[str], Meta(description="Of people, by name, at most 200.")]
