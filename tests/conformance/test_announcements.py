"""Announcements on AWS's own DynamoDB: what its conditions, transactions and indexes decide."""

from tests.announcements.conftest import slack
from tests.announcements.test_announcing import (
    test_a_new_playlist_is_announced_in_slack_teams_and_to_a_program,
    test_a_paused_channel_hears_nothing_and_then_what_waited_before,
    test_a_question_and_its_answer_are_told_without_their_words,
    test_a_round_opens_and_closes_with_a_summary,
    test_a_track_in_a_playlist_and_a_voice_in_an_open_call,
    test_what_happens_in_a_group_is_told_to_its_channel_alone,
)
from tests.announcements.test_connections import (
    test_a_connection_is_renamed_switched_and_paused,
    test_a_test_shows_the_real_answer,
    test_a_workspace_and_each_group_have_ten_connections,
    test_connecting_again_under_one_key_connects_once_and_tells_the_secret_once,
    test_ten_are_the_most_also_for_who_connect_at_once,
    test_two_who_try_at_once_post_once,
)
from tests.announcements.test_delivery import (
    test_a_burst_is_one_post_once_it_has_been_quiet_for_a_while,
    test_a_channel_that_gives_no_answer_may_have_shown_it_and_gets_it_once,
    test_a_program_that_gives_no_answer_gets_the_same_under_the_same_id,
    test_what_fails_is_tried_again_with_growing_pauses_and_given_up_after_a_day,
)

__all__ = [
    "slack",
    "test_a_burst_is_one_post_once_it_has_been_quiet_for_a_while",
    "test_a_channel_that_gives_no_answer_may_have_shown_it_and_gets_it_once",
    "test_a_connection_is_renamed_switched_and_paused",
    "test_a_new_playlist_is_announced_in_slack_teams_and_to_a_program",
    "test_a_paused_channel_hears_nothing_and_then_what_waited_before",
    "test_a_program_that_gives_no_answer_gets_the_same_under_the_same_id",
    "test_a_question_and_its_answer_are_told_without_their_words",
    "test_a_round_opens_and_closes_with_a_summary",
    "test_a_test_shows_the_real_answer",
    "test_a_track_in_a_playlist_and_a_voice_in_an_open_call",
    "test_a_workspace_and_each_group_have_ten_connections",
    "test_connecting_again_under_one_key_connects_once_and_tells_the_secret_once",
    "test_ten_are_the_most_also_for_who_connect_at_once",
    "test_two_who_try_at_once_post_once",
    "test_what_fails_is_tried_again_with_growing_pauses_and_given_up_after_a_day",
    "test_what_happens_in_a_group_is_told_to_its_channel_alone",
]
