"""Where one left off, and how the loops of playlists know of listening."""

from datetime import timedelta
from typing import Any

from chalicelib import times
from chalicelib.progress import recent
from chalicelib.progress.models import Loop
from chalicelib.workspaces.models import Member
from tests import wire
from tests.progress.player import MINUTE, Player, as_text, event_of, track_of
from tests.world import Person


def test_where_one_left_off_is_the_latest_session(ann: Person, ben: Person) -> None:
    assert ben.get(f"{ben.place}/recent").expect(200) == {"left_off": None}
    first, second = track_of(ann, MINUTE), track_of(ann, MINUTE)
    at = times.now()
    player = Player(ben, first, more={"playlist_id": "p1", "entry_id": "e1"})
    player.listens(0, 10_000, effective_at=as_text(at))
    Player(ben, second).listens(0, 20_000, ago=timedelta(hours=1))  # arrives later, was earlier
    found = ben.get(f"{ben.place}/recent").expect(200)["left_off"]
    assert (found["track"]["track_id"], found["playlist_id"], found["entry_id"]) == (first, "p1", "e1")
    assert found["at"] == as_text(at)
    assert found["progress"]["position_ms"] == 10_000
    player.listens(10_000, 20_000)
    Player(ben, second).listens(20_000, 30_000)
    found = ben.get(f"{ben.place}/recent").expect(200)["left_off"]
    assert (found["track"]["track_id"], found["playlist_id"], found["entry_id"]) == (second, None, None)
    assert found["progress"]["position_ms"] == 30_000
    assert ann.get(f"{ann.place}/recent").expect(200) == {"left_off": None}


def test_what_cannot_be_heard_any_more_is_not_gone_on_with(ann: Person, ben: Person) -> None:
    track_id = track_of(ann, MINUTE)
    Player(ben, track_id).listens(0, 10_000)
    ann.patch(f"{ann.place}/tracks/{track_id}", consent={"audience": "me"}).expect(200)
    assert ben.get(f"{ben.place}/recent").expect(200) == {"left_off": None}


def test_a_playlist_is_gone_on_with_even_where_its_track_is_closed(ann: Person, ben: Person) -> None:
    track_id = track_of(ann, MINUTE)
    Player(ben, track_id, more={"playlist_id": "p1", "entry_id": "e1"}).listens(0, 10_000)
    ann.patch(f"{ann.place}/tracks/{track_id}", consent={"audience": "me"}).expect(200)
    found = ben.get(f"{ben.place}/recent").expect(200)["left_off"]
    assert (found["track"], found["progress"]) == (None, None)
    assert (found["playlist_id"], found["entry_id"]) == ("p1", "e1")


def test_a_new_revision_is_gone_on_with_from_its_start(ann: Person, ben: Person) -> None:
    track_id = track_of(ann, MINUTE, former_ms=(MINUTE,))
    Player(ben, track_id, revision=1).listens(0, 10_000)
    found = ben.get(f"{ben.place}/recent").expect(200)["left_off"]
    assert (found["progress"]["revision"], found["progress"]["position_ms"]) == (2, 0)


def test_a_loop_begins_with_its_earliest_session_and_knows_its_latest_entry(ann: Person) -> None:
    track_id = track_of(ann, MINUTE)
    now = times.now()

    def begins(hours_ago: int, entry_id: str | None) -> dict[str, Any]:
        player = Player(ann, track_id, more={"playlist_id": "p1", "entry_id": entry_id})
        return player.plays(0, 1000, effective_at=as_text(now - timedelta(hours=hours_ago)))

    def loop() -> tuple[Any, Any]:
        found = Loop.get(ann.member_id, "p1")
        return (now - found.started_at) // timedelta(hours=1), found.last_entry_id

    player = Player(ann, track_id)
    player.reports(begins(5, "e5")).expect(200)
    assert loop() == (5, "e5")
    player.reports(begins(3, "e3")).expect(200)
    assert loop() == (5, "e3")
    player.reports(begins(4, "e4")).expect(200)
    assert loop() == (5, "e3")
    player.reports(begins(8, "e8")).expect(200)
    assert loop() == (8, "e3")
    player.reports(begins(9, "e9"), begins(1, "e1"), begins(2, "e2")).expect(200)
    assert loop() == (9, "e1")
    player.reports(begins(0, None)).expect(200)
    assert loop() == (9, None)


def test_a_loop_keeps_what_others_wrote_into_it(ann: Person) -> None:
    Loop(ann.member_id, "p1").update(actions=[Loop.following.set(True)])
    Player(ann, track_of(ann, MINUTE), more={"playlist_id": "p1", "entry_id": "e1"}).listens(0, 1000)
    found = Loop.get(ann.member_id, "p1")
    assert (found.following, found.last_entry_id) == (True, "e1")


def test_a_loop_is_noted_although_somebody_writes_into_it(ann: Person) -> None:
    me = Member.get(ann.workspace_id, ann.member_id)
    begins = Player(ann, "a-track", more={"playlist_id": "p1", "entry_id": "e1"}).plays(0, 1000)
    with wire.refusing("TransactionConflictException", times=2):
        recent.note(me, [event_of(begins)])
    assert Loop.get(me.member_id, "p1").last_entry_id == "e1"
