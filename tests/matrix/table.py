"""Every route × everybody who may call it, with what each of them gets: the rows of all features.

nobody    without a session or a token
stranger  the admin of another workspace
invited   was invited to this one and has not accepted
gone      was a member and is deactivated
member    a colleague
fellow    belongs to the owner's group, and is the owner's mentor
owner     the member whose track, profile, group or thing it is; no admin
admin     an admin who owns none of it; a link that its owner has taken back is gone when they come

Of the podcast feeds that the table speaks of everybody has their own; only the owner has made one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.auth.caller import PUBLIC
from tests.matrix import (
    activity,
    announcements,
    digests,
    exports,
    feedback,
    groups,
    loops,
    playlists,
    progress,
    questions,
    reports,
    reviews,
    search,
    sharing,
    tracks,
    web,
    workspaces,
)
from tests.matrix.feature import Bodies, Route

FEATURES = (
    web.FEATURE,
    workspaces.FEATURE,
    tracks.FEATURE,
    reviews.FEATURE,
    playlists.FEATURE,
    groups.FEATURE,
    progress.FEATURE,
    search.FEATURE,
    activity.FEATURE,
    feedback.FEATURE,
    questions.FEATURE,
    loops.FEATURE,
    reports.FEATURE,
    announcements.FEATURE,
    sharing.FEATURE,
    digests.FEATURE,
    exports.FEATURE,
)
"""In the order in which their things are made: first those on which the things of others hang."""

BODIES: Bodies = {}
FORMS: dict[Route, str] = {}
QUERIES: dict[Route, str] = {}
for feature in FEATURES:
    BODIES |= feature.bodies
    FORMS |= feature.forms
    QUERIES |= feature.queries


@dataclass(frozen=True)
class Row:
    """A route and what each of the callers gets."""

    method: str
    path: str
    statuses: dict[str, int]

    @property
    def route(self) -> Route:
        path = self.path
        for feature in FEATURES:
            for stands_for, parameter in feature.same_route.items():
                path = path.replace(stands_for, parameter)
        return self.method, path

    @property
    def changes(self) -> bool:
        return self.method not in ("GET", "HEAD")

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _rows(table: str) -> Iterator[Row]:
    header, *lines = table.strip().split("\n")
    _, _, *callers = header.split()
    words = iter(" ".join(lines).split())
    for method in words:
        path = next(words)
        yield Row(method, path, {caller: int(next(words)) for caller in callers})


ROWS = [row for feature in FEATURES for row in _rows(feature.table)]
CALLERS = list(ROWS[0].statuses)
PRIVATE = [row for row in ROWS if row.route not in PUBLIC]
