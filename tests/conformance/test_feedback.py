"""Feedback on AWS's own DynamoDB: what its conditions, transactions and indexes decide."""

from chalicelib.playlists.models import Playlist, at
from chalicelib.tracks.models import Track
from tests.conversations.conftest import track_id
from tests.conversations.stories import KEEP, TOGETHER, asks, given, gives, withdraws
from tests.conversations.test_feedback_given import (
    test_in_a_group_both_have_to_agree,
    test_the_first_try_to_somebody_comes_with_a_keep_and_the_next_may_come_alone,
    test_withdrawing_the_keep_takes_the_try_along_and_withdrawing_the_try_leaves_the_keep,
)
from tests.conversations.test_feedback_received import (
    test_feedback_is_delivered_when_its_receiver_is_at_work,
    test_feedback_is_published_where_its_giver_has_agreed,
    test_lists_go_on_where_they_stopped,
    test_the_giver_hears_of_thanks_and_use_once_and_of_closing_never,
)
from tests.groups.company import gathers, id_of, path_of
from tests.matrix.playlists import entry_of
from tests.progress.player import track_of
from tests.world import Person

__all__ = [
    "test_feedback_is_delivered_when_its_receiver_is_at_work",
    "test_feedback_is_published_where_its_giver_has_agreed",
    "test_in_a_group_both_have_to_agree",
    "test_lists_go_on_where_they_stopped",
    "test_the_first_try_to_somebody_comes_with_a_keep_and_the_next_may_come_alone",
    "test_the_giver_hears_of_thanks_and_use_once_and_of_closing_never",
    "test_withdrawing_the_keep_takes_the_try_along_and_withdrawing_the_try_leaves_the_keep",
    "track_id",
]


def test_the_first_tries_of_two_moments_are_both_there(ann: Person, ben: Person, track_id: str) -> None:
    asks(ben, track_id).expect(200)
    answers = ann.world.at_once(*[lambda: gives(ann, track_id, TOGETHER).status] * 4)
    assert answers == [201] * 4
    assert sorted(each["kind"] for each in given(ann)) == ["keep"] * 4 + ["try"] * 4


def test_withdrawing_twice_at_once_withdraws_once(ann: Person, ben: Person, track_id: str) -> None:
    asks(ben, track_id).expect(200)
    feedback_id = gives(ann, track_id, KEEP).expect(201)["feedback_id"]
    answers = ann.world.at_once(*[lambda: withdraws(ann, feedback_id).status] * 3)
    assert 204 in answers
    assert set(answers) <= {204, 404}
    assert given(ann) == []


def test_a_group_of_two_fills_a_transaction_to_its_last_action(ann: Person, ben: Person) -> None:
    group_id = gathers(ben, ann)
    for person in (ann, ben):
        person.call("PUT", f"{path_of(person, group_id)}/feedback-door").expect(200)
    own = track_of(ben, 1000)
    Track(ben.workspace_id, own).update(actions=[Track.audience_key.set(f"g#{group_id}")])
    playlist_id = ben.makes()
    entry = entry_of(own, id_of(ben), f"g#{group_id}")
    Playlist(ben.workspace_id, playlist_id).update(actions=[at(entry.entry_id).set(entry.as_item())])
    gives(ann, own, TOGETHER | {"playlist_id": playlist_id}).expect(201)
