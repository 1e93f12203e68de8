"""The same stories of exports, on DynamoDB Local."""

from tests.exports.test_exporting import (
    test_a_group_takes_what_is_said_in_it,
    test_how_it_goes_is_seen_and_another_waits_until_it_is_over,
    test_members_take_all_their_own_and_nothing_of_others,
    test_questions_and_published_feedback_go_along_and_who_asked_anonymously_does_not,
)
from tests.exports.test_interrupted import (
    me,
    test_an_order_that_got_lost_is_given_again,
    test_who_was_away_longer_than_a_lease_writes_nothing_more,
)

__all__ = [
    "me",
    "test_a_group_takes_what_is_said_in_it",
    "test_an_order_that_got_lost_is_given_again",
    "test_how_it_goes_is_seen_and_another_waits_until_it_is_over",
    "test_members_take_all_their_own_and_nothing_of_others",
    "test_questions_and_published_feedback_go_along_and_who_asked_anonymously_does_not",
    "test_who_was_away_longer_than_a_lease_writes_nothing_more",
]
