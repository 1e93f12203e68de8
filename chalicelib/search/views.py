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
