"""The staircase of fixtures: emulated AWS, a world with Earshot in it, a workspace with people."""

import gc
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import environment

environment.prepare()

from moto import mock_aws

from infra import dynamodb_json
from tests.groups.company import calls
from tests.world import Person, World

hypothesis.settings.register_profile("busy", deadline=None)  # a busy machine is slow, not wrong
hypothesis.settings.load_profile("busy")

HERE = Path(__file__).parent
FRAMES = 60_000
"""Places on the interpreter's stack, eight bytes each: more than a test's deepest calls take."""

SLOW = ("browser", "conformance", "infra", "faults", "tracks")
"""The folders whose files take long, or share a process that takes long to start."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, and end with many short files, of which each worker takes the next one.

    A worker that comes to another folder ends what the files of the last one have shared.
    """
    places = {folder: place for place, folder in enumerate(SLOW)}
    items.sort(key=lambda item: places.get(item.path.relative_to(HERE).parts[0], len(places)))


def pytest_collection_finish() -> None:
    """Let moto write items plainly, and the collector leave alone what was imported: a third of the time."""
    dynamodb_json.use()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run a test within a frame that wants much of the stack, so that its calls share that piece of it.

    CPython takes its stack of frames from the system in pieces of 16 kB, and gives a piece back when the
    last frame in it ends: a loop at the edge of one spends its time in mmap and munmap.
    """
    runner = item.config.pluginmanager.get_plugin("runner")
    assert runner is not None
    return bool(runner.pytest_runtest_protocol(item, nextitem))


pytest_runtest_protocol.__code__ = pytest_runtest_protocol.__code__.replace(co_stacksize=FRAMES)


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
def cleo(ann: Person) -> Person:
    """Another colleague of Ann's, who is known by her name."""
    return calls(ann, "cleo")


@pytest.fixture
def dan(ann: Person) -> Person:
    """One more colleague, who is known by his name."""
    return calls(ann, "dan")


@pytest.fixture
def eve(world: World) -> Person:
    """The admin of another workspace."""
    return world.founder("eve@evil.example", workspace="Evil")
