"""What is refused of playlists and entries, as tables; nothing of it changes anything, so one world does."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from tests import environment
from tests.playlists.stories import add, entry_path, path_of
from tests.progress.player import track_of
from tests.world import Person, World


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with mock_aws():
        yield World.begin(environment.provider)


@pytest.fixture(scope="module")
def ann(world: World) -> Person:
    return world.founder("ann@acme.example", workspace="Acme")


@pytest.fixture(scope="module")
def track(ann: Person) -> str:
    return track_of(ann, 60_000)


@pytest.fixture(scope="module")
def playlist(ann: Person) -> str:
    return ann.makes()


BAD_PLAYLISTS: list[tuple[dict[str, Any], str]] = [
    ({}, "title"),
    ({"title": ""}, "title"),
    ({"title": "x" * 201}, "200"),
    ({"title": "x", "description": ""}, "description"),
    ({"title": "x", "description": "x" * 501}, "500"),
    ({"title": "x", "topics": ["x"] * 11}, "10"),
    ({"title": "x", "topics": ["x" * 31]}, "30"),
    ({"title": "x", "topics": [""]}, "topics"),
    ({"title": "x", "topics": ["\u200b\n"]}, "topics"),
    ({"title": "x", "topics": "sales"}, "topics"),
    ({"title": "x", "mode": "open call"}, "mode"),
    ({"title": "x", "audience": "everybody"}, "audience"),
    ({"title": "x", "owner_id": "me"}, "owner_id"),
]


@pytest.mark.parametrize(("body", "named"), BAD_PLAYLISTS)
def test_a_playlist_that_is_none_is_refused_with_a_reason(
    ann: Person, body: dict[str, Any], named: str
) -> None:
    refused = ann.post(f"{ann.place}/playlists", **body).expect(400)
    assert refused["Code"] == "InvalidRequest"
    assert named in refused["Message"]


PARTS: list[tuple[dict[str, Any], int]] = [
    ({"from_ms": 0, "to_ms": 1_000}, 201),
    ({"from_ms": 59_000, "to_ms": 60_000}, 201),
    ({"from_ms": 0, "to_ms": 999}, 400),
    ({"from_ms": 59_001, "to_ms": 60_001}, 400),
    ({"from_ms": 30_000, "to_ms": 30_000}, 400),
    ({"from_ms": 30_000, "to_ms": 20_000}, 400),
    ({"from_ms": 30_000}, 400),
    ({"to_ms": 30_000}, 400),
    ({"from_ms": -1, "to_ms": 30_000}, 400),
    ({"from_ms": 0.5, "to_ms": 30_000}, 400),
]


@pytest.mark.parametrize(("part", "status"), PARTS)
def test_a_part_lies_within_its_track_and_is_long_enough(
    ann: Person, playlist: str, track: str, part: dict[str, Any], status: int
) -> None:
    answer = add(ann, playlist, track, **part)
    body = answer.expect(status)
    if status == 400:
        assert body["Code"] == "InvalidRequest"
    entry = ann.adds(playlist, track)
    assert ann.patch(entry_path(ann, playlist, entry), **part).status == (200 if status == 201 else 400)


BAD_ENTRIES: list[tuple[dict[str, Any], str]] = [
    ({}, "track_id"),
    ({"track_id": "a b"}, "id"),
    ({"note": ""}, "note"),
    ({"note": "x" * 161}, "160"),
    ({"optional": "yes"}, "optional"),
    ({"added_by": "me"}, "added_by"),
    ({"rank": 1}, "rank"),
    ({"after": 1}, "after"),
]


@pytest.mark.parametrize(("body", "named"), BAD_ENTRIES)
def test_an_entry_that_is_none_is_refused_with_a_reason(
    ann: Person, playlist: str, track: str, body: dict[str, Any], named: str
) -> None:
    whole = body if named in ("track_id", "id") else {"track_id": track} | body
    refused = ann.post(f"{path_of(ann, playlist)}/entries", **whole).expect(400)
    assert refused["Code"] == "InvalidRequest"
    assert named in refused["Message"]


@pytest.mark.parametrize("version", ["", "x", "-1", '"1', "1.0", "W/1", "9" * 16])
def test_a_version_that_is_none_is_refused(ann: Person, playlist: str, track: str, version: str) -> None:
    entry = ann.adds(playlist, track)
    for method, path, body in (
        ("PATCH", path_of(ann, playlist), {"title": "x"}),
        ("PATCH", entry_path(ann, playlist, entry), {"note": "x"}),
        ("DELETE", entry_path(ann, playlist, entry), None),
    ):
        assert ann.call(method, path, body, If_Match=version).expect(400)["Code"] == "InvalidRequest"


@pytest.mark.parametrize(
    "query", ["mine=yes", "following=2", "limit=0", "limit=101", "mode=personal", "after=x"]
)
def test_a_list_is_asked_for_as_documented(ann: Person, query: str) -> None:
    ann.get(f"{ann.place}/playlists?{query}").expect(400)


@pytest.mark.parametrize("until", ["yesterday", "2026-01-01", "2026-01-01T00:00:00", 1])
def test_having_seen_takes_a_moment(ann: Person, playlist: str, until: Any) -> None:
    ann.post(f"{path_of(ann, playlist)}/seen", until=until).expect(400)
