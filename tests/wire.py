"""What Earshot says to AWS: counted, left unanswered, overtaken.

Import this before the first AWS client is made: botocore gives the listener to every client from then on.
"""

import contextvars
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import botocore.handlers
from botocore.exceptions import ReadTimeoutError

from chalicelib import settings

PREFIX = settings.table("")
"""What the names of all tables begin with."""

READS = frozenset(
    {"BatchGetItem", "GetItem", "GetObject", "GetQueueUrl", "HeadObject", "Query", "Scan", "TransactGetItems"}
)


@dataclass(frozen=True)
class Call:
    """One call of AWS, with what DynamoDB is asked."""

    service: str
    operation: str
    request: dict[str, Any]
    answer: dict[str, Any] = field(default_factory=dict, compare=False)
    """What came back, once it has."""

    @property
    def is_read(self) -> bool:
        return self.operation in READS

    @property
    def tables(self) -> list[str]:
        """The tables it names, in the order in which it names them."""
        names = [self.request["TableName"]] if "TableName" in self.request else []
        names += self.request.get("RequestItems", {})
        for item in self.request.get("TransactItems", []):
            names += [action["TableName"] for action in item.values()]
        return [name.removeprefix(PREFIX) for name in names]

    def __str__(self) -> str:
        return " ".join([self.operation, *self.tables])


Listener = Callable[[Call], Any]
_before: list[Listener] = []
_after: list[Listener] = []


@contextmanager
def made(service: str | None = "dynamodb") -> Iterator[list[Call]]:
    """The calls of a service, or of all, made in this block, each once, however often botocore repeats it."""
    calls: list[Call] = []

    def note(call: Call) -> None:
        if service in (None, call.service):
            calls.append(call)

    with _listening(_before, note):
        yield calls


@contextmanager
def counted(service: str = "dynamodb") -> Iterator[list[str]]:
    """The calls of a service that were made in this block, as ``GetItem members``; filled at its end."""
    counted: list[str] = []
    with made(service) as calls:
        yield counted
    counted += map(str, calls)


@contextmanager
def consumed() -> Iterator[list[tuple[str, float]]]:
    """The calls of DynamoDB that were made in this block with the capacity units of each; filled at its end.

    Only DynamoDB Local counts as AWS does; what moto says is made up.
    """
    consumed: list[tuple[str, float]] = []

    def ask(call: Call) -> None:
        call.request.setdefault("ReturnConsumedCapacity", "TOTAL")

    with made() as calls, _listening(_before, ask):
        yield consumed
    consumed += [(str(call), _units(call.answer["ConsumedCapacity"])) for call in calls]


@contextmanager
def refusing(
    code: str, *, service: str = "dynamodb", operation: str = "", after: int = 0, times: int = 10**9
) -> Iterator[None]:
    """In this block AWS refuses such calls with this error code and does nothing.

    It does so after having let some through, and at most so often.
    """
    numbers = count()

    def refuse(call: Call) -> Any:
        if call.service != service or not call.operation.startswith(operation):
            return None
        if not after <= next(numbers) < after + times:
            return None
        error = {"Code": code, "Message": "refused by a test"}
        answer: dict[str, Any] = {"Error": error, "ResponseMetadata": {"HTTPHeaders": {}}}
        if code == "TransactionCanceledException":
            answer["CancellationReasons"] = [{"Code": "TransactionConflict", "Message": "refused by a test"}]
        return _Status(400), answer

    with _listening(_before, refuse):
        yield


@contextmanager
def leaving(times: int) -> Iterator[None]:
    """In this block batches are so often left for later, with nothing of them read."""
    left = iter(range(times))

    def leave(call: Call) -> Any:
        if call.operation != "BatchGetItem" or next(left, None) is None:
            return None
        wanted = call.request["RequestItems"]
        return _Status(200), {"Responses": {}, "UnprocessedKeys": wanted, "ResponseMetadata": {}}

    with _listening(_before, leave):
        yield


@contextmanager
def cut_off(operation: str, *, service: str = "dynamodb", times: int = 1) -> Iterator[None]:
    """In this block the answers of such calls are lost, at most so often; what was asked for is done."""
    left = iter(range(times))

    def lose(call: Call) -> None:
        if call.service == service and call.operation == operation and next(left, None) is not None:
            raise ReadTimeoutError(endpoint_url="https://aws.example")

    with _listening(_after, lose):
        yield


@contextmanager
def failing(nth: int, *, done: bool) -> Iterator[None]:
    """In this block the nth call of AWS, from 1, is not answered: once it was done, or before it is sent."""
    calls = iter(range(1, nth + 1))

    def fail(_: Call) -> None:
        if next(calls, None) == nth:
            raise ReadTimeoutError(endpoint_url="https://aws.example")

    with _listening(_after if done else _before, fail):
        yield


@contextmanager
def overtaken(operation: str, act: Callable[[], object]) -> Iterator[None]:
    """In this block something else happens to the end just before the first such call is sent."""
    first = iter([True])

    def overtake(call: Call) -> None:
        if call.operation == operation and next(first, False):
            contextvars.copy_context().run(act)

    with _listening(_before, overtake):
        yield


@dataclass(frozen=True)
class _Status:
    status_code: int


@contextmanager
def _listening(listeners: list[Listener], listener: Listener) -> Iterator[None]:
    listeners.append(listener)
    try:
        yield
    finally:
        listeners.remove(listener)


def _units(capacity: dict[str, Any] | list[dict[str, Any]]) -> float:
    tables = capacity if isinstance(capacity, list) else [capacity]
    return sum(float(table["CapacityUnits"]) for table in tables)


def _asked(event_name: str, params: dict[str, Any], context: dict[str, Any], **_: Any) -> Any:
    service, operation = event_name.split(".")[1:]
    request = json.loads(params["body"]) if service == "dynamodb" else {}
    context["earshot_call"] = call = Call(service, operation, request)
    answers = [listener(call) for listener in list(_before)]
    if service == "dynamodb":
        params["body"] = json.dumps(request).encode()
    return next((answer for answer in answers if answer is not None), None)


def _answered(context: dict[str, Any], parsed: dict[str, Any], **_: Any) -> None:
    call = context.get("earshot_call")
    if call is None:  # a stub has answered, before it came to the wire
        return
    call.answer.update(parsed)
    for listener in list(_after):
        listener(call)


botocore.handlers.BUILTIN_HANDLERS += [("before-call", _asked), ("after-call", _answered)]
