"""The same stories, on DynamoDB Local."""

from tests.tracks.test_chapters import (
    test_a_colleague_sees_what_a_speaker_said_begins_where,
    test_chapters_are_changed_from_the_version_that_was_seen,
)

__all__ = [
    "test_a_colleague_sees_what_a_speaker_said_begins_where",
    "test_chapters_are_changed_from_the_version_that_was_seen",
]
