"""The learning loop on AWS's own DynamoDB: what its conditions and indexes decide."""

from tests.conversations.stories import track_path
from tests.conversations.test_loop import (
    gains,
    hears,
    loop,
    nudges,
    playlist_id,
    reflects,
    sent_to,
    test_a_teach_back_goes_to_the_speaker_alone,
    test_feedback_received_on_what_was_tried_counts,
    test_seven_and_thirty_days_after_gaining_it_asks_whether_it_was_of_use,
    test_thanks_for_a_track_reach_its_speaker_once_and_nobody_else,
    test_the_loop_is_entered_anywhere,
    track_id,
)
from tests.groups.company import told
from tests.world import Person

__all__ = [
    "playlist_id",
    "test_a_teach_back_goes_to_the_speaker_alone",
    "test_feedback_received_on_what_was_tried_counts",
    "test_seven_and_thirty_days_after_gaining_it_asks_whether_it_was_of_use",
    "test_thanks_for_a_track_reach_its_speaker_once_and_nobody_else",
    "test_the_loop_is_entered_anywhere",
    "track_id",
]


def test_who_gains_a_playlist_on_two_devices_at_once_gains_it_once(
    ann: Person, track_id: str, playlist_id: str
) -> None:
    hears(ann, track_id)
    answers = ann.world.at_once(*[lambda: gains(ann, playlist_id).expect(200)["gained_at"]] * 3)
    assert len(set(answers)) == 1
    assert len(nudges()) == 2


def test_thanks_sent_twice_at_once_arrive_once(ann: Person, ben: Person, track_id: str) -> None:
    path, body = track_path(ann, track_id, "thanks"), {"kind": "thanks"}
    answers = ann.world.at_once(*[lambda: ann.call("PUT", path, body).status] * 3)
    assert answers == [204] * 3
    assert len(sent_to(ben)) == told(ben).count("thanks_sent") == 1


def test_what_happens_in_a_loop_at_the_same_moment_is_all_there(
    ann: Person, track_id: str, playlist_id: str
) -> None:
    hears(ann, track_id)
    ann.world.at_once(
        lambda: gains(ann, playlist_id).expect(200),
        lambda: reflects(ann, playlist_id, text="Slower").expect(200),
    )
    found = loop(ann, playlist_id)
    assert found["gained_at"]
    assert found["reflected"]["text"] == "Slower"
