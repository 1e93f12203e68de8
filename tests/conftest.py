"""The staircase of fixtures: emulated AWS, a world with Earshot in it, a workspace with people."""

from collections.abc import Iterator

import pytest

from tests import environment

environment.prepare()

from moto import mock_aws  # noqa: E402

from tests.world import Person, World  # noqa: E402


@pytest.fixture
def world() -> Iterator[World]:
    """Earshot on an empty AWS (moto, in this process)."""
    with mock_aws():
        yield World.begin(environment.provider)


@pytest.fixture
def ann(world: World) -> Person:
    """The admin of the workspace Acme."""
    return world.founder("ann@acme.example", workspace="Acme")


@pytest.fixture
def ben(ann: Person) -> Person:
    """A colleague of Ann's."""
    return ann.invites("ben@acme.example")


@pytest.fixture
def eve(world: World) -> Person:
    """The admin of another workspace."""
    return world.founder("eve@evil.example", workspace="Evil")
