"""The learning loop: gained, applied, given feedback, reflected on; and what speakers hear of it."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import times
from chalicelib.conversations.feedback_models import Feedback
from chalicelib.conversations.loop_models import Stages
from chalicelib.due.models import Due
from chalicelib.tracks.models import Track
from tests.conversations.stories import (
    KEEP,
    TOGETHER,
    answered_with,
    asks,
    days_pass,
    gives,
    track_path,
    withdraws,
)
from tests.groups import company
from tests.groups.company import assigns, clock_strikes, fires, id_of, told
from tests.progress.player import Player, track_of
from tests.world import Answer, Person

TEN_SECONDS = 10_000


@pytest.fixture
def track_id(ben: Person) -> str:
    """A track of Ben's, of ten seconds."""
    return track_of(ben, TEN_SECONDS)


@pytest.fixture
def playlist_id(ben: Person, track_id: str) -> str:
    """A playlist of Ben's with that track."""
    made = ben.makes()
    ben.adds(made, track_id)
    return made


def path_of(person: Person, playlist_id: str, *more: str) -> str:
    return "/".join([f"{person.place}/playlists/{playlist_id}/loop", *more])


def loop(person: Person, playlist_id: str) -> dict[str, Any]:
    found: dict[str, Any] = person.get(path_of(person, playlist_id)).expect(200)
    return found


def gains(person: Person, playlist_id: str) -> Answer:
    return person.call("PUT", path_of(person, playlist_id, "gain"))


def hears(person: Person, track_id: str, until_ms: int = TEN_SECONDS) -> None:
    Player(person, track_id).listens(0, until_ms)


def applies(person: Person, playlist_id: str, **said: Any) -> Answer:
    return person.call("PUT", path_of(person, playlist_id, "application"), said)


def reflects(person: Person, playlist_id: str, **said: Any) -> Answer:
    return person.call("PUT", path_of(person, playlist_id, "reflection"), said)


def answers_use(person: Person, playlist_id: str, used: bool = True, **more: Any) -> Answer:
    return person.call("PUT", path_of(person, playlist_id, "use"), {"used": used} | more)


def sent_to(person: Person) -> list[dict[str, Any]]:
    """What a speaker was sent, newest first."""
    found: list[dict[str, Any]] = person.get(f"{person.place}/thanks").expect(200)["items"]
    return found


def loops(person: Person, of: Person | None = None) -> list[dict[str, Any]]:
    path = f"members/{id_of(of)}/loops" if of else "loops"
    found: list[dict[str, Any]] = person.get(f"{person.place}/{path}").expect(200)["items"]
    return found


def nudges() -> list[Due]:
    found = [due for due in Due.scan() if due.slot.startswith("2") and due.kind == "use_question"]
    return sorted(found, key=lambda due: due.due_at)


def test_a_loop_begins_with_nothing(ann: Person, playlist_id: str) -> None:
    assert loop(ann, playlist_id) == {
        "playlist_id": playlist_id,
        "title": "How to sell",
        "coverage": 0.0,
        "may_gain": False,
        "gained_at": None,
        "applied": None,
        "feedback_at": None,
        "reflected": None,
        "taught_back": None,
        "asks": False,
        "used": None,
        "mentor_sees": False,
    }
    assert loops(ann) == []


def test_a_playlist_is_gained_once_nine_tenths_were_heard(
    ann: Person, track_id: str, playlist_id: str
) -> None:
    hears(ann, track_id, 8000)
    refused = gains(ann, playlist_id).expect(409)
    assert (refused["Code"], "80 %" in refused["Message"], "90 %" in refused["Message"]) == (
        "NotGained",
        True,
        True,
    )
    assert not loop(ann, playlist_id)["may_gain"]
    hears(ann, track_id, 9000)
    assert (loop(ann, playlist_id)["coverage"], loop(ann, playlist_id)["may_gain"]) == (0.9, True)
    gained = gains(ann, playlist_id).expect(200)
    assert gained["gained_at"]
    assert gains(ann, playlist_id).expect(200) == gained
    assert len(nudges()) == 2


def test_optional_entries_are_not_needed_and_an_empty_playlist_is_not_gained(
    ann: Person, ben: Person, track_id: str, playlist_id: str
) -> None:
    ben.adds(playlist_id, track_of(ben, TEN_SECONDS), optional=True)
    hears(ann, track_id)
    gains(ann, playlist_id).expect(200)
    assert gains(ann, ben.makes("Empty")).expect(409)["Code"] == "NotGained"


def test_the_loop_is_entered_anywhere(ann: Person, playlist_id: str) -> None:
    reflects(ann, playlist_id, text="Slower at the start").expect(200)
    applies(ann, playlist_id, text=" I tried it.\n\n\nTwice. ").expect(200)
    found = loop(ann, playlist_id)
    assert (found["applied"]["text"], found["reflected"]["text"]) == (
        "I tried it.\n\nTwice.",
        "Slower at the start",
    )
    assert (found["gained_at"], found["feedback_at"]) == (None, None)
    [line] = loops(ann)
    assert (line["title"], line["gained_at"]) == ("How to sell", None)
    assert line["applied_at"] == found["applied"]["at"]
    assert line["reflected_at"] == found["reflected"]["at"]


def test_what_was_tried_is_a_note_or_a_track_replaced_and_taken_back(
    ann: Person, ben: Person, playlist_id: str
) -> None:
    own = track_of(ann, 1000)
    applies(ann, playlist_id, text="First").expect(200)
    applied = applies(ann, playlist_id, track_id=own).expect(200)["applied"]
    assert (applied["text"], applied["track_id"], applied["title"]) == (None, own, "A pitch")
    applies(ann, playlist_id, track_id=track_of(ben, 1000)).expect(404)
    waiting = ann.announces()["track"]["track_id"]
    assert applies(ann, playlist_id, track_id=waiting).expect(409)["Code"] == "TrackNotReady"
    Track(ann.workspace_id, own).delete()
    assert loop(ann, playlist_id)["applied"]["track_id"] is None
    ann.delete(path_of(ann, playlist_id, "application")).expect(204)
    assert loop(ann, playlist_id)["applied"] is None
    ann.delete(path_of(ann, playlist_id, "application")).expect(204)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"text": ""},
        {"text": "x" * 601},
        {"text": "x", "track_id": "y"},
        {"member_id": "x"},
        {"track_id": "a b"},
    ],
)
def test_a_note_that_is_none_is_refused(ann: Person, playlist_id: str, said: dict[str, Any]) -> None:
    for says in (applies, reflects):
        assert says(ann, playlist_id, **said).expect(400)["Code"] == "InvalidRequest"
        says(ann, playlist_id, text="x" * 600).expect(200)


def test_a_reflection_is_private_and_a_minute_long_at_most(
    ann: Person, ben: Person, playlist_id: str
) -> None:
    assert reflects(ann, playlist_id, track_id=track_of(ann, 1000)).expect(409)["Code"] == "VoiceNotPrivate"
    too_long = track_of(ann, 61_001, chosen="me")
    assert reflects(ann, playlist_id, track_id=too_long).expect(409)["Code"] == "VoiceTooLong"
    longest = track_of(ann, 61_000, chosen="me")
    reflects(ann, playlist_id, track_id=longest).expect(200)
    assert loop(ann, playlist_id)["reflected"]["track_id"] == longest
    assert sent_to(ben) == []
    ann.delete(path_of(ann, playlist_id, "reflection")).expect(204)
    assert loop(ann, playlist_id)["reflected"] is None


def test_a_teach_back_goes_to_the_speaker_alone(
    ann: Person, ben: Person, cleo: Person, track_id: str, playlist_id: str
) -> None:
    found = reflects(ann, playlist_id, text="Ask first", teach_back_to=track_id).expect(200)
    assert found["taught_back"] == track_id
    [sent] = sent_to(ben)
    assert (sent["kind"], sent["text"], sent["spoken"]) == ("teach_back", "Ask first", False)
    assert (sent["sender"]["member_id"], sent["title"]) == (id_of(ann), "A pitch")
    assert sent_to(ann) == sent_to(cleo) == []
    assert told(ben)[0] == "taught_back"
    voice = track_of(ann, 1000, chosen="me")
    reflects(ann, playlist_id, track_id=voice, teach_back_to=track_id).expect(200)
    [again] = sent_to(ben)
    assert (again["thanks_id"], again["text"], again["spoken"]) == (sent["thanks_id"], None, True)
    assert told(ben).count("taught_back") == 1
    audio = f"thanks/{again['thanks_id']}/audio"
    assert ben.get(f"{ben.place}/{audio}").expect(200)["url"]
    for other in (ann, cleo):
        other.get(f"{other.place}/{audio}").expect(404)
    reflects(ann, playlist_id, text="x", teach_back_to=track_of(ben, 1000)).expect(404)
    assert reflects(ben, playlist_id, text="x", teach_back_to=track_id).expect(409)["Code"] == "OwnTrack"


def test_a_teach_back_that_was_written_has_no_audio(
    ann: Person, ben: Person, track_id: str, playlist_id: str
) -> None:
    reflects(ann, playlist_id, text="Ask first", teach_back_to=track_id).expect(200)
    [sent] = sent_to(ben)
    ben.get(f"{ben.place}/thanks/{sent['thanks_id']}/audio").expect(404)


def test_feedback_received_on_what_was_tried_counts(ann: Person, ben: Person, playlist_id: str) -> None:
    own = track_of(ann, 1000)
    applies(ann, playlist_id, track_id=own).expect(200)
    asks(ann, own).expect(200)
    gives(ben, own, KEEP).expect(201)
    assert loop(ann, playlist_id)["feedback_at"] is None
    days_pass()
    assert loop(ann, playlist_id)["feedback_at"]
    assert loop(ben, playlist_id)["feedback_at"] is None


def test_feedback_stays_a_stage_of_the_loop_while_any_of_it_is_there(
    ann: Person, ben: Person, track_id: str, playlist_id: str
) -> None:
    asks(ben, track_id).expect(200)
    place = {"playlist_id": playlist_id}
    one, other = (gives(ann, track_id, KEEP | place).expect(201)["feedback_id"] for _ in range(2))
    first_at = loop(ann, playlist_id)["feedback_at"]
    withdraws(ann, one).expect(204)
    assert loop(ann, playlist_id)["feedback_at"] > first_at
    withdraws(ann, other).expect(204)
    assert loop(ann, playlist_id)["feedback_at"] is None


def test_a_keep_that_stays_without_its_try_is_feedback_enough(
    ann: Person, ben: Person, track_id: str, playlist_id: str
) -> None:
    asks(ben, track_id).expect(200)
    given = gives(ann, track_id, TOGETHER | {"playlist_id": playlist_id}).expect(201)
    withdraws(ann, given["feedback_id"]).expect(204)
    assert loop(ann, playlist_id)["feedback_at"] is not None


def test_feedback_received_counts_once_what_was_given_is_withdrawn(
    ann: Person, ben: Person, track_id: str, playlist_id: str
) -> None:
    own = track_of(ann, 1000)
    applies(ann, playlist_id, track_id=own).expect(200)
    for speaker, title in ((ann, own), (ben, track_id)):
        asks(speaker, title).expect(200)
    given = gives(ann, track_id, KEEP | {"playlist_id": playlist_id}).expect(201)
    first_at = loop(ann, playlist_id)["feedback_at"]
    gives(ben, own, KEEP).expect(201)
    feedback = Feedback.query(id_of(ann), filter_condition=Feedback.track_id == own)
    next(iter(feedback)).update(
        actions=[Feedback.delivered_at.set(times.now())]
    )  # within the quarter of an hour
    withdraws(ann, given["feedback_id"]).expect(204)
    assert loop(ann, playlist_id)["feedback_at"] > first_at


def test_seven_and_thirty_days_after_gaining_it_asks_whether_it_was_of_use(
    ann: Person, ben: Person, track_id: str, playlist_id: str
) -> None:
    hears(ann, track_id)
    gained_at = datetime.fromisoformat(gains(ann, playlist_id).expect(200)["gained_at"])
    clock_strikes(gained_at + timedelta(days=6, hours=23))
    assert "use_asked" not in told(ann)
    for late in (timedelta(), timedelta(), timedelta(hours=3)):
        fires(gained_at + timedelta(days=7) + late)
    assert told(ann).count("use_asked") == 1
    assert loop(ann, playlist_id)["asks"]
    assert [each["asks"] for each in loops(ann)] == [True]
    assert "use_asked" not in told(ben)
    # the answers come before the asking by the clock of this test, whose future has not begun
    Stages(id_of(ann), Stages.note_of(playlist_id)).update(actions=[Stages.asked_at.set(times.now())])
    answered = answers_use(ann, playlist_id, used=False).expect(200)
    assert (answered["asks"], answered["used"]) == (False, False)
    assert sent_to(ben) == []
    clock_strikes(gained_at + timedelta(days=30))
    assert told(ann).count("use_asked") == 2
    assert loop(ann, playlist_id)["asks"]
    assert nudges() == []


def test_after_a_yes_it_asks_no_more(ann: Person, track_id: str, playlist_id: str) -> None:
    hears(ann, track_id)
    gained_at = datetime.fromisoformat(gains(ann, playlist_id).expect(200)["gained_at"])
    clock_strikes(gained_at + timedelta(days=7))
    answered = answers_use(ann, playlist_id).expect(200)
    assert (answered["asks"], answered["used"]) == (False, True)
    clock_strikes(gained_at + timedelta(days=30))
    assert told(ann).count("use_asked") == 1


@pytest.mark.parametrize("why", ["closed", "left"])
def test_who_may_not_open_it_any_more_is_not_asked(
    ann: Person, ben: Person, cleo: Person, track_id: str, playlist_id: str, why: str
) -> None:
    hears(cleo, track_id)
    gained_at = datetime.fromisoformat(gains(cleo, playlist_id).expect(200)["gained_at"])
    if why == "closed":
        ben.patch(f"{ben.place}/playlists/{playlist_id}", audience="me").expect(200)
    else:
        ann.patch(f"{ann.place}/members/{id_of(cleo)}", status="deactivated").expect(200)
    clock_strikes(gained_at + timedelta(days=31))
    assert Stages.get(id_of(cleo), Stages.note_of(playlist_id)).asked is None


def test_a_yes_thanks_each_speaker_of_what_was_heard_once(
    ann: Person, ben: Person, cleo: Person, track_id: str
) -> None:
    mixed = ben.makes("Mixed", mode="collaborative")
    ben.adds(mixed, track_id)
    ben.adds(mixed, track_of(ben, TEN_SECONDS))
    of_cleo, unheard = track_of(cleo, TEN_SECONDS), track_of(cleo, TEN_SECONDS)
    cleo.adds(mixed, of_cleo)
    cleo.adds(mixed, unheard)
    ann.adds(mixed, track_of(ann, TEN_SECONDS))
    hears(ann, track_id)
    hears(ann, of_cleo, 3000)
    for _ in range(2):
        answers_use(ann, mixed).expect(200)
    assert [(each["kind"], each["track_id"]) for each in sent_to(ben)] == [("used", track_id)]
    assert [each["track_id"] for each in sent_to(cleo)] == [of_cleo]
    assert sent_to(ann) == []
    assert told(ben).count("use_told") == 1
    answers_use(ann, mixed, track_ids=[unheard]).expect(200)
    assert {each["track_id"] for each in sent_to(cleo)} == {of_cleo, unheard}
    answers_use(ann, mixed, track_ids=[str(uuid.uuid4())]).expect(404)


@pytest.mark.parametrize("said", [{"track_ids": []}, {"used": False, "track_ids": ["x"]}, {"used": "yes"}])
def test_an_answer_that_is_none_is_refused(ann: Person, playlist_id: str, said: dict[str, Any]) -> None:
    path = path_of(ann, playlist_id, "use")
    assert ann.call("PUT", path, {"used": True} | said).expect(400)["Code"] == "InvalidRequest"


def test_thanks_for_a_track_reach_its_speaker_once_and_nobody_else(
    ann: Person, ben: Person, cleo: Person, eve: Person, track_id: str
) -> None:
    for kind in ("thanks", "used", "thanks"):
        ann.call("PUT", track_path(ann, track_id, "thanks"), {"kind": kind}).expect(204)
    assert [each["kind"] for each in sent_to(ben)] == ["used", "thanks"]
    assert sent_to(ann) == sent_to(cleo) == sent_to(eve) == []
    assert told(ben)[:2] == ["use_told", "thanks_sent"]
    assert not {"use_told", "thanks_sent"} & set(told(cleo))
    refused = ben.call("PUT", track_path(ben, track_id, "thanks"), {"kind": "thanks"}).expect(409)
    assert refused["Code"] == "OwnTrack"
    ann.call("PUT", track_path(ann, track_id, "thanks"), {"kind": "but"}).expect(400)
    first = ben.get(f"{ben.place}/thanks?limit=1").expect(200)
    rest = ben.get(f"{ben.place}/thanks?limit=1&after={first['next']}").expect(200)
    assert [each["kind"] for each in first["items"] + rest["items"]] == ["used", "thanks"]


def test_a_speaker_hears_of_thanks_for_what_only_their_mentor_may_hear(ann: Person, ben: Person) -> None:
    assigns(ann, ann, ben).expect(200)
    track_id = track_of(ben, 1000)
    Track(ben.workspace_id, track_id).update(actions=[Track.audience_key.set(f"m#{id_of(ann)}")])
    ann.call("PUT", track_path(ann, track_id, "thanks"), {"kind": "thanks"}).expect(204)
    assert told(ben)[0] == "thanks_sent"
    assert sent_to(ben)[0]["title"] == "A pitch"


def test_nobody_else_sees_a_loop_but_the_stages_where_the_new_hire_shows_them_to_their_mentor(
    ann: Person, ben: Person, cleo: Person, eve: Person, track_id: str, playlist_id: str
) -> None:
    """Every route that answers, asked by everybody else; with the mentor's sight switched on and off."""
    secret = "The unmistakable words"
    nora = company.calls(ann, "nora")
    mine = {"audience": "me"}
    assert nora.call("PUT", f"{nora.place}/loops/mentor").expect(409)["Code"] == "NoMentor"
    assigns(ann, cleo, nora).expect(200)
    applies(nora, playlist_id, text=secret).expect(200)
    reflects(nora, playlist_id, text=secret).expect(200)
    private = nora.makes("For myself", **mine)
    applies(nora, private, text=secret).expect(200)
    assert [each["playlist_id"] for each in loops(nora)] == [private, playlist_id]

    path = f"members/{id_of(nora)}/loops"
    for outsider in (ann, ben, eve):
        outsider.get(f"{nora.place}/{path}").expect(404)
    assert loops(cleo, nora) == []
    shown = nora.call("PUT", f"{nora.place}/loops/mentor").expect(200)
    assert shown["mentor"]["member_id"] == id_of(cleo)
    assert loop(nora, playlist_id)["mentor_sees"]
    [seen] = loops(cleo, nora)
    assert seen == {
        "playlist_id": playlist_id,
        "title": "How to sell",
        "gained_at": None,
        "applied_at": loop(nora, playlist_id)["applied"]["at"],
        "feedback_at": None,
        "reflected_at": loop(nora, playlist_id)["reflected"]["at"],
    }
    ids = {
        "workspace_id": nora.workspace_id,
        "member_id": id_of(nora),
        "track_id": track_id,
        "playlist_id": playlist_id,
    }
    for outsider in (ann, ben, cleo, eve):
        if outsider is not cleo:
            outsider.get(f"{nora.place}/{path}").expect(404)
        for place, said in answered_with(outsider, ids):
            assert secret not in said, (outsider.email, place)

    assigns(ann, ben, nora, instead_of=cleo).expect(200)
    cleo.get(f"{nora.place}/{path}").expect(404)
    assert loops(ben, nora) == []
    assert nora.get(f"{nora.place}/loops/mentor").expect(200) == {"mentor": None}
    nora.call("PUT", f"{nora.place}/loops/mentor").expect(200)
    assert len(loops(ben, nora)) == 1
    nora.delete(f"{nora.place}/loops/mentor").expect(204)
    assert loops(ben, nora) == []
