"""The same stories, on DynamoDB Local."""

from tests.workspaces.test_invitations import *
