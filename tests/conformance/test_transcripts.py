"""The same stories, on DynamoDB Local."""

from tests.tracks.test_transcribing import (
    test_a_colleague_reads_what_a_speaker_wrote,
    test_a_removed_transcript_is_erased,
    test_a_transcript_is_changed_from_the_version_that_was_seen,
    test_taken_back_and_kept_to_oneself_it_is_nobodys,
    test_two_that_are_written_at_once_leave_one,
    test_what_a_killed_attempt_left_is_erased_by_the_next_change,
)

__all__ = [
    "test_a_colleague_reads_what_a_speaker_wrote",
    "test_a_removed_transcript_is_erased",
    "test_a_transcript_is_changed_from_the_version_that_was_seen",
    "test_taken_back_and_kept_to_oneself_it_is_nobodys",
    "test_two_that_are_written_at_once_leave_one",
    "test_what_a_killed_attempt_left_is_erased_by_the_next_change",
]
