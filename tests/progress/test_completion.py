"""Tracks that are completed without listening, and taking that back."""

from typing import Any

import pytest

from tests.progress.player import DECLARED, MINUTE, Player, progress, track_of
from tests.world import Person


@pytest.mark.parametrize("source", ["self_declared", "transcript"])
def test_a_track_is_completed_without_listening(ann: Person, source: str) -> None:
    track_id = track_of(ann, MINUTE)
    path = f"{ann.place}/progress/{track_id}/completion"
    answer = ann.call("PUT", path, {"revision": 1, "source": source}).expect(200)
    assert (answer["source"], answer["coverage"], answer["updated_at"]) == (source, 0, None)
    again = ann.call("PUT", path, DECLARED).expect(200)
    assert (again["source"], again["completed_at"]) == (source, answer["completed_at"])
    Player(ann, track_id).listens(0, MINUTE)
    assert progress(ann, track_id)["source"] == source, "the first time counts"


def test_what_was_only_said_can_be_taken_back(ann: Person) -> None:
    track_id = track_of(ann, MINUTE)
    path = f"{ann.place}/progress/{track_id}/completion"
    ann.delete(f"{path}?revision=1").expect(204)
    ann.call("PUT", path, DECLARED).expect(200)
    ann.delete(f"{path}?revision=1").expect(204)
    assert progress(ann, track_id)["completed_at"] is None
    ann.call("PUT", path, {"revision": 1, "source": "transcript"}).expect(200)
    assert ann.delete(f"{path}?revision=1").expect(409)["Code"] == "NotSelfDeclared"
    assert progress(ann, track_id)["source"] == "transcript"


def test_what_was_heard_counts_again_when_what_was_said_is_taken_back(ann: Person) -> None:
    track_id = track_of(ann, MINUTE)
    path = f"{ann.place}/progress/{track_id}/completion"
    ann.call("PUT", path, DECLARED).expect(200)
    Player(ann, track_id).listens(0, MINUTE)
    ann.delete(f"{path}?revision=1").expect(204)
    assert progress(ann, track_id)["source"] == "listened"
    assert ann.delete(f"{path}?revision=1").expect(409)["Code"] == "NotSelfDeclared"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"revision": 1},
        {"revision": 1, "source": "listened"},
        {"revision": 0, "source": "transcript"},
        {"revision": 1, "source": "transcript", "completed_at": "2026-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_a_declaration_is_as_documented(ann: Person, body: dict[str, Any]) -> None:
    path = f"{ann.place}/progress/{track_of(ann, MINUTE)}/completion"
    assert ann.call("PUT", path, body).expect(400)["Code"] == "InvalidRequest"
    assert ann.delete(path).expect(400)["Code"] == "InvalidRequest"
    ann.call("PUT", path, {"revision": 2, "source": "transcript"}).expect(404)
