"""The same stories, on DynamoDB Local."""

from tests.tracks.test_lifecycle import *
