"""Reports: who may report what, who decides, and what becomes of what was said meanwhile."""

import json
from typing import Any

import pytest

from chalicelib import times
from chalicelib.reports.models import LONGEST_TEXT, MOST_A_DAY, MOST_REPORTERS, Case
from chalicelib.tracks.models import Consent, Track
from tests.conversations.questioning import (
    about,
    answered,
    answers,
    id_of_asked,
    is_for,
    next_morning,
    opens,
    speaks,
    within,
)
from tests.conversations.stories import asks, days_pass, given, gives, received
from tests.groups.company import assigns, calls, gathers, id_of, told
from tests.reviews.saying import brings_back, retires
from tests.tracks.audio import mp3
from tests.world import Answer, Person, World, upload


def reports(person: Person, reason: str = "hurtful", **thing: Any) -> Answer:
    return person.post(f"{person.place}/reports", reason=reason, **thing)


def reported(person: Person, track_id: str, **more: Any) -> str:
    """The id of a report of a track by this person."""
    return str(reports(person, kind="track", track_id=track_id, **more).expect(201)["report_id"])


def waiting(person: Person, group_id: str | None = None, *, decided: bool = False) -> list[dict[str, Any]]:
    """What a person decides about."""
    query = f"?decided={json.dumps(decided)}" + (f"&group={group_id}" if group_id else "")
    found: list[dict[str, Any]] = person.get(f"{person.place}/reports{query}").expect(200)["items"]
    return found


def decides(person: Person, report_id: str, decision: str, version: int | None = None, **more: Any) -> Answer:
    headers = {} if version is None else {"If_Match": f'"{version}"'}
    path = f"{person.place}/reports/{report_id}/decision"
    return person.call("PUT", path, {"decision": decision} | more, **headers)


def asks_about(person: Person, track_id: str | None, group_id: str = "") -> str:
    """The id of a question that this person asks about a track or in a group."""
    path = within(person, group_id) if track_id is None else about(person, track_id)
    return id_of_asked(person.post(path, text="Why so?").expect(201))


def sent(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get(f"{person.place}/sent-reports").expect(200)["items"]
    return found


def library(person: Person) -> list[str]:
    return [each["track_id"] for each in person.get(f"{person.place}/tracks").expect(200)["items"]]


def states(person: Person, playlist_id: str) -> list[str]:
    return [entry["state"] for entry in person.opens(playlist_id)["entries"]]


def test_a_hidden_track_is_its_speakers_alone_until_it_is_shown_again(ann: Person, cleo: Person) -> None:
    ben = calls(ann, "ben")
    track_id = ben.records(mp3(1), "Rough words", consent={"audience": "workspace", "public_link": True})
    playlist_id = cleo.makes(mode="collaborative")
    cleo.adds(playlist_id, track_id)
    shared = ben.post(f"{ben.place}/tracks/{track_id}/shares").expect(201)["url"].rpartition("/s/")[2]
    report_id = reported(cleo, track_id, text="He names me.\nTwice.")
    [case] = waiting(ann)
    assert case["author"]["member_id"] == id_of(ben)
    assert case["said"]["title"] == "Rough words"
    [one] = case["reports"]
    assert (one["reporter"]["member_id"], one["text"]) == (id_of(cleo), "He names me.\nTwice.")
    assert ben.track(track_id)["hidden"] is None

    hidden = decides(ann, report_id, "hide", case["version"], reason="personal", note="Let us talk.").expect(
        200
    )
    assert hidden["status"] == "hidden"
    for person in (ann, cleo):
        person.get(f"{person.place}/tracks/{track_id}").expect(404)
        person.get(f"{person.place}/tracks/{track_id}/audio").expect(404)
        assert track_id not in library(person)
        assert states(person, playlist_id) == ["masked"]
        assert person.get(f"{person.place}/search?q=rough").expect(200)["tracks"] == []
        assert "Rough words" not in json.dumps(person.get(f"{person.place}/home").expect(200))
    ann.world.call("GET", f"/s/{shared}/content").expect(404)
    mine = ben.track(track_id)["hidden"]
    assert (mine["reason"], mine["note"]) == ("personal", "Let us talk.")
    assert "words_hidden" in told(ben)
    assert id_of(cleo) not in json.dumps(mine)
    assert "url" in ann.get(f"{ann.place}/reports/{report_id}/audio").expect(200)
    ann.world.settle()
    assert states(cleo, playlist_id) == ["masked"]
    assert [each["status"] for each in sent(cleo)] == ["hidden"]
    assert waiting(ann) == []

    decides(ann, report_id, "leave").expect(200)
    assert track_id in library(cleo)
    assert states(cleo, playlist_id) == ["live"]
    ann.world.call("GET", f"/s/{shared}/content").expect(200)
    assert ben.track(track_id)["hidden"] is None
    assert told(ben)[:2] == ["words_shown", "words_hidden"]
    assert [each["status"] for each in sent(cleo)] == ["left"]
    assert len(waiting(ann, decided=True)) == 1


def test_what_its_speaker_chooses_meanwhile_holds_once_it_is_shown_again(
    world: World, ann: Person, cleo: Person
) -> None:
    group_id = gathers(cleo, ann)
    track_id = cleo.records(mp3(1))
    report_id = reported(ann, track_id)
    decides(calls_admin(ann), report_id, "hide").expect(200)
    place = f"{cleo.place}/tracks/{track_id}"
    cleo.patch(place, consent={"audience": "group", "group_id": group_id}).expect(200)
    cleo.patch(place, title="Other words").expect(200)
    assert waiting(ann, decided=True)[0]["said"] is None
    ann.get(f"{ann.place}/reports/{report_id}/audio").expect(404)
    again = cleo.post(f"{place}/uploads", content_type="audio/mpeg", size_bytes=len(mp3(2))).expect(201)
    upload(again["upload"], mp3(2))
    world.settle()
    seen = cleo.track(track_id)
    assert (seen["revision"], seen["title"], seen["consent"]["audience"]) == (2, "Other words", "group")
    ann.get(f"{ann.place}/tracks/{track_id}").expect(404)
    assert Track.get(ann.workspace_id, track_id).audience_key == f"m#{id_of(cleo)}"
    decides(ann, report_id, "leave").expect(200)
    assert Track.get(ann.workspace_id, track_id).audience_key == f"g#{group_id}"
    assert ann.track(track_id)["title"] == "Other words"
    assert track_id not in library(ann)


def test_a_track_may_be_hidden_retired_and_set_aside_at_once_and_each_ends_by_itself(
    world: World, ann: Person, cleo: Person
) -> None:
    track_id = cleo.records(mp3(1), consent={"on_leaving": "delete"})
    report_id = reported(ann, track_id)
    admin = calls_admin(ann)
    ours, place = f"w#{ann.workspace_id}", f"{cleo.place}/tracks/{track_id}"

    def heard_by() -> tuple[str | None, str | None]:
        track = Track.get(ann.workspace_id, track_id)
        return track.audience_key, track.meant_audience

    def cleo_is(status: str) -> None:
        ann.patch(f"{ann.place}/members/{id_of(cleo)}", status=status).expect(200)
        world.settle()

    decides(admin, report_id, "hide").expect(200)
    assert heard_by() == (f"m#{id_of(cleo)}", ours)
    retires(cleo, track_id).expect(200)
    assert heard_by() == (None, ours)
    ann.get(place).expect(404)
    decides(admin, report_id, "leave").expect(200)
    assert heard_by() == (None, ours)
    assert ann.track(track_id)["retired_at"] is not None
    decides(admin, report_id, "hide").expect(200)
    brings_back(cleo, track_id).expect(204)
    assert heard_by() == (f"m#{id_of(cleo)}", ours)
    ann.get(place).expect(404)
    decides(admin, report_id, "leave").expect(200)
    assert heard_by() == (ours, ours)
    assert track_id in library(ann)
    retires(cleo, track_id).expect(200)
    cleo_is("deactivated")
    decides(admin, report_id, "hide").expect(200)
    assert heard_by() == (None, ours)
    cleo_is("active")
    assert heard_by() == (None, ours)
    decides(admin, report_id, "leave").expect(200)
    cleo = world.person("cleo@acme.example", iat=int(times.now().timestamp()) + 1)
    cleo.workspace_id = ann.workspace_id
    brings_back(cleo, track_id).expect(204)
    assert heard_by() == (ours, ours)
    cleo_is("deactivated")
    assert heard_by() == (f"m#{id_of(cleo)}", ours)
    decides(admin, report_id, "hide").expect(200)
    decides(admin, report_id, "leave").expect(200)
    assert heard_by() == (f"m#{id_of(cleo)}", ours)
    ann.get(place).expect(404)
    cleo_is("active")
    assert heard_by() == (ours, ours)
    assert track_id in library(ann)


def calls_admin(ann: Person) -> Person:
    """Another admin."""
    other = calls(ann, "olga")
    ann.patch(f"{ann.place}/members/{id_of(other)}", role="admin").expect(200)
    return other


def test_a_hidden_answer_is_read_by_whoever_gave_it_alone(ann: Person, ben: Person, cleo: Person) -> None:
    others = [calls(ann, f"number-{number}") for number in range(4)]
    track_id = speaks(ann)
    asked = others[0].post(about(ann, track_id), text="Why so?", anonymous=True).expect(201)
    question_id = id_of_asked(asked)
    next_morning()
    ann.world.settle()
    answer_id = answered(ben, question_id, "Because you are slow.")
    thing = {"kind": "answer", "question_id": question_id, "answer_id": answer_id}
    report_id = reports(cleo, **thing).expect(201)["report_id"]
    assert reports(ben, **thing).expect(409)["Code"] == "OwnWords"
    [case] = waiting(ann)
    assert case["said"]["title"] == "Why so?"
    assert case["said"]["texts"] == ["Because you are slow."]
    for trace in (id_of(others[0]), "number-0", "asked_at", "asker"):
        assert trace not in json.dumps(case)
    decides(ann, report_id, "hide", note="Say it kindly.").expect(200)
    assert opens(cleo, question_id)["answers"] == []
    [mine] = opens(ben, question_id)["answers"]
    assert mine["hidden"]["note"] == "Say it kindly."
    reports(ann, **thing).expect(404)
    decides(ann, report_id, "leave").expect(200)
    [shown] = opens(cleo, question_id)["answers"]
    assert shown["hidden"] is None
    ben.delete(f"{ben.place}/questions/{question_id}/answers/{answer_id}").expect(204)
    assert waiting(ann, decided=True)[0]["said"] is None
    decides(ann, report_id, "hide").expect(404)


def test_an_answer_that_was_spoken_is_hidden_with_its_track_and_both_are_shown_again(
    ann: Person, ben: Person, cleo: Person
) -> None:
    question_id = asks_about(ann, speaks(ann))
    spoken = speaks(ben)
    answer_id = answers(ben, question_id, track_id=spoken).expect(201)["answer_id"]
    playlist_id = cleo.makes(mode="collaborative")
    cleo.adds(playlist_id, spoken)
    thing = {"kind": "answer", "question_id": question_id, "answer_id": answer_id}
    report_id = reports(cleo, **thing).expect(201)["report_id"]
    decides(ann, report_id, "hide", note="Say it kindly.").expect(200)
    assert opens(cleo, question_id)["answers"] == []
    cleo.get(f"{cleo.place}/tracks/{spoken}").expect(404)
    assert states(cleo, playlist_id) == ["masked"]
    assert ben.track(spoken)["hidden"]["note"] == "Say it kindly."
    assert told(ben).count("words_hidden") == 1
    assert "url" in ann.get(f"{ann.place}/reports/{report_id}/audio").expect(200)
    decides(ann, report_id, "leave").expect(200)
    assert spoken in library(cleo)
    assert states(cleo, playlist_id) == ["live"]

    decides(ann, report_id, "hide").expect(200)
    ben.delete(f"{ben.place}/questions/{question_id}/answers/{answer_id}").expect(204)
    decides(ann, report_id, "leave").expect(200)
    assert spoken in library(cleo), "whoever takes an answer back does not keep its track hidden for good"


def test_a_track_that_was_hidden_by_itself_is_not_shown_with_an_answer_nor_the_other_way_round(
    ann: Person, ben: Person, cleo: Person
) -> None:
    question_id = asks_about(ann, speaks(ann))
    spoken = speaks(ben)
    answer_id = answers(ben, question_id, track_id=spoken).expect(201)["answer_id"]
    of_answer = reports(cleo, kind="answer", question_id=question_id, answer_id=answer_id)
    by_answer = str(of_answer.expect(201)["report_id"])
    by_itself = reported(cleo, spoken)
    decides(ann, by_answer, "hide").expect(200)
    decides(ann, by_itself, "leave").expect(200)
    assert spoken not in library(cleo)
    decides(ann, by_itself, "hide", reason="wrong").expect(200)
    decides(ann, by_answer, "leave").expect(200)
    assert spoken not in library(cleo)
    assert ben.track(spoken)["hidden"]["reason"] == "wrong"
    decides(ann, by_itself, "leave").expect(200)
    assert spoken in library(cleo)


def test_a_group_hides_its_answer_and_not_what_everybody_hears(ann: Person, ben: Person) -> None:
    cleo = calls(ann, "cleo")
    group_id = gathers(ben, cleo, calls(ann, "dan"))
    question_id = asks_about(ben, None, group_id)
    everybodys = speaks(cleo)
    answer_id = answers(cleo, question_id, track_id=everybodys).expect(201)["answer_id"]
    thing = {"kind": "answer", "question_id": question_id, "answer_id": answer_id}
    report_id = reports(ben, **thing).expect(201)["report_id"]
    decides(ben, report_id, "hide").expect(200)
    assert opens(ben, question_id)["answers"] == []
    assert everybodys in library(ann)


def test_a_hidden_note_is_its_givers_alone(ann: Person, ben: Person, cleo: Person) -> None:
    track_id = speaks(ben)
    asks(ben, track_id).expect(200)
    feedback_id = str(gives(cleo, track_id).expect(201)["feedback_id"])
    thing = {"kind": "feedback", "feedback_id": feedback_id}
    reports(ben, **thing).expect(404)
    days_pass()
    reports(ann, **thing).expect(404)
    reports(ann, **thing, track_id=track_id).expect(404)
    report_id = reports(ben, **thing).expect(201)["report_id"]
    assert "A question at the start" in waiting(ann)[0]["said"]["texts"]
    decides(ann, report_id, "hide").expect(200)
    assert received(ben) == []
    ben.patch(f"{ben.place}/feedback/{feedback_id}", thanked=True).expect(404)
    [mine] = given(cleo)
    assert mine["hidden"]["reason"] == "hurtful"
    decides(ann, report_id, "leave").expect(200)
    assert len(received(ben)) == 1


def test_what_is_said_in_a_group_is_its_owners_to_decide_and_no_admins(
    ann: Person, ben: Person, cleo: Person
) -> None:
    group_id = gathers(ben, cleo, calls(ann, "dan"))
    track_id = speaks(cleo)
    is_for(cleo, track_id, f"g#{group_id}")
    report_id = reported(ben, track_id)
    assert [case["report_id"] for case in waiting(ben, group_id)] == [report_id]
    assert waiting(ann) == []
    for person in (ann, cleo):
        person.get(f"{person.place}/reports?group={group_id}").expect(404)
        person.get(f"{person.place}/reports/{report_id}").expect(404)
        person.get(f"{person.place}/reports/{report_id}/audio").expect(404)
        decides(person, report_id, "hide").expect(404)
    decides(ben, report_id, "hide").expect(200)
    ben.get(f"{ben.place}/tracks/{track_id}").expect(404)
    own = speaks(ben)
    is_for(ben, own, f"g#{group_id}")
    assert reports(cleo, kind="track", track_id=own).expect(409)["Code"] == "NobodyToDecide"
    asked = id_of_asked(ben.post(within(ben, group_id), text="Why?").expect(201))
    answer_id = answers(cleo, asked, text="So.").expect(201)["answer_id"]
    reports(ben, kind="answer", question_id=asked, answer_id=answer_id).expect(201)
    assert len(waiting(ben, group_id)) == 1


def test_nobody_decides_about_their_own_words(ann: Person, ben: Person) -> None:
    track_id = speaks(ann)
    assert reports(ben, kind="track", track_id=track_id).expect(409)["Code"] == "NobodyToDecide"
    olga = calls_admin(ann)
    report_id = reported(ben, track_id)
    assert waiting(ann) == []
    ann.get(f"{ann.place}/reports/{report_id}").expect(404)
    decides(ann, report_id, "leave").expect(404)
    assert len(waiting(olga)) == 1


def test_what_two_people_say_to_one_another_reaches_nobody_else(
    ann: Person, ben: Person, cleo: Person
) -> None:
    assigns(ann, ben, cleo).expect(200)
    track_id = speaks(cleo)
    Track(ann.workspace_id, track_id).update(
        actions=[
            Track.audience_key.set(f"m#{id_of(ben)}"),
            Track.consent.set(Consent(audience="mentor")),
        ]
    )
    assert reports(ben, kind="track", track_id=track_id).expect(409)["Code"] == "NobodyToDecide"
    reports(ann, kind="track", track_id=track_id).expect(404)


def test_a_thing_is_one_case_and_everybody_reports_it_once(
    world: World, ann: Person, ben: Person, cleo: Person
) -> None:
    track_id = speaks(calls(ann, "dan"))
    ids = world.at_once(*(lambda who=who: reported(who, track_id) for who in (ben, cleo, ben, cleo)))
    assert len(set(ids)) == 1
    [case] = waiting(ann)
    assert {one["reporter"]["member_id"] for one in case["reports"]} == {id_of(ben), id_of(cleo)}
    assert case["version"] == 2
    assert len(sent(ben)) == 1
    again = reports(ben, "other", kind="track", track_id=track_id, text="More").expect(201)
    assert (again["reason"], again["text"]) == ("hurtful", None)
    assert decides(ann, ids[0], "hide", version=1).expect(409)["Code"] == "StaleVersion"
    decided = decides(ann, ids[0], "hide", version=2).expect(200)
    assert decides(ann, ids[0], "hide").expect(200) == decided
    decides(ann, ids[0], "leave").expect(200)
    reported(ann, track_id)
    assert waiting(ann)[0]["status"] == "open"
    assert [each["status"] for each in sent(ben)] == ["open"]


def test_a_report_has_its_limits(ann: Person, ben: Person, cleo: Person) -> None:
    track_id = speaks(cleo)
    too_long = reports(ben, kind="track", track_id=track_id, text="x" * (LONGEST_TEXT + 1)).expect(400)
    assert str(LONGEST_TEXT) in too_long["Message"]
    report_id = reported(ben, track_id, text="x" * LONGEST_TEXT)
    many = {f"m{number}": {"reason": "other", "text": None, "at": 0} for number in range(MOST_REPORTERS - 1)}
    Case(ann.workspace_id, report_id).update(actions=[Case.reports.set(many)])
    reported(ann, track_id)
    assert reports(calls(ann, "dan"), kind="track", track_id=track_id).expect(409)["Code"] == "ReportedByMany"
    for _ in range(MOST_A_DAY - 1):
        reported(ben, speaks(cleo))
    refused = reports(ben, kind="track", track_id=speaks(cleo)).expect(429)
    assert f"{MOST_A_DAY} things a day" in refused["Message"]


@pytest.mark.parametrize(
    "thing",
    [
        {"kind": "track"},
        {"kind": "track", "track_id": "a", "answer_id": "b"},
        {"kind": "answer", "answer_id": "b"},
        {"kind": "feedback", "track_id": "a"},
        {"kind": "playlist", "track_id": "a"},
        {"kind": "track", "track_id": "a", "reason": "boring"},
        {"kind": "track", "track_id": "a", "author_id": "b"},
    ],
    ids=str,
)
def test_what_is_no_report_is_refused(ann: Person, thing: dict[str, Any]) -> None:
    ann.post(f"{ann.place}/reports", **{"reason": "other"} | thing).expect(400)


def test_a_track_of_older_code_is_hidden_like_any_other(ann: Person, cleo: Person) -> None:
    track_id = speaks(cleo)
    key = {"workspace_id": {"S": ann.workspace_id}, "track_id": {"S": track_id}}
    item = ann.world.dynamodb.get_item(TableName=Track.Meta.table_name, Key=key)["Item"]
    assert "hidden" not in item
    decides(ann, reported(ann, track_id), "hide").expect(200)
    assert times.now() >= Track.get(ann.workspace_id, track_id).hidden.at
