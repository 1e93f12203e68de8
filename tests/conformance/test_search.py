"""The same stories of searching, on DynamoDB Local."""

from tests.search.test_finding import (
    test_a_new_track_and_a_new_title_are_found_within_seconds,
    test_tracks_playlists_and_people_are_found_by_title_name_and_topic,
    test_what_was_narrowed_or_taken_back_shows_no_more_and_takes_nobodys_place,
)

__all__ = [
    "test_a_new_track_and_a_new_title_are_found_within_seconds",
    "test_tracks_playlists_and_people_are_found_by_title_name_and_topic",
    "test_what_was_narrowed_or_taken_back_shows_no_more_and_takes_nobodys_place",
]
