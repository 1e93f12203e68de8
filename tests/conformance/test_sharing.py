"""The same stories of links and feeds, on DynamoDB Local."""

from tests.sharing.test_feed_addresses import (
    test_a_new_address_takes_the_place_of_the_old_one_for_the_same_podcast,
    test_of_addresses_made_at_once_one_works,
    test_who_has_left_or_ended_their_sessions_hears_nothing_more,
)
from tests.sharing.test_feeds import (
    test_a_feed_may_hold_what_is_new_in_the_playlists_one_follows,
)
from tests.sharing.test_shares import (
    test_a_link_that_was_revoked_is_as_one_that_never_was,
    test_a_playlist_plays_what_its_speakers_agree_to_and_everybody_in_it_may_hear,
    test_a_visit_counts_on_play_alone,
    test_there_are_so_many_links_to_one_thing_and_not_one_more,
)

__all__ = [
    "test_a_feed_may_hold_what_is_new_in_the_playlists_one_follows",
    "test_a_link_that_was_revoked_is_as_one_that_never_was",
    "test_a_new_address_takes_the_place_of_the_old_one_for_the_same_podcast",
    "test_a_playlist_plays_what_its_speakers_agree_to_and_everybody_in_it_may_hear",
    "test_a_visit_counts_on_play_alone",
    "test_of_addresses_made_at_once_one_works",
    "test_there_are_so_many_links_to_one_thing_and_not_one_more",
    "test_who_has_left_or_ended_their_sessions_hears_nothing_more",
]
