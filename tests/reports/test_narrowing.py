"""Reports of what was narrowed or opened since: those who decide see what is for their place, and no more."""

import json

from chalicelib.conversations.feedback_models import Feedback
from tests.conversations.questioning import about, answered, asks, is_for, speaks
from tests.conversations.stories import asks as asks_for_feedback
from tests.conversations.stories import days_pass, gives, responds
from tests.groups.company import calls, gathers, id_of
from tests.reports.test_reports import decides, reported, reports, waiting
from tests.world import Person


def test_what_was_asked_and_answered_of_a_track_is_no_admins_once_the_track_is_a_groups(
    ann: Person, ben: Person, cleo: Person
) -> None:
    track_id = speaks(cleo)
    question_id = asks(ben, about(ben, track_id), "Is the layoff true?")
    answer_id = answered(ben, question_id, "Yes, in May.")
    thing = {"kind": "answer", "question_id": question_id, "answer_id": answer_id}
    report_id = reports(cleo, **thing).expect(201)["report_id"]
    assert waiting(ann)[0]["said"]["title"] == "Is the layoff true?"
    is_for(cleo, track_id, f"g#{gathers(cleo, ben)}")
    ann.get(f"{ann.place}/questions/{question_id}").expect(404)
    [case] = waiting(ann)
    assert case["said"] is None
    assert "layoff" not in json.dumps(case)
    ann.get(f"{ann.place}/reports/{report_id}/audio").expect(404)
    decides(ann, report_id, "hide").expect(404)
    decides(ann, report_id, "leave").expect(200)


def test_no_admin_hides_what_has_become_a_groups(ann: Person, ben: Person, cleo: Person) -> None:
    track_id = speaks(cleo)
    report_id = reported(ben, track_id)
    is_for(cleo, track_id, f"g#{gathers(cleo, ben)}")
    decides(ann, report_id, "hide").expect(404)
    assert ben.track(track_id)["title"]
    decides(ann, report_id, "leave").expect(200)


def test_a_note_that_its_receiver_has_taken_back_is_read_by_nobody_who_decides(
    ann: Person, ben: Person, cleo: Person
) -> None:
    track_id = speaks(ben)
    asks_for_feedback(ben, track_id).expect(200)
    feedback_id = str(gives(cleo, track_id).expect(201)["feedback_id"])
    days_pass()
    Feedback(id_of(ben), feedback_id).update(actions=[Feedback.may_publish.set(True)])
    responds(ben, feedback_id, published=True).expect(200)
    reports(ann, kind="feedback", feedback_id=feedback_id, track_id=track_id).expect(201)
    assert waiting(ann)[0]["said"]["texts"]
    is_for(ben, track_id, f"g#{gathers(ben, cleo)}")
    assert waiting(ann)[0]["said"] is None
    is_for(ben, track_id, f"w#{ann.workspace_id}")
    responds(ben, feedback_id, published=False).expect(200)
    assert waiting(ann)[0]["said"] is None
    reports(ben, kind="feedback", feedback_id=feedback_id).expect(201)
    assert waiting(ann)[0]["said"]["texts"], "its receiver has shown it to them"


def test_what_people_of_a_group_reported_stays_there_when_the_track_is_opened(
    ann: Person, ben: Person, cleo: Person
) -> None:
    dan = calls(ann, "dan")
    group_id = gathers(ben, cleo, dan)
    track_id = speaks(cleo)
    is_for(cleo, track_id, f"g#{group_id}")
    report_id = reported(dan, track_id, text="As we said in our last round.")
    decides(ben, report_id, "leave", note="Fine among us.").expect(200)
    is_for(cleo, track_id, f"w#{ann.workspace_id}")
    reported(ann, track_id, reason="wrong")
    [case] = waiting(ann)
    assert [one["reporter"]["member_id"] for one in case["reports"]] == [id_of(ann)]
    assert case["decision"] is None
    for said in ("our last round", "Fine among us", id_of(dan)):
        assert said not in json.dumps(case)
    hidden = decides(ann, report_id, "hide").expect(200)
    assert hidden["decision"]["reason"] == "wrong"
