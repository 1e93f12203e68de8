"""Finding tracks, playlists and people by the beginnings of words.

What is found in the catalogues is looked up before it is answered, in one read of a table: what the caller
may not open now neither shows nor takes the place of something else.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import chain, islice
from typing import TypeVar

from chalicelib.playlists import library as playlists
from chalicelib.playlists.views import PlaylistView
from chalicelib.search import catalogue, matching
from chalicelib.search.catalogue import PLAYLISTS, TRACKS, Catalogue, Kind
from chalicelib.search.matching import Entry
from chalicelib.search.views import ColleagueView, SearchView
from chalicelib.tracks import library as tracks
from chalicelib.tracks.views import TrackView
from chalicelib.workspaces.models import Member

E = TypeVar("E", bound=Entry)
T = TypeVar("T")

LONGEST_QUERY = 100
"""Characters that can be typed."""

MOST_TRACKS = 20
MOST_PLAYLISTS = 10
MOST_PEOPLE = 5
"""How much of each kind one answer holds."""

MOST_LOOKED_UP = 100
"""Found things that are looked up in one read."""


def found(me: Member, typed: str, *, now: datetime) -> SearchView:
    """What the caller may open of which every word typed begins some word, best first."""
    wanted = matching.wanted(typed)
    known = catalogue.people(me.workspace_id, now=now)
    met = [known.by_id[each.id] for each in matching.best(known.entries, wanted)[: MOST_PEOPLE + 1]]
    heard = _openable(me, TRACKS, wanted, partial(tracks.visible, me), MOST_TRACKS + 1, now)
    opened = _openable(me, PLAYLISTS, wanted, partial(playlists.visible, me), MOST_PLAYLISTS + 1, now)
    return SearchView(
        tracks=[TrackView.of(track, me, whole=False) for track in heard[:MOST_TRACKS]],
        playlists=[PlaylistView.of(playlist) for playlist in opened[:MOST_PLAYLISTS]],
        people=[ColleagueView.of(colleague) for colleague in met[:MOST_PEOPLE]],
        more=len(heard) > MOST_TRACKS or len(opened) > MOST_PLAYLISTS or len(met) > MOST_PEOPLE,
    )


def _openable(
    me: Member,
    kind: Kind[E],
    wanted: list[str],
    visible: Callable[[set[str]], dict[str, T]],
    most: int,
    now: datetime,
) -> list[T]:
    """The best of one kind that the caller may open now; what they may not is dropped from where it stood."""
    searched = catalogue.of_member(kind, me, now=now)
    entries = chain.from_iterable(list(one.entries.values()) for one in searched)
    candidates = list(dict.fromkeys(each.id for each in matching.best(entries, wanted)))
    return list(islice(openable(candidates, searched, visible, most), most))


def openable(
    candidates: list[str],
    searched: list[Catalogue[E]],
    visible: Callable[[set[str]], dict[str, T]],
    most: int,
) -> Iterator[T]:
    """Those of the candidates that the caller may open now, lazily; ``most`` are looked up first."""
    size = most
    while candidates:
        asked, candidates, size = candidates[:size], candidates[size:], MOST_LOOKED_UP
        there = visible(set(asked))
        for each in asked:
            if each not in there:
                for one in searched:
                    one.drop(each)
        yield from (there[each] for each in asked if each in there)
