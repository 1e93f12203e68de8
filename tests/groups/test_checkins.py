"""Check-ins of a group: rounds that open, remind, are answered, close or roll over; topics; being away."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import times
from chalicelib.groups import models as groups
from chalicelib.groups import prompts
from chalicelib.groups.models import Group, Round
from tests.groups import company
from tests.groups.company import (
    answers,
    clock_strikes,
    closes,
    fires,
    gathers,
    opens_round,
    rounds_of,
    sees,
    told,
)
from tests.tracks.audio import mp3
from tests.world import Person


@pytest.fixture
def group_id(ann: Person, ben: Person, cleo: Person) -> str:
    """A circle of Ann, Ben and Cleo, which Ann owns."""
    return gathers(ann, ben, cleo)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def round_path(person: Person, group_id: str, round_: dict[str, Any]) -> str:
    return f"{company.path_of(person, group_id)}/rounds/{round_['round_id']}"


def seen_by(person: Person, group_id: str, round_: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = person.get(round_path(person, group_id, round_)).expect(200)
    return found


def test_a_group_begins_check_ins_and_talks_about_something(ann: Person, ben: Person, group_id: str) -> None:
    path = f"{company.path_of(ann, group_id)}/check-ins"
    ben.call("PUT", path, company.WEEKLY).expect(404)
    begun = ann.call("PUT", path, company.WEEKLY | {"time_zone": "Asia/Tokyo"}).expect(200)
    check_ins = begun["check_ins"]
    assert [check_ins[name] for name in ("every", "weekday", "nth", "at")] == ["weekly", 1, 1, "10:00"]
    assert f"{moment(check_ins['next_at']):%a %H:%M}" == "Tue 01:00"
    assert times.now() < moment(check_ins["next_at"]) <= times.now() + timedelta(days=7)
    assert [topic["text"] for topic in begun["topics"]] == list(prompts.TOPICS["circle"])


@pytest.mark.parametrize(
    "wanted",
    [
        {"every": "daily"},
        {"every": "weekly", "weekday": 7},
        {"every": "monthly", "nth": 5},
        {"every": "monthly", "nth": 0},
        {"every": "weekly", "at": "10:10"},
        {"every": "weekly", "at": "24:00"},
        {"every": "weekly", "time_zone": "Berlin"},
        {"every": "weekly", "since": "2020-01-01"},
    ],
)
def test_a_cadence_that_is_none_is_refused(ann: Person, group_id: str, wanted: dict[str, Any]) -> None:
    path = f"{company.path_of(ann, group_id)}/check-ins"
    refused = ann.call("PUT", path, {"time_zone": "UTC"} | wanted).expect(400)
    assert refused["Code"] == "InvalidRequest"
    assert sees(ann, group_id)["check_ins"] is None


def test_a_round_opens_when_its_time_has_come_and_everybody_in_the_group_hears_of_it(
    ann: Person, ben: Person, dan: Person, group_id: str
) -> None:
    opens_at = company.holds_rounds(ann, group_id)
    clock_strikes(opens_at - timedelta(minutes=15))
    assert rounds_of(ann, group_id) == []
    clock_strikes(opens_at)
    [opened] = rounds_of(ben, group_id)
    assert (opened["status"], moment(opened["opens_at"])) == ("open", opens_at)
    assert (opened["topic"], opened["expected"]) == (prompts.TOPICS["circle"][0], 3)
    assert (opened["contributions"], opened["waits_for_me"], opened["summary"]) == ([], True, None)
    assert sees(ben, group_id)["open_round_id"] == opened["round_id"]
    [line] = ben.get(f"{ben.place}/groups").expect(200)["items"]
    assert (line["waits_for_me"], line["open_round_id"]) == (True, opened["round_id"])
    assert told(ben)[0] == "round_opened"
    assert "round_opened" not in told(dan)


def test_firing_twice_or_late_opens_the_round_once(ann: Person, group_id: str) -> None:
    opens_at = company.holds_rounds(ann, group_id)
    for late in (timedelta(days=1), timedelta(), timedelta(days=1, minutes=15)):
        fires(opens_at + late)
    [opened] = rounds_of(ann, group_id)
    assert moment(opened["opens_at"]) == opens_at
    assert told(ann).count("round_opened") == 1


def test_members_contribute_by_voice_and_text(ann: Person, ben: Person, group_id: str) -> None:
    opened = opens_round(ann, group_id)
    consent = {"audience": "group", "group_id": group_id}
    track_id = ben.records(mp3(2), "My week", consent=consent)
    answers(ben, group_id, opened, track_id=track_id).expect(200)
    seen = answers(ann, group_id, opened, text=" I tried it.\n\n\nTwice. ").expect(200)
    assert [each["member"]["name"] for each in seen["contributions"]] == ["Ben", "Ann"]
    by_voice, by_text = seen["contributions"]
    assert (by_voice["track_id"], by_voice["title"], by_voice["text"]) == (track_id, "My week", None)
    assert (by_text["text"], by_text["track_id"]) == ("I tried it.\n\nTwice.", None)
    assert not seen["waits_for_me"]
    assert ann.hears(track_id)


def test_a_contribution_is_replaced_and_taken_back(ann: Person, ben: Person, group_id: str) -> None:
    opened = opens_round(ann, group_id)
    answers(ben, group_id, opened, text="First").expect(200)
    [only] = answers(ben, group_id, opened, text="Second").expect(200)["contributions"]
    assert only["text"] == "Second"
    path = f"{round_path(ben, group_id, opened)}/contribution"
    ann.delete(path).expect(204)
    assert len(seen_by(ann, group_id, opened)["contributions"]) == 1
    ben.delete(path).expect(204)
    assert seen_by(ann, group_id, opened)["contributions"] == []


@pytest.mark.parametrize(
    "said", [{}, {"text": ""}, {"text": "x" * 2001}, {"text": "x", "track_id": "y"}, {"member_id": "x"}]
)
def test_a_contribution_that_is_none_is_refused(ann: Person, group_id: str, said: dict[str, Any]) -> None:
    opened = opens_round(ann, group_id)
    assert answers(ann, group_id, opened, **said).expect(400)["Code"] == "InvalidRequest"
    answers(ann, group_id, opened, text="x" * 2000).expect(200)


def test_a_track_that_is_contributed_is_ones_own_ready_for_the_group_and_short(
    ann: Person, ben: Person, group_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opens_round(ann, group_id)
    for_all = ben.records(mp3(2))
    refused = answers(ben, group_id, opened, track_id=for_all).expect(409)
    assert refused["Code"] == "TrackNotForTheGroup"
    answers(ann, group_id, opened, track_id=for_all).expect(404)
    consent = {"audience": "group", "group_id": group_id}
    waiting = ben.announces(consent=consent)["track"]["track_id"]
    assert answers(ben, group_id, opened, track_id=waiting).expect(409)["Code"] == "TrackNotReady"
    longest = ben.records(mp3(180), consent=consent)
    answers(ben, group_id, opened, track_id=longest).expect(200)
    too_long = ben.records(mp3(181.5), consent=consent)
    refused = answers(ben, group_id, opened, track_id=too_long).expect(409)
    assert refused["Code"] == "ContributionTooLong"
    assert "3 minutes" in refused["Message"]


def test_a_track_taken_back_leaves_the_line_that_it_was(ann: Person, ben: Person, group_id: str) -> None:
    opened = opens_round(ann, group_id)
    track_id = ben.records(mp3(2), consent={"audience": "group", "group_id": group_id})
    answers(ben, group_id, opened, track_id=track_id).expect(200)
    ben.delete(f"{ben.place}/tracks/{track_id}").expect(204)
    [left] = seen_by(ann, group_id, opened)["contributions"]
    assert (left["member"]["name"], left["track_id"], left["title"]) == ("Ben", None, None)


def test_only_those_still_missing_are_reminded_and_once(
    ann: Person, ben: Person, cleo: Person, group_id: str
) -> None:
    opened = opens_round(ann, group_id)
    answers(ann, group_id, opened, text="Done").expect(200)
    remind_at = Round.get(group_id, moment(opened["opens_at"])).remind_at
    clock_strikes(remind_at - timedelta(minutes=15))
    assert "round_reminder" not in told(ben)
    for late in (timedelta(), timedelta(), timedelta(hours=1)):
        clock_strikes(remind_at + late)
    assert told(ann).count("round_reminder") == 0
    assert told(ben).count("round_reminder") == 1
    assert told(cleo).count("round_reminder") == 1


def test_a_round_closes_after_five_working_days_and_sums_up(
    ann: Person, ben: Person, dan: Person, group_id: str
) -> None:
    opened = opens_round(ann, group_id)
    opens_at, closes_at = moment(opened["opens_at"]), moment(opened["closes_at"])
    assert timedelta(days=6, hours=22) < closes_at - opens_at < timedelta(days=7, hours=2)
    track_id = ben.records(mp3(2), consent={"audience": "group", "group_id": group_id})
    answers(ben, group_id, opened, track_id=track_id).expect(200)
    answers(ann, group_id, opened, text="Done").expect(200)
    closes(opened)
    closed = seen_by(ann, group_id, opened)
    assert closed["status"] == "closed"
    assert closed["summary"] == f"2 said something on “{closed['topic']}”: Ben (0:02) and Ann."
    assert told(ben)[0] == "round_opened"  # a weekly round opens as the last one closes
    assert told(ben)[1] == "round_closed"
    assert "round_closed" not in told(dan)
    used = [topic["text"] for topic in sees(ann, group_id)["topics"] if topic["used_at"]]
    assert used == [closed["topic"]]
    refused = answers(ann, group_id, opened, text="Too late").expect(409)
    assert refused["Code"] == "RoundClosed"


def test_with_fewer_than_two_contributions_it_rolls_over_and_the_topic_returns(
    ann: Person, group_id: str
) -> None:
    opened = opens_round(ann, group_id)
    answers(ann, group_id, opened, text="Alone").expect(200)
    closes(opened)
    [next_round, rolled_over] = rounds_of(ann, group_id)
    assert rolled_over["status"] == "rolled_over"
    assert rolled_over["summary"].startswith("Ann said something on")
    assert next_round["topic"] == rolled_over["topic"]
    assert "round_rolled_over" in told(ann)
    closes(next_round)
    assert "failed" not in str(rounds_of(ann, group_id))


def test_after_a_round_that_closed_the_next_topic_has_its_turn(
    ann: Person, ben: Person, group_id: str
) -> None:
    topics, round_ = [], opens_round(ann, group_id)
    for _ in range(4):
        topics.append(round_["topic"])
        for person in (ann, ben):
            answers(person, group_id, round_, text="Done").expect(200)
        closes(round_)
        [round_, *_] = rounds_of(ann, group_id)
    assert topics == [*prompts.TOPICS["circle"], prompts.TOPICS["circle"][0]]


def test_members_add_topics_and_vote(
    ann: Person, ben: Person, cleo: Person, dan: Person, group_id: str
) -> None:
    path = f"{company.path_of(ann, group_id)}/topics"
    company.holds_rounds(ann, group_id)
    mine = ben.post(path, text="Cold calls").expect(201)["topic_id"]
    other = ann.post(path, text="Pricing").expect(201)["topic_id"]
    for person in (ben, cleo):
        person.call("PUT", f"{path}/{other}/vote").expect(204)
        person.call("PUT", f"{path}/{other}/vote").expect(204)
    seen = sees(cleo, group_id)["topics"]
    assert [(topic["text"], topic["votes"], topic["wanted_by_me"]) for topic in seen[:2]] == [
        ("Pricing", 3, True),
        ("Cold calls", 1, False),
    ]
    cleo.delete(f"{path}/{other}/vote").expect(204)
    cleo.delete(f"{path}/{other}/vote").expect(204)
    cleo.delete(f"{path}/{mine}").expect(404)
    ben.delete(f"{path}/{mine}").expect(204)
    dan.call("PUT", f"{path}/{other}/vote").expect(404)
    dan.post(path, text="Mine").expect(404)
    ann.call("PUT", f"{path}/{mine}/vote").expect(404)
    company.leaves(ben, group_id).expect(204)
    assert sees(ann, group_id)["topics"][0]["votes"] == 1


def test_the_owner_removes_any_topic_and_a_group_without_one_still_talks(ann: Person, group_id: str) -> None:
    company.holds_rounds(ann, group_id)
    for topic in sees(ann, group_id)["topics"]:
        ann.delete(f"{company.path_of(ann, group_id)}/topics/{topic['topic_id']}").expect(204)
    clock_strikes(moment(sees(ann, group_id)["check_ins"]["next_at"]))
    [opened] = rounds_of(ann, group_id)
    assert opened["topic"] == prompts.TOPICS["circle"][0]
    closes(opened)
    assert rounds_of(ann, group_id)[1]["status"] == "rolled_over"


def test_a_topic_removed_while_its_round_is_open_keeps_nothing_from_closing(
    ann: Person, ben: Person, group_id: str
) -> None:
    opened = opens_round(ann, group_id)
    for topic in sees(ann, group_id)["topics"]:
        ann.delete(f"{company.path_of(ann, group_id)}/topics/{topic['topic_id']}").expect(204)
    for person in (ann, ben):
        answers(person, group_id, opened, text="Done").expect(200)
    closes(opened)
    assert rounds_of(ann, group_id)[1]["status"] == "closed"


def test_a_group_has_fifty_topics_at_most(
    ann: Person, group_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.groups import topics

    monkeypatch.setattr(topics, "MOST_TOPICS", 1)
    path = f"{company.path_of(ann, group_id)}/topics"
    ann.post(path, text="x" * 200).expect(201)
    ann.post(path, text="x" * 201).expect(400)
    refused = ann.post(path, text="One more").expect(409)
    assert refused["Code"] == "TooManyTopics"
    assert "1 topics" in refused["Message"]
    assert groups.MOST_TOPICS == 50


def test_who_snoozes_is_not_waited_for_until_they_are_back(
    ann: Person, ben: Person, cleo: Person, group_id: str
) -> None:
    opens_at = company.holds_rounds(ann, group_id)
    path = f"{company.path_of(ben, group_id)}/snooze"
    back = (opens_at + timedelta(days=3)).date().isoformat()
    seen = ben.call("PUT", path, {"until": back}).expect(200)
    assert [each["away_until"] for each in seen["members"]] == [None, back, None]
    clock_strikes(opens_at)
    [opened] = rounds_of(ben, group_id)
    assert (opened["expected"], opened["waits_for_me"]) == (2, False)
    answers(ben, group_id, opened, text="All the same").expect(200)
    ben.delete(path).expect(204)
    assert [each["away_until"] for each in sees(ann, group_id)["members"]] == [None, None, None]


@pytest.mark.parametrize(("days", "status"), [(-1, 400), (0, 400), (1, 200), (366, 200), (367, 400)])
def test_one_snoozes_until_a_day_within_a_year(ann: Person, group_id: str, days: int, status: int) -> None:
    until = (times.now().date() + timedelta(days=days)).isoformat()
    path = f"{company.path_of(ann, group_id)}/snooze"
    answer = ann.call("PUT", path, {"until": until}).expect(status)
    if status == 400:
        assert answer["Message"] == "`until` must be a day to come, within 366 days."


def test_with_half_the_group_away_no_round_opens_and_a_week_later_it_does(
    ann: Person, ben: Person, cleo: Person, group_id: str
) -> None:
    opens_at = company.holds_rounds(ann, group_id, every="every4weeks")
    back = (opens_at + timedelta(days=5)).date().isoformat()
    for person in (ben, cleo):
        person.call("PUT", f"{company.path_of(person, group_id)}/snooze", {"until": back}).expect(200)
    clock_strikes(opens_at)
    assert rounds_of(ann, group_id) == []
    next_at = moment(sees(ann, group_id)["check_ins"]["next_at"])
    assert timedelta(days=6, hours=22) < next_at - opens_at < timedelta(days=7, hours=2)
    clock_strikes(next_at)
    [opened] = rounds_of(ann, group_id)
    assert opened["expected"] == 3


def test_a_group_of_two_rests_until_a_third_comes(ann: Person, ben: Person, cleo: Person) -> None:
    group_id = gathers(ann, ben)
    opens_at = company.holds_rounds(ann, group_id)
    assert sees(ann, group_id)["check_ins"]["rests"] == "too_small"
    clock_strikes(opens_at)
    assert rounds_of(ann, group_id) == []
    company.invites(ann, group_id, cleo)
    company.joins(cleo, group_id)
    seen = sees(ann, group_id)["check_ins"]
    assert seen["rests"] is None
    clock_strikes(moment(seen["next_at"]))
    assert len(rounds_of(ann, group_id)) == 1


def test_one_leaves_a_round_without_a_reason_and_is_left_alone(
    ann: Person, ben: Person, group_id: str
) -> None:
    opened = opens_round(ann, group_id)
    path = f"{round_path(ben, group_id, opened)}/absence"
    seen = ben.call("PUT", path).expect(200)
    assert (seen["stepped_out"], seen["waits_for_me"], seen["expected"]) == (True, False, 2)
    assert told(ann)[0] == "round_opened"
    clock_strikes(Round.get(group_id, moment(opened["opens_at"])).remind_at)
    assert "round_reminder" not in told(ben)
    ben.delete(path).expect(204)
    assert seen_by(ben, group_id, opened)["waits_for_me"]


def test_stopping_opens_no_more_and_lets_the_open_round_end(ann: Person, ben: Person, group_id: str) -> None:
    opened = opens_round(ann, group_id)
    path = f"{company.path_of(ann, group_id)}/check-ins"
    ben.delete(path).expect(404)
    ann.delete(path).expect(204)
    assert sees(ann, group_id)["check_ins"] is None
    closes(opened)
    [only] = rounds_of(ann, group_id)
    assert only["status"] == "rolled_over"


def test_another_cadence_waits_until_the_open_round_has_closed(ann: Person, group_id: str) -> None:
    opened = opens_round(ann, group_id)
    wanted = {"every": "weekly", "weekday": (moment(opened["opens_at"]).weekday() + 1) % 7}
    next_at = company.holds_rounds(ann, group_id, **wanted)
    assert next_at >= moment(opened["closes_at"])
    clock_strikes(moment(opened["closes_at"]))
    clock_strikes(next_at)
    assert [each["status"] for each in rounds_of(ann, group_id)] == ["open", "rolled_over"]


def test_what_was_planned_before_the_cadence_changed_opens_nothing(ann: Person, group_id: str) -> None:
    before = company.holds_rounds(ann, group_id)
    after = company.holds_rounds(ann, group_id, weekday=(before.weekday() + 3) % 7)
    for planned in sorted((before, after)):
        clock_strikes(planned)
    [only] = rounds_of(ann, group_id)
    assert moment(only["opens_at"]) == after


def test_rounds_page_newest_first(ann: Person, group_id: str) -> None:
    round_ = opens_round(ann, group_id)
    for _ in range(3):
        closes(round_)
        [round_, *_] = rounds_of(ann, group_id)
    path, found = f"{company.path_of(ann, group_id)}/rounds?limit=3", []
    first = ann.get(path).expect(200)
    second = ann.get(f"{path}&after={first['next']}").expect(200)
    found = [each["opens_at"] for each in [*first["items"], *second["items"]]]
    assert (len(found), found) == (4, sorted(found, reverse=True))
    assert second["next"] is None


def test_outside_nobody_sees_a_round(ann: Person, dan: Person, eve: Person, group_id: str) -> None:
    opened = opens_round(ann, group_id)
    for person in (dan, eve):
        person.get(f"{company.path_of(person, group_id)}/rounds").expect(404)
        person.get(round_path(person, group_id, opened)).expect(404)
        answers(person, group_id, opened, text="Me too").expect(404)
    for odd in ("20261399T9999", "tuesday", "20261006T080000"):
        ann.get(f"{company.path_of(ann, group_id)}/rounds/{odd}").expect(404)


def test_a_step_that_is_killed_after_its_transaction_is_done_once(
    ann: Person, group_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens_at = company.holds_rounds(ann, group_id)

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    for at in (opens_at, opens_at + timedelta(days=3, hours=3), opens_at + timedelta(days=7, hours=3)):
        with monkeypatch.context() as patched:
            patched.setattr("chalicelib.due.models.Due.delete", killed)
            with pytest.raises(KeyboardInterrupt):
                clock_strikes(at)
        clock_strikes(at)
    assert told(ann).count("round_rolled_over") == 1
    assert told(ann).count("round_reminder") == 1
    assert [each["status"] for each in rounds_of(ann, group_id)] == ["open", "rolled_over"]


def test_a_closed_groups_turn_comes_to_nothing(ann: Person, ben: Person, cleo: Person, group_id: str) -> None:
    opened = opens_round(ann, group_id)
    for person in (ann, ben, cleo):
        company.leaves(person, group_id).expect(204)
    closes(opened)
    assert Group.get(ann.workspace_id, group_id).status == "closed"
    assert Round.get(group_id, moment(opened["opens_at"])).status == "rolled_over"


def test_who_left_is_neither_reminded_nor_waited_for(ann: Person, ben: Person, group_id: str) -> None:
    opened = opens_round(ann, group_id)
    company.leaves(ben, group_id).expect(204)
    clock_strikes(Round.get(group_id, moment(opened["opens_at"])).remind_at)
    assert "round_reminder" not in told(ben)
