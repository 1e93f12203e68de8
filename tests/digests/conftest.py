"""A post office, and a workspace in which things happen."""

from collections.abc import Iterator

import pytest

from tests import ses
from tests.digests.office import Office
from tests.world import World


@pytest.fixture
def office(world: World) -> Iterator[Office]:
    """The post office of Earshot."""
    with ses.played() as played:
        yield Office(world, played)
