"""The same stories of links, on DynamoDB Local."""

from tests.sharing.test_shares import (
    test_a_link_that_was_revoked_is_as_one_that_never_was,
    test_a_playlist_plays_what_its_speakers_agree_to_and_everybody_in_it_may_hear,
    test_a_visit_counts_on_play_alone,
    test_there_are_so_many_links_to_one_thing_and_not_one_more,
)

__all__ = [
    "test_a_link_that_was_revoked_is_as_one_that_never_was",
    "test_a_playlist_plays_what_its_speakers_agree_to_and_everybody_in_it_may_hear",
    "test_a_visit_counts_on_play_alone",
    "test_there_are_so_many_links_to_one_thing_and_not_one_more",
]
