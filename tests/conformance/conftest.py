"""In this folder the world's tables are DynamoDB Local's; everything else of AWS is moto's as elsewhere."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests import environment
from tests.conformance.dynamodb_local import DynamoDBLocal, LocalWorld
from tests.world import World


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
