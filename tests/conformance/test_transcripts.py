"""The same stories, on DynamoDB Local."""

from tests.tracks.test_transcribing import *  # noqa: F403  # the tests are what is imported
