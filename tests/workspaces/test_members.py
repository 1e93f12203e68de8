"""The people of a workspace: what is said of them, their roles, deactivating and reactivating."""

from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib import times
from chalicelib.auth import membership
from chalicelib.workspaces.models import Member, Workspace
from tests import wire
from tests.tracks.audio import mp3
from tests.world import Answer, Person, World


def path(of: Person) -> str:
    return f"{of.place}/members/{of.member_id}"


def seen(by: Person, of: Person) -> dict[str, Any]:
    member: dict[str, Any] = by.get(path(of)).expect(200)
    return member


def admins(ann: Person) -> set[str]:
    return set(Workspace.get(ann.workspace_id).admin_ids or ())


@pytest.fixture
def second_admin(ann: Person, ben: Person) -> Person:
    """Ben, whom Ann has made an admin too."""
    ann.patch(path(ben), role="admin").expect(200)
    return ben


def test_members_say_of_themselves_who_they_are(ann: Person, ben: Person) -> None:
    changes = {
        "name": "Ben Example",
        "title": "Engineer",
        "time_zone": "Europe/Berlin",
        "working_hours": {"from": "08:30", "to": "16:45"},
        "topics": ["pitching", "Python"],
        "mentor_capacity": 2,
    }
    changed = ben.patch(path(ben), **changes).expect(200)
    assert {name: changed[name] for name in changes} == changes
    assert changed["version"] == 2
    assert seen(ann, ben) == changed
    assert ben.patch(path(ben), title=None).expect(200)["title"] is None


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "admin"},
        {"role": "member"},
        {"status": "deactivated"},
        {"department": "Sales"},
        {"started_on": "2026-01-01"},
        {"name": "Boss", "role": "admin"},
    ],
    ids=str,
)
def test_the_rest_is_an_admins_to_say(ann: Person, ben: Person, changes: dict[str, Any]) -> None:
    before = seen(ann, ben)
    ben.patch(path(ben), **changes).expect(404)
    ben.patch(path(ann), **changes).expect(404)
    assert seen(ann, ben) == before


def test_members_say_nothing_of_one_another(ann: Person, ben: Person) -> None:
    ben.patch(path(ann), name="Annie").expect(404)
    ann.patch(path(ben), name="Benny", department="Sales").expect(200)
    assert seen(ben, ben)["name"] == "Benny"


@pytest.mark.parametrize(
    "zone", ["Berlin", "Europe/berlin", "../../etc/passwd", "localtime\x00", "GMT+25", ""]
)
def test_a_time_zone_is_one_of_the_iana_database(ben: Person, zone: str) -> None:
    assert "`time_zone`" in ben.patch(path(ben), time_zone=zone).expect(400)["Message"]


@pytest.mark.parametrize("clock", ["9:00", "24:00", "09:60", "09:00\n", "０9:00", "09:00:00", ""])
def test_working_hours_are_times_of_a_day(ben: Person, clock: str) -> None:
    refused = ben.patch(path(ben), working_hours={"from": clock, "to": "17:00"}).expect(400)
    assert refused["Message"] == "`working_hours.from`: Expected a time of day, such as 09:30."


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"topics": [f"topic {number}" for number in range(20)]}, 200),
        ({"topics": [f"topic {number}" for number in range(21)]}, 400),
        ({"topics": ["x" * 30]}, 200),
        ({"topics": ["x" * 31]}, 400),
        ({"topics": [" "]}, 400),
        ({"mentor_capacity": 0}, 200),
        ({"mentor_capacity": 20}, 200),
        ({"mentor_capacity": 21}, 400),
        ({"mentor_capacity": -1}, 400),
    ],
    ids=lambda value: str(value)[:40],
)
def test_topics_and_time_for_new_hires_have_limits(ben: Person, change: dict[str, Any], status: int) -> None:
    answer = ben.patch(path(ben), **change).expect(status)
    if status == 400:
        [name] = change
        assert f"`{name}" in answer["Message"]


def test_a_topic_is_one_line_and_stands_once(ben: Person) -> None:
    changed = ben.patch(path(ben), topics=["  cold\ncalls ", "cold calls", "Python"]).expect(200)
    assert changed["topics"] == ["cold calls", "Python"]
    assert changed["mentor_capacity"] == 3


def test_a_stale_version_gets_the_current_state(ann: Person, ben: Person) -> None:
    ben.call("PATCH", path(ben), {"title": "One"}, If_Match="1").expect(200)
    stale = ann.call("PATCH", path(ben), {"title": "Two"}, If_Match="1").expect(409)
    assert (stale["Code"], stale["Current"]["title"]) == ("StaleVersion", "One")


def test_two_changes_at_once_lose_neither(ann: Person, ben: Person, second_admin: Person) -> None:
    ben_path = path(ben)
    with wire.overtaken(
        "TransactWriteItems", lambda: ann.patch(ben_path, role="member", department="Sales").expect(200)
    ):
        ben.patch(ben_path, title="Engineer").expect(200)
    now = seen(ann, ben)
    assert (now["role"], now["department"], now["title"]) == ("member", "Sales", "Engineer")
    assert admins(ann) == {ann.member_id}


def test_a_new_name_reaches_the_tracks_and_the_log(world: World, ann: Person, ben: Person) -> None:
    track_id = ben.records(mp3(1))
    ben.patch(path(ben), name="Ben Example").expect(200)
    world.settle()
    assert ann.track(track_id)["speaker"]["name"] == "Ben Example"
    happened = ann.get(f"{ann.place}/activity").expect(200)["items"]
    assert next(each["actor"]["name"] for each in happened if each["track_id"] == track_id) == "Ben Example"


def test_a_new_hire_is_one_for_ninety_days(ann: Person, ben: Person) -> None:
    assert seen(ann, ben)["is_new_hire"]
    today = times.now().date()
    for days, is_new_hire in ((-1, False), (0, True), (89, True), (90, False)):
        started_on = (today - timedelta(days=days)).isoformat()
        changed = ann.patch(path(ben), started_on=started_on).expect(200)
        assert (changed["started_on"], changed["is_new_hire"]) == (started_on, is_new_hire)
    assert not ann.patch(path(ben), started_on=None).expect(200)["is_new_hire"]
    for far in (date.min, date.max):
        assert not ann.patch(path(ben), started_on=far.isoformat()).expect(200)["is_new_hire"]


def leave_or_be_less(admin: Person, by: Person) -> list[Answer]:
    return [by.patch(path(admin), role="member"), by.patch(path(admin), status="deactivated")]


def test_the_last_admin_can_neither_be_demoted_nor_leave(ann: Person, ben: Person) -> None:
    for answer in leave_or_be_less(ann, by=ann):
        assert answer.expect(409)["Code"] == "LastAdmin"
    assert admins(ann) == {ann.member_id}
    ann.get(f"{ann.place}/invitations").expect(200)


def test_a_deactivated_admin_does_not_count_as_one(ann: Person, second_admin: Person) -> None:
    ben_path, ben_id = path(second_admin), second_admin.member_id
    ann.patch(ben_path, status="deactivated").expect(200)
    assert admins(ann) == {ann.member_id}
    for answer in leave_or_be_less(ann, by=ann):
        assert answer.expect(409)["Code"] == "LastAdmin"
    assert ann.patch(ben_path, status="active").expect(200)["role"] == "admin"
    assert admins(ann) == {ann.member_id, ben_id}
    ann.patch(path(ann), role="member").expect(200)
    ann.get(f"{ann.place}/invitations").expect(404)


@pytest.mark.parametrize("change", [{"role": "member"}, {"status": "deactivated"}], ids=str)
def test_of_two_admins_who_demote_each_other_one_stays(
    world: World, ann: Person, second_admin: Person, change: dict[str, str]
) -> None:
    ben = second_admin
    paths = path(ann), path(ben)
    with wire.overtaken("TransactWriteItems", lambda: ben.patch(paths[0], **change).expect(200)):
        assert ann.patch(paths[1], **change).expect(409)["Code"] == "LastAdmin"
    assert admins(ann) == {Member.id_of(ann.workspace_id, world.identity_provider.issuer, ben.email)}


def test_of_two_admins_who_leave_in_the_same_moment_one_stays(
    world: World, ann: Person, second_admin: Person
) -> None:
    both = [ann, second_admin]
    paths = [path(each) for each in both]
    answers = world.at_once(
        *(lambda who=who, to=to: who.patch(to, role="member") for who, to in zip(both, paths, strict=True))
    )
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert len(admins(ann)) == 1


def test_one_who_was_demoted_elsewhere_administers_nothing_any_more(
    ann: Person, second_admin: Person
) -> None:
    ben = second_admin
    ben.get(f"{ben.place}/invitations").expect(200)
    remembered = dict(membership._members)
    ben_path = path(ben)
    ann.patch(ben_path, role="member").expect(200)
    membership._members.update(remembered)  # as in another process, which remembers for a minute
    ben.patch(ben_path, role="admin").expect(404)
    membership._members.update(remembered)
    ben.post(f"{ben.place}/invitations", emails=["x@acme.example"]).expect(404)
    assert admins(ann) == {ann.member_id}


def test_one_who_is_deactivated_is_gone_at_once(world: World, ann: Person, ben: Person) -> None:
    track_id = ann.records(mp3(1))
    ben.get(ben.place).expect(200)
    ann.patch(path(ben), status="deactivated").expect(200)
    for where in (ben.place, f"{ben.place}/tracks/{track_id}", f"{ben.place}/tracks/{track_id}/audio"):
        ben.get(where).expect(404)
    assert ben.get("/v1/me").expect(200)["workspaces"] == []
    listed = {each["name"]: each["status"] for each in ann.get(f"{ann.place}/members").expect(200)["items"]}
    assert listed == {"Ann": "active", "Ben": "deactivated"}


def test_elsewhere_one_who_is_deactivated_is_gone_within_a_minute(
    ann: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    remembered = type(membership._members)(
        membership.CACHED_MEMBERS, membership.CACHED_SECONDS, lambda: now[0]
    )
    ben_id = ben.member_id
    monkeypatch.setattr(membership, "_members", remembered)
    ben.get(ben.place).expect(200)
    with wire.counted() as calls:
        ben.get(f"{ben.place}/members/{ben_id}").expect(200)
    assert calls == ["GetItem members"]  # the one that was asked for, not the one who asks
    Member(ben.workspace_id, ben_id).update(actions=[Member.status.set("deactivated")])  # in another process
    now[0] += membership.CACHED_SECONDS - 1
    ben.get(ben.place).expect(200)
    now[0] += 1
    ben.get(ben.place).expect(404)
    assert membership.CACHED_SECONDS == 60


def test_one_who_is_reactivated_signs_in_again_and_goes_on(world: World, ann: Person, ben: Person) -> None:
    ann.patch(path(ben), department="Sales").expect(200)
    ben_path = path(ben)
    ann.patch(ben_path, status="deactivated").expect(200)
    ann.patch(ben_path, status="active").expect(200)
    assert ben.get(ben.place).expect(401)["Code"] == "SessionEnded"
    again = world.person(ben.email, iat=int(times.now().timestamp()) + 1)
    assert again.get(ben_path).expect(200)["department"] == "Sales"


def test_the_list_of_members_pages_without_loss_or_repetition(ann: Person, ben: Person) -> None:
    for name in ("cleo", "dan", "edna"):
        ann.invites(f"{name}@acme.example")
    seen: list[str] = []
    after = ""
    while True:
        page = ben.get(f"{ben.place}/members?limit=2{after}").expect(200)
        seen += [each["email"] for each in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert sorted(seen) == [f"{name}@acme.example" for name in ("ann", "ben", "cleo", "dan", "edna")]
