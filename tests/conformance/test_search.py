"""The same stories of searching and narrowing, on DynamoDB Local."""

from tests.search.test_finding import (
    test_a_new_track_and_a_new_title_are_found_within_seconds,
    test_tracks_playlists_and_people_are_found_by_title_name_and_topic,
    test_what_was_narrowed_or_taken_back_shows_no_more_and_takes_nobodys_place,
)
from tests.search.test_narrowing import (
    test_what_was_narrowed_or_taken_back_takes_nobodys_place_in_ones_minutes,
    test_what_was_not_heard_yet_is_of_others_and_of_the_present_revision,
)
from tests.search.test_quoting import test_what_was_changed_removed_or_recorded_anew_is_found_no_more

__all__ = [
    "test_a_new_track_and_a_new_title_are_found_within_seconds",
    "test_tracks_playlists_and_people_are_found_by_title_name_and_topic",
    "test_what_was_changed_removed_or_recorded_anew_is_found_no_more",
    "test_what_was_narrowed_or_taken_back_shows_no_more_and_takes_nobodys_place",
    "test_what_was_narrowed_or_taken_back_takes_nobodys_place_in_ones_minutes",
    "test_what_was_not_heard_yet_is_of_others_and_of_the_present_revision",
]
