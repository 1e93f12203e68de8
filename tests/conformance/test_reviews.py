"""The same stories, on DynamoDB Local."""

from tests.reviews.test_earlier import (
    test_a_speaker_deletes_the_audio_of_an_earlier_revision_for_good,
    track_id,
)
from tests.reviews.test_retiring import (
    new,
    old,
    test_a_playlist_keeps_a_line_that_leads_on,
    test_no_circle_can_be_made,
)
from tests.reviews.test_reviewing import (
    test_a_speaker_is_told_once_when_the_day_has_come,
    test_only_the_speaker_is_asked_when_the_day_has_come,
)

__all__ = [
    "new",
    "old",
    "test_a_playlist_keeps_a_line_that_leads_on",
    "test_a_speaker_deletes_the_audio_of_an_earlier_revision_for_good",
    "test_a_speaker_is_told_once_when_the_day_has_come",
    "test_no_circle_can_be_made",
    "test_only_the_speaker_is_asked_when_the_day_has_come",
    "track_id",
]
