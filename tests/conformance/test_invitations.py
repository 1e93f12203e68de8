"""The same stories, on DynamoDB Local."""

from tests.workspaces.test_invitations import *  # noqa: F403  # the tests are what is imported
