"""What failed of a batch is delivered again, and nothing else."""

from datetime import datetime
from typing import Any

from chalicelib import batches, times


def messages(*bodies: str) -> dict[str, Any]:
    return {"Records": [{"messageId": f"id of {body}", "body": body} for body in bodies]}


def records(*numbers: int) -> dict[str, Any]:
    return {"Records": [{"dynamodb": {"SequenceNumber": str(number)}} for number in numbers]}


def test_of_messages_each_is_handled_and_each_failed_one_named() -> None:
    handled: list[str] = []

    def handle(body: str, *, now: datetime) -> None:
        assert now.tzinfo is not None
        handled.append(body)
        if body.startswith("bad"):
            raise ValueError(body)

    answer = batches.each(messages("a", "bad one", "b", "bad two"), handle, now=times.now)
    assert handled == ["a", "bad one", "b", "bad two"]
    assert answer == {
        "batchItemFailures": [{"itemIdentifier": "id of bad one"}, {"itemIdentifier": "id of bad two"}]
    }


def test_of_records_none_is_handled_behind_one_that_failed() -> None:
    handled: list[str] = []

    def handle(record: dict[str, Any]) -> None:
        number = record["dynamodb"]["SequenceNumber"]
        handled.append(number)
        if number == "2":
            raise ValueError(number)

    assert batches.in_order(records(1, 2, 3), handle) == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert handled == ["1", "2"]
    assert batches.in_order(records(3, 4), handle) == {"batchItemFailures": []}


def test_an_empty_batch_is_done() -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise AssertionError("there is nothing to handle")

    assert batches.in_order(records(), fail) == {"batchItemFailures": []}
    assert batches.each(messages(), fail, now=times.now) == {"batchItemFailures": []}
