"""The same stories, on DynamoDB Local."""

from tests.tracks.test_lifecycle import *  # noqa: F403  # the tests are what is imported
