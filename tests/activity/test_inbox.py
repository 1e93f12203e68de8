"""The inbox: what is for oneself or in what one follows, read or unread, on every device."""

from datetime import timedelta
from typing import Any

from chalicelib import times
from chalicelib.activity import inbox, inbox_models
from chalicelib.activity.inbox_models import MOST_APART, MOST_AT_ONCE, Read
from chalicelib.activity.models import Activity
from tests import wire
from tests.conversations.questioning import about, answered, asks, next_morning, speaks, within
from tests.groups import company
from tests.groups.company import calls, gathers, id_of
from tests.playlists.stories import path_of
from tests.progress.player import track_of
from tests.world import Person, World, forget_everything


def inbox_of(person: Person, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get(f"{person.place}/inbox{query}").expect(200)["items"]
    return found


def kinds(person: Person) -> list[str]:
    return [each["kind"] for each in inbox_of(person)]


def unread(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = person.get(f"{person.place}/inbox/unread").expect(200)
    return found


def reads(person: Person, **what: Any) -> int:
    """How many things are unread when the person has read these."""
    return int(person.post(f"{person.place}/inbox/read", **what).expect(200)["count"])


def assigns(person: Person, playlist_id: str, to: Person) -> None:
    person.post(f"{path_of(person, playlist_id)}/assignments", member_ids=[id_of(to)]).expect(204)


def test_it_holds_what_is_for_oneself_and_in_what_one_follows(world: World, ann: Person) -> None:
    ben, cleo = calls(ann, "ben"), calls(ann, "cleo")
    followed, other = ann.makes("Followed", mode="collaborative"), ann.makes("Other", mode="collaborative")
    ben.call("PUT", f"{path_of(ben, followed)}/following").expect(200)
    track_id, hers = speaks(ben), speaks(cleo)
    for playlist in (followed, other):
        ann.adds(playlist, track_of(ann, 10_000))
    ben.adds(followed, track_of(ben, 10_000))
    question = asks(cleo, about(cleo, track_id))
    asks(ann, about(ann, hers))
    answered(ben, question)
    assigns(ann, other, ben)
    group_id = gathers(cleo, ben)
    asks(cleo, within(cleo, group_id))
    assert [(each["kind"], each["page"].split("/")[0]) for each in inbox_of(ben)] == [
        ("question_asked", "question"),
        ("group_invited", "groups"),
        ("playlist_assigned", "playlist"),
        ("question_asked", "question"),
        ("entry_added", "playlist"),
    ]
    assert kinds(cleo) == ["question_answered", "question_asked"]
    assert unread(ben)["count"] == 5
    assert [each["activity_id"] for each in unread(ben)["items"]] == [
        each["activity_id"] for each in inbox_of(ben)
    ]


def test_what_may_not_be_opened_any_more_is_not_there(ann: Person, ben: Person) -> None:
    playlist, other = ann.makes("Selling"), ann.makes("Roasting")
    for each in (playlist, other):
        assigns(ann, each, ben)
    question = asks(ann, about(ann, speaks(ben)))
    assert len(kinds(ben)) == 3
    ann.patch(path_of(ann, playlist), audience="me").expect(200)
    ann.delete(path_of(ann, other)).expect(204)
    ann.delete(f"{ann.place}/questions/{question}").expect(204)
    assert kinds(ben) == []
    assert unread(ben) == {"count": 0, "more": False, "items": []}


def test_who_asked_anonymously_finds_nothing_of_it_and_nobody_reads_who(world: World, ann: Person) -> None:
    shy, others = calls(ann, "shy"), [calls(ann, f"number-{number}") for number in range(5)]
    track_id = speaks(ann)
    shy.post(about(shy, track_id), text="What is a lead?", anonymous=True).expect(201)
    next_morning()
    world.settle()
    [asked] = [each for each in inbox_of(ann) if each["kind"] == "question_asked"]
    assert asked["actor"] is None
    answered(ann, asked["question_id"])
    assert [kinds(each) for each in (shy, *others)] == [[]] * 6


def test_what_is_read_is_read_on_every_device(ann: Person, ben: Person) -> None:
    for title in ("One", "Two", "Three"):
        assigns(ann, ann.makes(title), ben)
    three, two, one = [each["activity_id"] for each in inbox_of(ben)]
    assert reads(ben, activity_ids=[two]) == 2
    assert [each["read"] for each in inbox_of(ben)] == [False, True, False]
    assert reads(ben, activity_ids=[two, "unknown", "zzz"]) == 2
    assert reads(ben, until=two) == 1
    assert Read.get(id_of(ben), inbox_models.INBOX).apart in (None, {"unknown"})
    assert reads(ben, until=one) == 1, "what has been read stays read"
    assert reads(ben, until="zzzz") == 0
    assigns(ann, ann.makes("Four"), ben)
    assert unread(ben)["count"] == 1, "nobody reads ahead"
    assert unread(ann)["count"] == 0
    for wrong in ({}, {"until": three, "activity_ids": [three]}):
        ben.post(f"{ben.place}/inbox/read", **wrong).expect(400)
    many = [f"id-{number}" for number in range(MOST_AT_ONCE + 1)]
    refused = ben.post(f"{ben.place}/inbox/read", activity_ids=many).expect(400)
    assert str(MOST_AT_ONCE) in refused["Message"]


def test_so_many_are_kept_one_by_one_and_no_more(ann: Person, ben: Person) -> None:
    numbers = [f"0{number:03}" for number in range(MOST_APART + 1)]
    for begin in range(0, MOST_APART, MOST_AT_ONCE):
        reads(ben, activity_ids=numbers[begin : begin + MOST_AT_ONCE])
    kept = Read.get(id_of(ben), inbox_models.INBOX)
    assert len(kept.apart) == MOST_APART
    assert kept.until is None
    reads(ben, activity_ids=numbers[MOST_APART:])
    kept.refresh()
    assert kept.until == numbers[(MOST_APART + 1) // 2]
    assert kept.apart == {each for each in numbers if each > kept.until}


def test_it_goes_on_page_by_page(world: World, ann: Person, ben: Person) -> None:
    for number in range(3):
        assigns(ann, ann.makes(f"Number {number}"), ben)
    for number in range(inbox.LOOKED_AT + 1):
        Activity(
            f"w#{ann.workspace_id}",
            f"f{number:04}",
            kind="track_published",
            workspace_id=ann.workspace_id,
            actor_id=id_of(ann),
            at=times.now(),
            expires_at=0,
        ).save()
    first = ben.get(f"{ben.place}/inbox?limit=2").expect(200)
    rest = ben.get(f"{ben.place}/inbox?limit=2&after={first['next']}").expect(200)
    found = [each["playlist_title"] for each in (*first["items"], *rest["items"])]
    assert found == ["Number 2", "Number 1", "Number 0"]
    assert rest["next"] is None
    assert unread(ben)["count"] == 3, "however much has happened for all"


def test_what_is_old_or_was_before_one_came_counts_as_read(ann: Person, ben: Person) -> None:
    assigns(ann, ann.makes(), ben)
    [activity] = Activity.of_audience(f"m#{id_of(ben)}", before=None, limit=1)
    for at, count in ((times.now() - inbox.NEW_FOR, 0), (times.now() - timedelta(days=29), 0)):
        activity.update(actions=[Activity.at.set(at)])
        assert unread(ben)["count"] == count
        assert [each["read"] for each in inbox_of(ben)] == [True]


def test_asking_for_what_is_unread_is_cheap(ann: Person, ben: Person) -> None:
    forget_everything()
    unread(ben)
    with wire.counted() as calls:
        unread(ben)
    assert sorted(calls) == ["GetItem loops", "Query activity", "Query activity"]
    assigns(ann, ann.makes(), ben)
    with wire.counted() as calls:
        unread(ben)
    assert sorted(calls) == [
        "BatchGetItem loops",
        "BatchGetItem members",
        "BatchGetItem playlists",
        "GetItem loops",
        "Query activity",
        "Query activity",
    ]


def test_rounds_of_ones_groups_are_there(ann: Person, ben: Person) -> None:
    cleo = calls(ann, "cleo")
    group_id = gathers(ann, ben, cleo)
    company.opens_round(ann, group_id)
    [newest, *_] = inbox_of(ben)
    assert newest["kind"] == "round_opened"
    assert newest["page"] == f"round/{newest['round_id']}"
