"""Listening as it is reported and known again: through the API."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import times
from chalicelib.progress import events, listening, revisions
from chalicelib.progress.models import Progress
from chalicelib.tracks.models import Track
from tests import wire
from tests.progress.player import DECLARED, MINUTE, Player, as_text, event_of, progress, track_of
from tests.world import Person

DAY = timedelta(days=1)


def test_what_was_heard_on_one_device_is_known_on_another(ann: Person, ben: Person) -> None:
    track_id = track_of(ann, 2 * MINUTE)
    before = progress(ben, track_id)
    assert (before["position_ms"], before["coverage"], before["updated_at"]) == (0, 0, None)
    at = times.now() - timedelta(minutes=10)
    taken = Player(ben, track_id).listens(0, MINUTE, effective_at=as_text(at))
    assert taken["taken"] == 1
    assert taken["progress"][0]["coverage"] == 0.5
    assert progress(ben, track_id) == {
        "track_id": track_id,
        "revision": 1,
        "duration_ms": 2 * MINUTE,
        "position_ms": MINUTE,
        "resume_ms": MINUTE - 3000,
        "coverage": 0.5,
        "heard": [[0, MINUTE]],
        "completed_at": None,
        "source": None,
        "updated_at": as_text(at),
        "earlier": [],
    }
    assert progress(ann, track_id)["coverage"] == 0, "and is nobody else's"


def test_a_late_event_counts_as_heard_but_does_not_move_the_position(ann: Person) -> None:
    track_id = track_of(ann, MINUTE)
    Player(ann, track_id).listens(20_000, 30_000)
    taken = Player(ann, track_id).listens(0, 10_000, ago=timedelta(seconds=50))
    assert taken["progress"][0]["coverage"] == pytest.approx(20 / 60)
    found = progress(ann, track_id)
    assert found["position_ms"] == 30_000
    assert found["heard"] == [[0, 10_000], [20_000, 30_000]]


def test_going_back_is_a_wish(ann: Person) -> None:
    track_id = track_of(ann, MINUTE)
    player = Player(ann, track_id)
    player.listens(0, 40_000)
    player.listens(10_000, 12_000, kind="seek")
    found = progress(ann, track_id)
    assert (found["position_ms"], found["coverage"]) == (12_000, pytest.approx(40 / 60))


def test_of_two_sessions_at_one_moment_the_same_wins_in_either_order(ann: Person) -> None:
    at = as_text(times.now())
    left, right = "12"
    for order in ((left, right), (right, left)):
        track_id = track_of(ann, MINUTE)
        for each in order:
            player = Player(ann, track_id, session_id=f"{each * 8}-1111-4111-8111-111111111111")
            player.listens(0, int(each) * 10_000, effective_at=at)
        assert progress(ann, track_id)["position_ms"] == 20_000


def test_the_same_event_again_changes_nothing(ann: Person) -> None:
    track_id = track_of(ann, MINUTE)
    player = Player(ann, track_id)
    event = player.plays(0, 30_000)
    first = player.reports(event).expect(200)
    stored = Progress.get(ann.member_id, f"{track_id}#1").to_dynamodb_dict()
    assert player.reports(event).expect(200) == first
    assert Progress.get(ann.member_id, f"{track_id}#1").to_dynamodb_dict() == stored


def test_listening_completes_a_track_once_and_replaying_undoes_nothing(ann: Person) -> None:
    track_id = track_of(ann, 100_000)
    player = Player(ann, track_id)
    assert player.listens(0, 89_000)["progress"][0]["completed_at"] is None
    completed = player.listens(89_000, 90_000)["progress"][0]
    assert completed["source"] == "listened"
    assert (
        times.now() - timedelta(minutes=1) < datetime.fromisoformat(completed["completed_at"]) <= times.now()
    )
    again = player.listens(0, 5000)["progress"][0]
    assert again["completed_at"] == completed["completed_at"]
    assert progress(ann, track_id)["completed_at"] == completed["completed_at"]


@pytest.mark.parametrize("percent", [75, 90, 100])
def test_a_workspace_says_how_much_completes(ann: Person, percent: int) -> None:
    answer = ann.patch(ann.place, completion_percent=percent).expect(200)
    assert answer["completion_percent"] == percent
    track_id = track_of(ann, 100_000)
    player = Player(ann, track_id)
    below = player.listens(0, (percent - 1) * 1000)
    assert below["progress"][0]["completed_at"] is None
    assert player.listens(0, percent * 1000)["progress"][0]["source"] == "listened"


def test_dragging_to_the_end_completes_nothing(ann: Person) -> None:
    track_id = track_of(ann, 100_000)
    player = Player(ann, track_id)
    player.listens(0, 5000)
    dragged = [
        player.plays(position_ms, position_ms, kind="seek", segments=[])
        for position_ms in range(10_000, 100_001, 2500)
    ]
    player.reports(*dragged, player.plays(100_000, 100_000, kind="ended", segments=[])).expect(200)
    found = progress(ann, track_id)
    assert (found["position_ms"], found["resume_ms"]) == (100_000, 0)
    assert (found["coverage"], found["completed_at"]) == (0.05, None)


def test_a_jump_reported_as_listening_counts_what_the_clock_allows(ann: Person) -> None:
    track_id = track_of(ann, 100_000)
    Player(ann, track_id).listens(0, 100_000, wall_ms=1000)
    assert progress(ann, track_id)["heard"] == [[0, 3000]]


def test_replaying_ten_seconds_nine_times_completes_nothing(ann: Person) -> None:
    track_id = track_of(ann, 100_000)
    player = Player(ann, track_id)
    for _ in range(9):
        player.listens(20_000, 30_000)
    player.listens(20_000, 30_000, segments=[[20_000, 30_000]] * 9, wall_ms=90_000)
    found = progress(ann, track_id)
    assert (found["coverage"], found["completed_at"]) == (0.1, None)


@pytest.mark.parametrize(
    ("changes", "position_ms", "heard"),
    [
        ({"segments": [[50_000, 70_000]], "wall_ms": 20_000}, 60_000, [[50_000, 60_000]]),
        ({"segments": [[-5000, 2000]], "wall_ms": 7000}, 60_000, [[0, 2000]]),
        ({"segments": [[70_000, 80_000]], "wall_ms": 10_000}, 60_000, []),
        ({"segments": [[30_000, 20_000]], "wall_ms": 10_000}, 60_000, []),
        ({"segments": [], "wall_ms": 0, "rate": 0}, 60_000, []),
        ({"segments": [[0, 10_000]], "position_ms": 90_000}, 60_000, [[0, 10_000]]),
        ({"segments": [[0, 37_000]], "wall_ms": 10_000, "rate": 3.5}, 60_000, [[0, 37_000]]),
        ({"segments": [[0, 38_000]], "wall_ms": 10_000, "rate": 3.5}, 60_000, [[0, 37_000]]),
        ({"segments": [[0, 0]], "position_ms": 0}, 0, []),
    ],
)
def test_the_impossible_is_trimmed_and_the_rest_counts(
    ann: Person, changes: dict[str, Any], position_ms: int, heard: list[list[int]]
) -> None:
    track_id = track_of(ann, MINUTE)
    Player(ann, track_id).listens(0, MINUTE, **changes)
    found = progress(ann, track_id)
    assert (found["position_ms"], found["heard"]) == (position_ms, heard)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rate": 3.501}, "RateTooHigh"),
        pytest.param({"effective_at": as_text(times.now() + timedelta(days=1))}, "EventAhead", id="ahead"),
        pytest.param({"effective_at": as_text(times.now() - 31 * DAY)}, "EventTooOld", id="old"),
        ({"effective_at": "0001-01-01T00:00:00Z"}, "EventTooOld"),
        ({"effective_at": "9999-12-31T23:59:59Z"}, "EventAhead"),
        ({"track_id": "no-such-track"}, "NotFound"),
        ({"revision": 2}, "NotFound"),
    ],
    ids=str,
)
def test_a_refused_event_keeps_its_neighbours_from_nothing(
    ann: Person, changes: dict[str, Any], code: str
) -> None:
    track_id = track_of(ann, MINUTE)
    player = Player(ann, track_id)
    reported = [
        player.plays(0, 10_000),
        player.plays(10_000, 20_000, **changes),
        player.plays(20_000, 30_000),
    ]
    taken = player.reports(*reported).expect(200)
    [refused] = taken["refused"]
    assert (taken["taken"], refused["index"], refused["Code"]) == (2, 1, code)
    assert refused["Message"].endswith(".")
    assert progress(ann, track_id)["heard"] == [[0, 10_000], [20_000, 30_000]]


def test_what_is_too_old_and_what_is_ahead_is_said_to_the_microsecond() -> None:
    now = times.now()
    least = timedelta(microseconds=1)

    def refused(at: Any) -> Any:
        return events.refusal(_event(effective_at=at), now)

    assert refused(now + timedelta(seconds=60)) is None
    assert refused(now + timedelta(seconds=60) + least) == events.AHEAD
    assert refused(now - timedelta(days=30)) is None
    assert refused(now - timedelta(days=30) - least) == events.TOO_OLD
    assert "60 seconds" in events.AHEAD.Message
    assert "30 days" in events.TOO_OLD.Message
    assert events.refusal(_event(effective_at=now, rate=3.5), now) is None
    assert events.refusal(_event(effective_at=now, rate=3.5000001), now) == events.TOO_FAST
    assert "3.5" in events.TOO_FAST.Message


def test_fifty_events_are_taken_and_fifty_one_are_not(ann: Person) -> None:
    track_id = track_of(ann, MINUTE)
    player = Player(ann, track_id)
    reported = [player.plays(second * 1000, second * 1000 + 1000) for second in range(51)]
    refused = player.reports(*reported).expect(400)
    assert (refused["Code"], "50" in refused["Message"]) == ("InvalidRequest", True)
    assert progress(ann, track_id)["coverage"] == 0
    assert player.reports(*reported[:50]).expect(200)["taken"] == 50
    assert progress(ann, track_id)["heard"] == [[0, 50_000]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"position_ms": -1}, "position_ms"),
        ({"position_ms": 1.5}, "position_ms"),
        ({"position_ms": 10**12 + 1}, "position_ms"),
        ({"wall_ms": -1}, "wall_ms"),
        ({"wall_ms": 10**12 + 1}, "wall_ms"),
        ({"rate": -0.1}, "rate"),
        ({"rate": None}, "rate"),
        ({"sequence": 0}, "sequence"),
        ({"sequence": 2**32}, "sequence"),
        ({"revision": 0}, "revision"),
        ({"revision": 10**6 + 1}, "revision"),
        ({"session_id": "mine"}, "session_id"),
        ({"effective_at": "2026-01-01T00:00:00"}, "effective_at"),
        ({"effective_at": "yesterday"}, "effective_at"),
        ({"kind": "rewind"}, "kind"),
        ({"segments": [[1, 2]] * 51}, "50"),
        ({"segments": [[1, 2, 3]]}, "segments"),
        ({"segments": [[0.5, 2]]}, "segments"),
        ({"segments": [[0, 10**12 + 1]]}, "segments"),
        ({"track_id": "#recent"}, "track_id"),
        ({"playlist_id": "#recent"}, "playlist_id"),
        ({"member_id": "ann"}, "member_id"),
        ({"heard": [1]}, "heard"),
    ],
    ids=str,
)
def test_an_event_of_another_shape_is_a_bad_request(ann: Person, changes: dict[str, Any], said: str) -> None:
    player = Player(ann, track_of(ann, MINUTE))
    refused = player.reports(player.plays(0, 1000), player.plays(0, 1000, **changes)).expect(400)
    assert refused["Code"] == "InvalidRequest"
    assert said in refused["Message"]
    assert "events[" in refused["Message"]


def test_the_largest_request_fits_what_a_browser_sends_when_a_page_goes(ann: Person) -> None:
    # fetch with keepalive carries 64 KiB: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
    player = Player(ann, track_of(ann, 30 * MINUTE), more={"playlist_id": "p" * 36, "entry_id": "e" * 36})
    usual = [[1_700_000, 1_800_000]] * 20
    reported = [player.plays(0, 1_800_000, segments=usual) for _ in range(listening.MOST_EVENTS)]
    assert len(json.dumps({"events": reported})) < 64 * 1024
    assert player.reports(*reported).expect(200)["taken"] == 50


def test_what_one_may_not_hear_is_not_taken_and_not_told(ann: Person, ben: Person, eve: Person) -> None:
    private = track_of(ann, MINUTE, chosen="me")
    foreign = track_of(eve, MINUTE)
    player = Player(ben, "")
    reported = [player.plays(0, 1000, track_id=each) for each in (private, foreign, "no-such-track")]
    refused = player.reports(*reported).expect(200)["refused"]
    assert [each | {"index": 0} for each in refused] == [refused[0]] * 3
    for track_id in (private, foreign, "no-such-track"):
        ben.get(f"{ben.place}/progress/{track_id}").expect(404)
        ben.call("PUT", f"{ben.place}/progress/{track_id}/completion", DECLARED).expect(404)
        ben.delete(f"{ben.place}/progress/{track_id}/completion?revision=1").expect(404)
    assert ben.get(f"{ben.place}/progress?tracks={private},{foreign},nothing").expect(200)["items"] == []
    player.person = eve
    eve.call("POST", f"{ann.place}/progress", {"events": reported}).expect(404)
    eve.get(f"{ann.place}/recent").expect(404)
    assert list(Progress.query(ben.member_id)) == []


def test_a_track_that_is_widened_is_heard_at_once(ann: Person, ben: Person) -> None:
    track_id = track_of(ann, MINUTE, chosen="me")
    player = Player(ben, track_id)
    assert Player(ann, track_id).listens(0, 1000)["taken"] == 1  # and this process knows it is Ann's alone
    assert player.reports(player.plays(0, 1000)).expect(200)["taken"] == 0
    ann.patch(f"{ann.place}/tracks/{track_id}", consent={"audience": "workspace"}).expect(200)
    player.listens(0, 1000)
    assert progress(ben, track_id)["heard"] == [[0, 1000]]


def test_a_track_taken_back_is_heard_no_more(ann: Person, ben: Person) -> None:
    track_id = track_of(ann, MINUTE)
    Track.get(ann.workspace_id, track_id).delete()
    player = Player(ben, track_id)
    assert player.reports(player.plays(0, 1000)).expect(200)["refused"][0]["Code"] == "NotFound"


def test_a_track_that_is_not_ready_has_no_progress(ann: Person, ben: Person) -> None:
    track_id = ann.announces()["track"]["track_id"]
    ben.get(f"{ben.place}/progress/{track_id}").expect(404)
    assert ann.get(f"{ann.place}/progress/{track_id}").expect(409)["Code"] == "TrackNotReady"
    player = Player(ann, track_id)
    assert player.reports(player.plays(0, 1000)).expect(200)["refused"][0]["Code"] == "NotFound"


def test_recording_anew_begins_again_and_the_former_revision_stays_known(ann: Person, ben: Person) -> None:
    track_id = track_of(ann, MINUTE, former_ms=(20_000, 30_000))
    Player(ben, track_id, revision=1).listens(0, 20_000)
    found = progress(ben, track_id)
    assert (found["revision"], found["coverage"], found["completed_at"]) == (3, 0, None)
    [earlier] = found["earlier"]
    assert (earlier["revision"], earlier["coverage"], earlier["source"]) == (1, 1, "listened")
    Player(ben, track_id, revision=3).listens(0, 6000)
    Player(ben, track_id, revision=2).listens(0, 3000)
    found = progress(ben, track_id)
    assert (found["coverage"], found["position_ms"]) == (0.1, 6000)
    assert [(each["revision"], each["coverage"]) for each in found["earlier"]] == [(1, 1), (2, 0.1)]


def test_many_tracks_are_known_at_once(ann: Person, ben: Person) -> None:
    tracks = [track_of(ann, MINUTE) for _ in range(3)]
    Player(ben, tracks[0]).listens(0, 30_000)
    Player(ben, tracks[1]).listens(0, 60_000)
    items = ben.get(f"{ben.place}/progress?tracks={','.join(tracks)},nothing").expect(200)["items"]
    found = {item["track_id"]: (item["coverage"], item["source"]) for item in items}
    assert found == {tracks[0]: (0.5, None), tracks[1]: (1, "listened"), tracks[2]: (0, None)}


@pytest.mark.parametrize("tracks", ["", ",", "a,", "a,,b", "a b", ",".join(["a"] * 101), "%23recent"])
def test_a_list_of_tracks_is_ids_with_commas_and_not_too_many(ann: Person, tracks: str) -> None:
    refused = ann.get(f"{ann.place}/progress?tracks={tracks}").expect(400)
    assert refused["Code"] == "InvalidRequest"
    assert ann.get(f"{ann.place}/progress?tracks={','.join(['a'] * 100)}").expect(200)["items"] == []


def test_an_event_costs_one_write_and_a_read_only_of_what_is_not_known(ann: Person) -> None:
    track_id = track_of(ann, 100_000)
    player = Player(ann, track_id, sequence=1)
    late = player.plays(0, 1000, ago=timedelta(minutes=5))
    ann.get(ann.place).expect(200)  # who is calling is known from here on

    def calls(*reported: dict[str, Any]) -> list[str]:
        with wire.counted() as counted:
            player.reports(*reported).expect(200)
        return counted

    read, write = "BatchGetItem tracks workspaces", "UpdateItem progress"
    assert calls(player.plays(0, 10_000)) == [read, write]
    assert calls(player.plays(10_000, 20_000)) == [write]
    assert calls(*(player.plays(20_000, 30_000) for _ in range(50))) == [write]
    assert calls(late) == [write, write]
    assert calls(player.plays(20_000, 20_000, segments=[])) == [write]
    assert calls(player.plays(30_000, 88_000)) == [write], "nor does it ask how much completes"
    revisions._percents.clear()
    assert calls(player.plays(88_000, 89_000)) == [write, "GetItem workspaces"], "except once a minute"
    assert calls(player.plays(89_000, 90_000)) == [write, write], "and once more when it completes the track"
    assert calls(player.plays(90_000, 100_000)) == [write]
    begins = Player(ann, track_id).plays(0, 1000)
    visits = "UpdateItem members"
    assert calls(begins) == [write, "UpdateItem loops", visits], "that they are here, once in ten minutes"
    in_playlist = Player(ann, track_id, more={"playlist_id": "p1", "entry_id": "e1"}).plays(0, 1000)
    assert calls(in_playlist) == [write, "UpdateItem loops", "UpdateItem loops"]


def test_reading_costs_two_reads(ann: Person) -> None:
    tracks = [track_of(ann, MINUTE) for _ in range(3)]
    Player(ann, tracks[0]).listens(0, 1000)
    with wire.counted() as counted:
        ann.get(f"{ann.place}/progress?tracks={','.join(tracks)}").expect(200)
    assert counted == ["BatchGetItem tracks", "BatchGetItem progress"]
    with wire.counted() as counted:
        progress(ann, tracks[0])
    assert counted == ["GetItem tracks", "BatchGetItem progress"]
    with wire.counted() as counted:
        ann.get(f"{ann.place}/recent").expect(200)
    assert counted == ["GetItem loops", "GetItem tracks", "BatchGetItem progress"]


def _event(**changes: Any) -> events.Event:
    nobody: Any = None
    return event_of(Player(nobody, "track").plays(0, 1000, **changes))
