"""A channel to announce things in."""

import pytest

from tests.announcements.stories import Channel, connects
from tests.world import Person


@pytest.fixture
def slack(ann: Person) -> Channel:
    """A Slack channel of the workspace's."""
    return connects(ann)
