"""In this folder the world's tables are DynamoDB Local's; everything else of AWS is moto's as elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from tests import environment
from tests.conformance.dynamodb_local import DynamoDBLocal, LocalWorld
from tests.world import World

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a story from elsewhere one case is enough here: the others differ in what is said, not in tables."""
    told: set[tuple[str, str]] = set()
    again: set[pytest.Item] = set()
    for item in items:
        if isinstance(item, pytest.Function) and item.path.parent == HERE:
            story = (str(item.path), item.originalname)
            if story in told and not item.function.__module__.startswith(__package__):
                again.add(item)
            told.add(story)
    config.hook.pytest_deselected(items=list(again))
    items[:] = [item for item in items if item not in again]


@pytest.fixture(scope="package")
def dynamodb_local() -> Iterator[DynamoDBLocal]:
    """DynamoDB Local, which every client talks to as long as tests of this folder run."""
    local = DynamoDBLocal()
    try:
        with local.in_use():
            yield local
    finally:
        local.stop()


@pytest.fixture
def world(dynamodb_local: DynamoDBLocal) -> Iterator[World]:
    """Earshot on tables without an item."""
    dynamodb_local.empty()
    dynamodb_local.stream.new()
    with mock_aws():
        LocalWorld.stream = dynamodb_local.stream
        yield LocalWorld.begin(environment.provider)
