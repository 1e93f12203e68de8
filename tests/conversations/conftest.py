"""A track to speak about."""

import pytest

from tests.progress.player import track_of
from tests.world import Person


@pytest.fixture
def track_id(ben: Person) -> str:
    """A track of Ben's, of a second."""
    return track_of(ben, 1000)
