"""Every route × everybody who may call it: what each of them gets stands in `tests/matrix`.

To add a route, add a line to the `TABLE` of its feature there; give it a body in its `BODIES` or a query in
its `QUERIES` where it takes one, and have its `things` make what an id in its path names. A route that is
not in the table fails here.

What somebody may not see is 404, to the letter the answer for what does not exist: for every 404 in the
table the same call is made with unknown ids, and the two answers must be the same.
"""

import uuid
from collections.abc import Iterator

import pytest
from moto import mock_aws

from chalicelib import times
from chalicelib.auth import membership, session
from chalicelib.auth.caller import PUBLIC
from tests import wire
from tests.environment import provider
from tests.matrix.scene import Scene, made
from tests.matrix.table import BODIES, CALLERS, PRIVATE, ROWS, Row
from tests.world import Moment, World

ODD_IDS = (
    "unknown",
    "00000000-0000-0000-0000-000000000000",
    "..",
    "%2e%2e",
    "a%2Fb",
    "%00",
    "%C3%BC",
    "*",
    "'",
    '"',
    "{workspace_id}",
    "x" * 64,
    "x" * 65,
    "x" * 3000,
)

MOST_CALLS = 20
"""More calls than any route makes of DynamoDB."""

FOREIGN_PAGES: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {},
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One AWS for the whole table."""
    with mock_aws():
        yield World.begin(provider)


@pytest.fixture(scope="module")
def scene(world: World) -> Scene:
    """The scene for whoever only looks."""
    return made(world)


@pytest.fixture(scope="module")
def other(world: World) -> Scene:
    """A scene in another workspace."""
    return made(world)


@pytest.fixture(scope="module")
def at_first(world: World, scene: Scene, other: Scene) -> Moment:
    """The world with both scenes, before anybody has changed anything."""
    return world.as_it_is()


@pytest.fixture
def fresh(request: pytest.FixtureRequest, world: World, scene: Scene, at_first: Moment) -> Iterator[Scene]:
    """The scene for a row; what the row changes is taken back."""
    row: Row = request.getfixturevalue("row")
    yield scene
    if row.changes:
        world.becomes(at_first)


def unknown(scene: Scene) -> dict[str, str]:
    """Ids that nobody has."""
    return {name: str(uuid.uuid4()) for name in scene.ids}


def who_may(row: Row) -> str:
    """The last of the callers who get what the route gives."""
    return [caller for caller in CALLERS if row.statuses[caller] < 300][-1]


def test_every_route_stands_in_the_table(world: World) -> None:
    routes = {(method, path) for path, methods in world.app.app.routes.items() for method in methods}
    assert {row.route for row in ROWS} == routes
    assert len({str(row) for row in ROWS}) == len(ROWS)
    assert set(BODIES) <= routes


def test_what_nobody_in_particular_may_ask_for_is_what_the_public_table_says() -> None:
    assert {row.route for row in ROWS if row.statuses["nobody"] != 401} == PUBLIC


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everybody_gets_what_the_table_says(fresh: Scene, row: Row) -> None:
    for caller, status in row.statuses.items():
        elsewhere = fresh.calls(row, caller, **unknown(fresh)) if status == 404 else None
        answer = fresh.calls(row, caller)
        assert answer.status == status, (caller, answer.body)
        if status >= 400:
            assert answer.body.keys() == {"Code", "Message"}, caller
        if elsewhere:
            assert (answer.status, answer.body) == (elsewhere.status, elsewhere.body), caller
            assert answer.headers.keys() == elsewhere.headers.keys(), caller


@pytest.mark.parametrize("row", [row for row in ROWS if "{my_" in row.path], ids=str)
def test_what_is_hidden_takes_as_many_reads_as_what_is_not_there(scene: Scene, row: Row) -> None:
    [*_, hidden] = scene.parameters(row)
    for caller in ("member", "admin"):
        scene.calls(row, caller).expect(404)
        with wire.counted() as for_hidden:
            scene.calls(row, caller).expect(404)
        with wire.counted() as for_nothing:
            scene.calls(row, caller, **{hidden: str(uuid.uuid4())}).expect(404)
        assert for_hidden == for_nothing


@pytest.mark.parametrize("row", PRIVATE, ids=str)
def test_whatever_call_dynamodb_throttles_the_answer_is_to_try_again(fresh: Scene, row: Row) -> None:
    """Each of the route's calls in turn; when all are let through, the route gives what it should."""
    membership._members.clear()
    caller = who_may(row)
    for after in range(MOST_CALLS):
        with wire.refusing("ThrottlingException", after=after, times=1):
            answer = fresh.calls(row, caller)
        if answer.status != 503:
            break
        assert answer.body["Code"] == "Unavailable"
        assert int(answer.headers["Retry-After"]) > 0
    assert 0 < after < MOST_CALLS
    answer.expect(row.statuses[caller])


@pytest.mark.parametrize("row", [row for row in PRIVATE if "{" in row.path], ids=str)
def test_ids_that_nobody_has_are_nothing(scene: Scene, row: Row) -> None:
    """Each id in turn, so that none is a way around the others."""
    nothing = scene.calls(row, who_may(row), **unknown(scene)).expect(404)
    for parameter in scene.parameters(row):
        for odd in ODD_IDS:
            answer = scene.calls(row, who_may(row), **{parameter: odd})
            assert (answer.status, answer.body) == (404, nothing), (parameter, odd)


@pytest.mark.parametrize("row", [row for row in PRIVATE if "{" in row.path], ids=str)
def test_ids_of_another_workspace_are_nothing_in_this_one(scene: Scene, other: Scene, row: Row) -> None:
    for parameter in scene.parameters(row):
        for caller in ("member", "owner", "admin"):
            scene.calls(row, caller, **{parameter: other.ids[parameter]}).expect(404)


@pytest.mark.parametrize("row", [row for row in PRIVATE if row.changes], ids=str)
def test_with_a_cookie_another_page_changes_nothing(scene: Scene, row: Row) -> None:
    person = scene.people[who_may(row)]
    assert person is not None
    begun = session.begun(provider.issuer, person.email, person.email, "Somebody", times.now())
    cookie = {"Cookie": session.cookie(begun, times.now()).partition(";")[0]}
    for page in FOREIGN_PAGES:
        assert scene.asks(row, cookie | page).expect(400)["Code"] == "ForeignPage", page
