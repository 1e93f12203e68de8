"""Playlists assigned to members: by whom, to whom, and what each of them sees of it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from chalicelib import times
from chalicelib.activity import home
from chalicelib.playlists import assigned, assignment_models
from chalicelib.playlists.assignment_models import LATEST_DAYS, MOST_A_DAY, MOST_AT_ONCE, Assignment
from chalicelib.workspaces.models import Member, Quota
from tests import wire
from tests.groups import company
from tests.groups.company import calls, gathers, id_of
from tests.playlists.stories import path_of
from tests.progress.player import Player, track_of
from tests.world import Answer, Person, World


def asks(person: Person, playlist_id: str, *others: Person, **more: Any) -> Answer:
    """Ask these people to hear a playlist."""
    ids = [id_of(other) for other in others]
    return person.post(f"{path_of(person, playlist_id)}/assignments", member_ids=ids, **more)


def asked(person: Person, playlist_id: str) -> list[str]:
    """The names of those to whom a playlist is assigned, as this person sees it."""
    found = person.get(f"{path_of(person, playlist_id)}/assignments").expect(200)["items"]
    return sorted(each["member"]["name"] for each in found)


def at_home(person: Person) -> list[dict[str, Any]]:
    """What is assigned to this person and waits on their home page."""
    found: list[dict[str, Any]] = person.get(f"{person.place}/home").expect(200)["assigned"]
    return found


def titles(assigned: list[dict[str, Any]]) -> list[str]:
    return [each["playlist"]["title"] for each in assigned]


def in_days(days: int) -> str:
    return (times.now().date() + timedelta(days=days)).isoformat()


def hears_all(person: Person, playlist_id: str) -> None:
    for entry in person.opens(playlist_id)["entries"]:
        heard = Player(
            person, entry["track_id"], more={"playlist_id": playlist_id, "entry_id": entry["entry_id"]}
        )
        heard.listens(0, entry["duration_ms"])


@pytest.fixture
def course(ann: Person) -> str:
    """A playlist of Ann's with three tracks, of which one is optional."""
    playlist_id = ann.makes("Your first week")
    for optional in (False, False, True):
        ann.adds(playlist_id, track_of(ann, 10_000), optional=optional)
    return playlist_id


def test_it_stands_on_the_home_page_until_it_is_heard(ann: Person, ben: Person, course: str) -> None:
    asks(ann, course, ben, planned_for=in_days(7)).expect(204)
    [waits] = at_home(ben)
    assert (waits["playlist"]["title"], waits["heard"], waits["of"]) == ("Your first week", 0, 2)
    assert waits["planned_for"] == in_days(7)
    assert waits["assigned_by"]["member_id"] == id_of(ann)
    [first, *_] = ben.opens(course)["entries"]
    Player(ben, first["track_id"], more={"playlist_id": course}).listens(0, 10_000)
    assert [(each["heard"], each["of"]) for each in at_home(ben)] == [(1, 2)]
    hears_all(ben, course)
    assert at_home(ben) == []
    [done] = ben.get(f"{ben.place}/assigned").expect(200)["items"]
    assert done["completed"]
    ann.adds(course, track_of(ann, 10_000))
    assert at_home(ben) == [], "what comes later does not undo it"


def test_not_now_is_said_to_nobody(world: World, ann: Person, ben: Person, course: str) -> None:
    asks(ann, course, ben).expect(204)
    before = ann.get(f"{path_of(ann, course)}/assignments").expect(200)
    place = f"{ben.place}/assigned/{course}"
    assert ben.patch(place, put_away=True).expect(200)["put_away"]
    assert at_home(ben) == []
    asks(ann, course, ben, planned_for=in_days(1)).expect(204)
    assert at_home(ben) == [], "another day is no new request"
    hears_all(ben, course)
    after = ann.get(f"{path_of(ann, course)}/assignments").expect(200)
    assert after["items"][0] == before["items"][0] | {"planned_for": in_days(1)}
    assert not ben.patch(place, put_away=False).expect(200)["put_away"]
    ann.patch(place, put_away=True).expect(404)


def test_asking_again_changes_the_day_and_taking_back_ends_it(
    world: World, ann: Person, ben: Person, course: str
) -> None:
    for day in (in_days(3), in_days(9), None):
        asks(ann, course, ben, planned_for=day).expect(204)
        assert [each["planned_for"] for each in at_home(ben)] == [day]
    assert company.told(ben).count("playlist_assigned") == 1
    place = f"{path_of(ann, course)}/assignments/{id_of(ben)}"
    for _ in range(2):
        ann.delete(place).expect(204)
    assert at_home(ben) == []
    assert "playlist_assigned" not in company.told(ben)
    assert asked(ann, course) == []


def test_what_comes_first_stands_first_and_a_day_that_is_over_is_none(ann: Person, ben: Person) -> None:
    for number, day in enumerate((None, in_days(9), in_days(2), in_days(-1), None, None)):
        asks(ann, ann.makes(f"Number {number}"), ben, planned_for=day).expect(204)
    page = ben.get(f"{ben.place}/home").expect(200)
    assert titles(page["assigned"]) == ["Number 2", "Number 1", "Number 5", "Number 4"]
    assert len(page["assigned"]) == home.MOST_ASSIGNED
    assert page["more_assigned"]
    whole = ben.get(f"{ben.place}/assigned?limit=4").expect(200)
    rest = ben.get(f"{ben.place}/assigned?limit=4&after={whole['next']}").expect(200)
    assert len({*titles(whole["items"]), *titles(rest["items"])}) == 6
    assert rest["next"] is None


def test_a_day_is_over_when_it_is_where_one_is(ann: Person, ben: Person) -> None:
    playlists = [ann.makes("For today"), ann.makes("For whenever")]
    evening = datetime.combine(times.now().date() + timedelta(days=1), time(4), UTC)
    today_in_hawaii = evening.date() - timedelta(days=1)
    for playlist_id, day in zip(playlists, (today_in_hawaii.isoformat(), None), strict=True):
        asks(ann, playlist_id, ben, planned_for=day).expect(204)
    first = {}
    for zone in ("Pacific/Honolulu", "Europe/Berlin"):
        member = Member.get(ben.workspace_id, id_of(ben))
        member.update(actions=[Member.time_zone.set(zone)])
        first[zone] = assigned.waiting(member, most=1, now=evening)[0].playlist_id
    assert first == dict(zip(("Pacific/Honolulu", "Europe/Berlin"), playlists, strict=True))


def test_only_admins_owners_and_mentors_assign_and_only_what_may_be_opened(ann: Person) -> None:
    ben, cleo, dan = calls(ann, "ben"), calls(ann, "cleo"), calls(ann, "dan")
    own, hers = ben.makes("By Ben"), cleo.makes("By Cleo")
    asks(ben, own, cleo, dan).expect(204)
    asks(ann, hers, ben).expect(204)
    asks(dan, own, cleo).expect(404)
    assert (asked(ben, own), asked(ann, own), asked(dan, own)) == (["Cleo", "Dan"], ["Cleo", "Dan"], [])
    dan.delete(f"{path_of(dan, own)}/assignments/{id_of(cleo)}").expect(404)
    assert [ben.opens(own)["may_assign"], dan.opens(own)["may_assign"]] == ["all", None]
    group_id = gathers(ben, cleo)
    within = ben.makes("Among us", audience="group", group_id=group_id)
    refused = asks(ben, within, cleo, dan).expect(409)
    assert refused["Code"] == "PlaylistNotForThem"
    assert "Dan" in refused["Message"]
    assert "Cleo" not in refused["Message"]
    asks(ann, within, cleo).expect(404)
    asks(ben, within, cleo).expect(204)
    assert titles(at_home(cleo)) == ["Among us", "By Ben"]
    company.leaves(cleo, group_id).expect(204)
    assert titles(at_home(cleo)) == ["By Ben"]
    assert titles(cleo.get(f"{cleo.place}/assigned").expect(200)["items"]) == ["By Ben"]


def test_a_mentor_assigns_to_their_own_new_hires(ann: Person, course: str) -> None:
    mira, noor = calls(ann, "mira"), calls(ann, "noor", started_on=in_days(-3))
    other = calls(ann, "otto", started_on=in_days(-3))
    asks(mira, course, noor).expect(404)
    company.assigns(ann, mira, noor).expect(200)
    assert mira.opens(course)["may_assign"] == "new_hires"
    asks(mira, course, noor).expect(204)
    asks(mira, course, noor, other).expect(404)
    asks(ann, course, other).expect(204)
    assert (asked(mira, course), asked(ann, course)) == (["Noor"], ["Noor", "Otto"])


def test_limits_are_said(ann: Person, ben: Person, eve: Person, course: str) -> None:
    place = f"{path_of(ann, course)}/assignments"
    ids = [id_of(ben), *(f"unknown-{number}" for number in range(MOST_AT_ONCE))]
    assert str(MOST_AT_ONCE) in ann.post(place, member_ids=ids).expect(400)["Message"]
    ann.post(place, member_ids=[]).expect(400)
    ann.post(place, member_ids=[id_of(ben), "unknown"]).expect(404)
    ann.post(place, member_ids=[id_of(eve)]).expect(404)
    for days, status in ((LATEST_DAYS, 204), (LATEST_DAYS + 1, 400), (-1, 204), (-2, 400)):
        asks(ann, course, ben, planned_for=in_days(days)).expect(status)
    today = Quota(id_of(ann), times.now().date().isoformat())
    today.update(actions=[Quota.assignments.set(MOST_A_DAY - 1)])
    other = ann.makes("Another")
    assert str(MOST_A_DAY) in asks(ann, other, ben, ann).expect(429)["Message"]
    asks(ann, other, ben).expect(204)
    asks(ann, course, ben).expect(204)


def test_many_are_asked_once_however_often_it_is_tried(world: World, ann: Person, course: str) -> None:
    others = [calls(ann, f"number-{number}") for number in range(6)]
    with wire.refusing("ThrottlingException", operation="Transact", after=1, times=9):
        asks(ann, course, *others).expect(503)
    assert len(asked(ann, course)) == 4
    asks(ann, course, *others).expect(204)
    assert len(asked(ann, course)) == 6
    assert [company.told(each).count("playlist_assigned") for each in others] == [1] * 6


def test_what_was_assigned_before_there_were_days_can_be_read() -> None:
    old = Assignment("m", "#assigned#p", assigned_by="a", assigned_at=times.now())
    assert (old.playlist_id, old.day, old.is_open) == ("p", None, True)
    assert assignment_models.in_order([old], times.now().date()) == [old]


def test_who_is_deactivated_is_asked_for_nothing(ann: Person, ben: Person, course: str) -> None:
    asks(ann, course, ben).expect(204)
    Member(ann.workspace_id, id_of(ben)).update(actions=[Member.status.set("deactivated")])
    asks(ann, course, ben).expect(404)
    assert asked(ann, course) == []
    ann.delete(f"{path_of(ann, course)}/assignments/{id_of(ben)}").expect(204)
