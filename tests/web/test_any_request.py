"""Whatever is sent, the answer is one that the description knows: requests made up from the description.

`tests.contract` holds each of them against it: no answer that is not described, and nothing accepted that is
not as described.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import hypothesis
import pytest
import schemathesis
from moto import mock_aws
from schemathesis import GenerationMode
from schemathesis.core import NotSet
from schemathesis.core.result import Ok

from tests import contract
from tests.environment import provider
from tests.world import Person, World

REQUESTS = 6
"""Of each operation, of each kind; the same ones every time."""

OPERATIONS = [
    found.ok()
    for found in schemathesis.openapi.from_dict(contract.document()).get_all_operations()
    if isinstance(found, Ok) and found.ok().path.startswith("/v1/")
]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One AWS for all that is asked."""
    with mock_aws():
        yield World.begin(provider)


@pytest.fixture(scope="module")
def ids(world: World) -> dict[str, str]:
    """What the ids in paths stand for."""
    ann = world.founder("ann@acme.example", workspace="Acme")
    sent = ann.post(f"{ann.place}/invitations", emails=["ben@acme.example"]).expect(201)
    return {
        "workspace_id": ann.workspace_id,
        "member_id": ann.member_id,
        "track_id": ann.announces()["track"]["track_id"],
        "invitation_id": sent["items"][0]["invitation_id"],
    }


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value
)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_whatever_is_asked_is_answered_as_described(
    world: World, ids: dict[str, str], operation: Any, mode: GenerationMode
) -> None:
    person = world.person("ann@acme.example")

    @hypothesis.given(operation.as_strategy(generation_mode=mode))
    @hypothesis.settings(
        max_examples=REQUESTS,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    def ask(case: Any) -> None:
        sends(person, case, ids)

    ask()


def sends(person: Person, case: Any, ids: dict[str, str]) -> None:
    path = case.path.format_map(dict.fromkeys(case.path_parameters or {}, "unknown") | ids)
    if isinstance(case.body, NotSet):
        case.body = None
    query = urlencode(case.query or {}, doseq=True)
    body = case.body if isinstance(case.body, bytes | None) else json.dumps(case.body).encode()
    headers = {
        name: str(value)
        for name, value in (case.headers or {}).items()
        if name in ("If-Match", "Idempotency-Key")
    }
    person.call(case.method, f"{path}?{query}" if query else path, body, **headers)
