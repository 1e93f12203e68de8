"""Transactions that meet others, answers that are lost or too late: over the wire, as AWS would say it."""

import uuid

import pytest

from chalicelib import aws
from tests import endpoints
from tests.faults.proxy import SLOW_S, Fault, Proxy
from tests.faults.world import EmulatedWorld
from tests.world import Answer, Person

WRITING = "TransactWriteItems"
NO_PAUSES = (0.0, 0.0, 0.0)


@pytest.fixture
def ann(world: EmulatedWorld, monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setattr(aws, "CONFLICT_PAUSES_SECONDS", NO_PAUSES)
    return world.founder(f"ann-{uuid.uuid4()}@acme.example", workspace="Acme")


def announces(ann: Person, key: str) -> Answer:
    body = {"title": "A pitch", "content_type": "audio/mpeg", "size_bytes": 1000}
    return ann.call("POST", f"{ann.place}/tracks", body, Idempotency_Key=key)


def counted(world: EmulatedWorld, ann: Person) -> list[str]:
    """How many uploads are counted for this person alone, who has just come."""
    member_id = ann.member_id
    return [
        item["uploads"]["N"]
        for table, item in world.items()
        if table == "earshot-test-quotas" and item["member_id"]["S"] == member_id
    ]


def test_a_transaction_that_meets_others_is_made_in_the_end(
    world: EmulatedWorld, proxy: Proxy, ann: Person
) -> None:
    with proxy.awaiting(Fault("conflict", operation=WRITING, times=len(NO_PAUSES))):
        announces(ann, str(uuid.uuid4())).expect(201)
    assert proxy.calls.count(WRITING) == 1 + len(NO_PAUSES)
    assert counted(world, ann) == ["1"]


def test_one_that_always_meets_others_is_given_up_and_can_be_asked_for_again(
    world: EmulatedWorld, proxy: Proxy, ann: Person
) -> None:
    key = str(uuid.uuid4())
    with proxy.awaiting(Fault("conflict", operation=WRITING, times=1 + len(NO_PAUSES))):
        refused = announces(ann, key)
    assert refused.expect(503)["Code"] == "Unavailable"
    assert int(refused.headers["Retry-After"]) > 0
    assert counted(world, ann) == []
    announces(ann, key).expect(201)
    assert counted(world, ann) == ["1"]


def test_one_that_meets_itself_after_its_answer_was_lost_has_one_effect(
    world: EmulatedWorld, proxy: Proxy, ann: Person
) -> None:
    faults = Fault("unanswered", operation=WRITING), Fault("in_progress", operation=WRITING, times=2)
    with proxy.awaiting(*faults):
        announces(ann, str(uuid.uuid4())).expect(201)
    assert [fault.happened for fault in faults] == [1, 2]
    assert counted(world, ann) == ["1"]


def test_a_call_is_tried_so_often_and_then_it_is_said_that_earshot_is_away(
    world: EmulatedWorld, proxy: Proxy, ann: Person
) -> None:
    fault = Fault("throttled", operation=WRITING, times=1000)
    with proxy.awaiting(fault):
        announces(ann, str(uuid.uuid4())).expect(503)
    assert fault.happened == aws.ATTEMPTS
    assert counted(world, ann) == []


def test_of_an_answer_that_comes_too_late_nothing_is_lost_and_nothing_doubled(
    world: EmulatedWorld, proxy: Proxy, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = str(uuid.uuid4())
    announces(ann, str(uuid.uuid4())).expect(201)
    monkeypatch.setattr(aws, "READ_TIMEOUT_SECONDS", SLOW_S / 10)
    endpoints.forget_clients()
    fault = Fault("slow", operation=WRITING, times=aws.ATTEMPTS)
    with proxy.awaiting(fault):
        announces(ann, key).expect(503)
    assert fault.happened == aws.ATTEMPTS
    assert counted(world, ann) == ["2"]
    assert announces(ann, key).expect(201)["track"]["track_id"] == key
    assert counted(world, ann) == ["2"]
