"""The library narrowed by what one wishes to hear, and what fits into one's minutes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import uuid6

from chalicelib.search import catalogue, narrowing
from chalicelib.tracks.models import Track
from chalicelib.workspaces.models import Member
from tests import wire
from tests.groups import company
from tests.progress.player import Player
from tests.tracks.audio import mp3
from tests.world import Person

NOW = datetime.now(UTC)


def stands(speaker: Person, title: str, minutes: float = 1, *, age: int = 0, **more: Any) -> str:
    """The id of a ready track in the library that is so many minutes long."""
    at = NOW - timedelta(minutes=age)
    said: dict[str, Any] = {
        "title": title,
        "speaker_id": speaker.member_id,
        "speaker_name": "Somebody",
        "created_at": at,
        "published_at": at,
        "changed_at": at,
        "audience_key": f"w#{speaker.workspace_id}",
        "media_key": "media/one",
        "duration_ms": int(minutes * 60_000),
        "revision": 1,
        **more,
    }
    track = Track(speaker.workspace_id, str(uuid6.uuid7()), **said)
    track.save()
    return str(track.track_id)


def asks(person: Person, **query: Any) -> dict[str, Any]:
    """A part of the library, as if nobody had asked for a few seconds."""
    for each in catalogue._kept.values():
        each.read_at = each.read_at and each.read_at - catalogue.FRESH
    found: dict[str, Any] = person.get(f"{person.place}/library?{urlencode(query)}").expect(200)
    return found


def titles(person: Person, **query: Any) -> list[str]:
    return [each["title"] for each in asks(person, **query)["items"]]


def test_a_library_is_narrowed_by_department_speaker_topic_and_length(ann: Person, ben: Person) -> None:
    for person, department in ((ann, "Sales"), (ben, "Größe")):
        Member.get(person.workspace_id, person.member_id).update(actions=[Member.department.set(department)])
    stands(ann, "A", 5, topics=["Pricing", "Calls"])
    stands(ann, "B", 5.02, topics=["CALLS"], age=1)
    stands(ben, "C", 15, topics=["calls"], age=2)
    stands(ben, "D", 15.02, topics=["Calling"], age=3)
    assert titles(ann) == ["A", "B", "C", "D"]
    assert titles(ann, topic="cálls") == ["A", "B", "C"]
    assert titles(ann, topic="call") == []
    assert titles(ann, department="grösse") == titles(ann, speaker=ben.member_id) == ["C", "D"]
    assert titles(ben, speaker="me") == ["C", "D"]
    assert [titles(ann, length=each) for each in ("short", "medium", "long")] == [["A"], ["B", "C"], ["D"]]
    assert titles(ben, topic="calls", department="Sales", length="medium") == ["B"]
    assert titles(ben, topic="pricing", department="Größe") == []


def test_what_was_not_heard_yet_is_of_others_and_of_the_present_revision(ann: Person, ben: Person) -> None:
    heard, known, _ = (stands(ann, title, age=age) for age, title in enumerate("ABC"))
    stands(ben, "D", age=3)
    assert titles(ben, unheard="true") == ["A", "B", "C"]
    Player(ben, heard).listens(0, 5_000)
    place = f"{ben.place}/progress/{known}/completion"
    ben.call("PUT", place, {"revision": 1, "source": "self_declared"}).expect(200)
    assert titles(ben, unheard="true") == ["C"]
    assert titles(ben) == ["A", "B", "C", "D"]
    ben.delete(f"{place}?revision=1").expect(204)
    assert titles(ben, unheard="true") == ["B", "C"]
    Track(ann.workspace_id, heard).update(
        actions=[Track.revision.set(2), Track.changed_at.set(datetime.now(UTC))]
    )
    assert titles(ben, unheard="true") == ["A", "B", "C"]


def test_what_fits_into_the_minutes_one_has_is_the_newest_not_heard(ann: Person, ben: Person) -> None:
    for age, minutes in enumerate((4, 9, 7, 0.9, 0.2)):
        stands(ann, f"{minutes}", minutes, age=age, topics=["Calls"] if minutes < 5 else [])
    stands(ben, "mine", 1, age=9)
    assert titles(ben, minutes=12) == ["4", "7", "0.9"]  # what is left then is too little to look for
    assert titles(ben, minutes=12, topic="calls") == ["4", "0.9", "0.2"]
    assert titles(ben, minutes=1) == ["0.9"]
    assert asks(ben, minutes=12)["next"] is None


def test_what_was_narrowed_or_taken_back_takes_nobodys_place_in_ones_minutes(
    ann: Person, ben: Person
) -> None:
    gone, narrowed, *_ = (stands(ann, title, 4, age=age) for age, title in enumerate("ABCDE"))
    assert titles(ben, minutes=12) == ["A", "B", "C"]
    Track(ann.workspace_id, gone).delete()
    Track(ann.workspace_id, narrowed).update(actions=[Track.audience_key.set(f"m#{ann.member_id}")])
    assert titles(ben, minutes=12) == ["C", "D", "E"]
    assert titles(ben) == ["C", "D", "E"]
    assert titles(ann) == ["B", "C", "D", "E"]


def test_what_is_for_a_group_or_oneself_stands_in_their_libraries_alone(ann: Person, ben: Person) -> None:
    cat = ann.invites("cat@acme.example")
    group_id = company.gathers(ann, ben)
    ann.records(mp3(1), title="Ours", topics=["Calls"], consent={"audience": "group", "group_id": group_id})
    ann.records(mp3(1), title="Mine", topics=["Deals"], consent={"audience": "me"})
    assert titles(ann) == ["Mine", "Ours"]
    assert titles(ben) == ["Ours"]
    assert titles(cat) == []
    topics = [topics_of(person) for person in (ann, ben, cat)]
    assert topics == [[("Deals", 1), ("Calls", 1)], [("Calls", 1)], []]


def topics_of(person: Person) -> list[tuple[str, int]]:
    for each in catalogue._kept.values():
        each.read_at = each.read_at and each.read_at - catalogue.FRESH
    choices = person.get(f"{person.place}/library/choices").expect(200)
    return [(each["topic"], each["tracks"]) for each in choices["topics"]]


def test_topics_to_choose_from_are_those_that_one_may_see_now(ann: Person, ben: Person) -> None:
    ben.patch(f"{ben.place}/members/{ben.member_id}", topics=["Cooking", "calls"]).expect(200)
    secret = stands(ann, "A", topics=["Secret", "CALLS"])
    stands(ann, "B", topics=["Calls", "🎧"], age=1)
    assert topics_of(ben) == [("CALLS", 2), ("Secret", 1), ("🎧", 1), ("Cooking", 0)]
    assert titles(ben, topic="🎧") == ["B"]
    Track(ann.workspace_id, secret).update(actions=[Track.audience_key.set(f"m#{ann.member_id}")])
    assert topics_of(ben) == [("Calls", 1), ("🎧", 1), ("Cooking", 0)]
    older = stands(ann, "C", topics=["Calls"], age=2)
    assert topics_of(ben) == [("Calls", 2), ("🎧", 1), ("Cooking", 0)]
    Track(ann.workspace_id, older).update(actions=[Track.audience_key.set(f"m#{ann.member_id}")])
    assert topics_of(ben) == [("Calls", 1), ("🎧", 1), ("Cooking", 0)]
    choices = ben.get(f"{ben.place}/library/choices").expect(200)
    assert choices["departments"] == []


def test_a_narrowed_library_comes_in_parts_that_are_bound_to_caller_and_wishes(
    ann: Person, ben: Person
) -> None:
    for number in range(5):
        stands(ann, f"{number}", age=number, topics=["Calls"])
    first = asks(ben, topic="calls", limit=2)
    stands(ann, "new", topics=["Calls"])
    then = asks(ben, topic="calls", limit=2, after=first["next"])
    last = asks(ben, topic="calls", limit=2, after=then["next"])
    found = [each["title"] for part in (first, then, last) for each in part["items"]]
    assert found == ["0", "1", "2", "3", "4"]
    assert last["next"] is None
    for person, wishes in ((ann, {"topic": "calls"}), (ben, {"topic": "deals"}), (ben, {})):
        query = urlencode(wishes | {"after": first["next"]})
        assert person.get(f"{person.place}/library?{query}").status == 400


def test_narrowing_reads_what_one_has_heard_and_what_is_shown(ann: Person, ben: Person) -> None:
    for number in range(3):
        stands(ann, f"{number}", age=number)
    titles(ben)
    with wire.counted() as calls:
        ben.get(f"{ben.place}/library?unheard=true&length=short").expect(200)
    assert calls == ["Query progress", "BatchGetItem tracks"]
    with wire.counted() as calls:
        ben.get(f"{ben.place}/library?minutes=12").expect(200)
    assert calls == ["Query progress", "BatchGetItem tracks"]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("length=huge", "length"),
        ("topic=", "topic"),
        (f"topic={'a' * 31}", "topic"),
        ("minutes=0", "minutes"),
        (f"minutes={narrowing.MOST_MINUTES + 1}", "minutes"),
        ("unheard=perhaps", "unheard"),
        ("speaker=a/b", "speaker"),
        (f"department={'a' * 101}", "department"),
    ],
)
def test_what_cannot_be_wished_for_is_refused(ann: Person, query: str, named: str) -> None:
    refused = ann.get(f"{ann.place}/library?{query}")
    assert refused.status == 400
    assert f"`{named}" in refused.body["Message"]
