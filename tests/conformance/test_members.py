"""The same stories, on DynamoDB Local."""

from tests.workspaces.test_members import *
