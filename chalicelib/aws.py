"""AWS clients with explicit timeouts, conditional writes, and the one function that runs transactions."""

import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, IncompleteReadError
from pynamodb.connection import Connection
from pynamodb.exceptions import (
    DeleteError,
    DoesNotExist,
    PutError,
    PynamoDBException,
    TransactWriteError,
    UpdateError,
)
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator
from pynamodb.transactions import TransactWrite

from chalicelib import answers, errors, settings

M = TypeVar("M", bound=Model)
T = TypeVar("T")

Item = dict[str, Any]
"""Something as boto3 has it."""

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 5
ATTEMPTS = 3
"""How often a call is tried in all, the first time included."""

UNCHECKED = frozenset({"dynamodb", "sesv2"})
"""Services whose parameters our own code makes; looking at each of them again costs a tenth of a call."""

MOST_CHANGES = 8
"""How often a change is made in all that always meets another one."""

MOST_ACTIONS = 10
"""Actions in one transaction: what DynamoDB Local takes, and enough."""

MOST_KEYS = 100
"""Keys that DynamoDB takes in one BatchGetItem."""

CONFLICT_PAUSES_SECONDS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Upper bounds of the pauses before what met something else, or was left over, is tried again."""

UNANSWERED = (ConnectionError, HTTPClientError, IncompleteReadError)
"""What botocore raises where nothing, or not all of it, came back."""

WRITES = (DeleteError, PutError, TransactWriteError, UpdateError)
"""What PynamoDB raises where a write was refused."""

TRANSIENT_REASONS = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"})
"""Why DynamoDB cancels a transaction that may succeed a moment later."""

TRANSIENT_CODES = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottlingException",
        "Throttling",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)


class TableMeta:
    """What every model's ``Meta`` has in common."""

    region = settings.REGION
    connect_timeout_seconds = CONNECT_TIMEOUT_SECONDS
    read_timeout_seconds = READ_TIMEOUT_SECONDS
    max_retry_attempts = ATTEMPTS - 1


@dataclass(frozen=True)
class Wanted:
    """Items of one table to read, by their keys as boto3 has them."""

    keys: list[dict[str, Any]]
    consistent: bool = False


@cache
def client(service: str, *, once: bool = False) -> Any:
    """The boto3 client of a service, one a process; with ``once`` one that tries nothing again by itself."""
    options: dict[str, Any] = {}
    if service == "s3":
        # boto3 presigns with Signature Version 2, and for the global host, unless told otherwise.
        options = {"signature_version": "s3v4", "s3": {"addressing_style": settings.S3_ADDRESSING}}
    if service in UNCHECKED:
        options = {"parameter_validation": False}
    return _session().client(
        service,
        region_name=settings.REGION,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=READ_TIMEOUT_SECONDS,
            retries={"mode": "standard", "total_max_attempts": 1 if once else ATTEMPTS},
            **options,
        ),
    )


@cache
def _session() -> boto3.Session:
    session = botocore.session.get_session()
    session.register_component("response_parser_factory", answers.Parsers())
    return boto3.Session(botocore_session=session)


@cache
def _connection() -> Connection:
    return Connection(
        region=settings.REGION,
        connect_timeout_seconds=CONNECT_TIMEOUT_SECONDS,
        read_timeout_seconds=READ_TIMEOUT_SECONDS,
        max_retry_attempts=ATTEMPTS - 1,
    )


def found(model: type[M], hash_key: Any, range_key: Any = None) -> M | None:
    """The item with this key as it is stored now; None where there is none."""
    try:
        return model.get(hash_key, range_key, consistent_read=True)
    except DoesNotExist:
        return None


def batch_get(wanted: Mapping[str, Wanted]) -> dict[str, list[dict[str, Any]]]:
    """Items by table as boto3 has them, in one call for every 100 keys; without those that are not there.

    What DynamoDB leaves for later is asked for again with jitter. Raises `Unavailable` where it always does.
    """
    found: dict[str, list[dict[str, Any]]] = {table: [] for table in wanted}
    waiting = [(table, key) for table, items in wanted.items() for key in items.keys]
    pauses = iter(CONFLICT_PAUSES_SECONDS)
    while waiting:
        request: dict[str, Any] = {}
        for table, key in waiting[:MOST_KEYS]:
            entry = request.setdefault(table, {"Keys": [], "ConsistentRead": wanted[table].consistent})
            entry["Keys"].append(key)
        answer = client("dynamodb").batch_get_item(RequestItems=request)
        for table, items in answer["Responses"].items():
            found[table] += items
        left = [(table, key) for table, rest in answer["UnprocessedKeys"].items() for key in rest["Keys"]]
        waiting = waiting[MOST_KEYS:] + left
        if left:
            pause = next(pauses, None)
            if pause is None:
                raise errors.Unavailable
            time.sleep(random.uniform(0, pause))  # noqa: S311  (jitter, not a secret)
    return found


def queried(**query: Any) -> Iterator[Item]:
    """All items of a query as boto3 has them: thousands, which models make slow."""
    while True:
        answer = client("dynamodb").query(**query)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def transact(fill: Callable[[TransactWrite], T]) -> T:
    """Run the actions that ``fill`` adds to a transaction, all or none; gives back what ``fill`` does.

    A conflict with another transaction is tried again with jitter: the same actions under one client token,
    so that a transaction that was carried out and whose answer was lost is not carried out twice. Raises
    `TransactWriteError` where a condition does not hold (see `failed_conditions`).
    """
    transaction = TransactWrite(connection=_connection(), client_request_token=str(uuid.uuid4()))
    filled = fill(transaction)

    def send() -> None:
        with transaction:  # what it holds is sent on leaving
            pass

    patiently(send)
    return filled


def transact_items(*, puts: Sequence[Item] = (), updates: Sequence[Item] = ()) -> None:
    """Run actions as boto3 has them, all or none, as `transact` does: for thousands, which models make slow.

    Raises `TransactWriteError` where a condition does not hold, of the puts and then of the updates.
    """
    token = str(uuid.uuid4())
    patiently(
        lambda: _connection().transact_write_items(
            condition_check_items=(),
            delete_items=(),
            put_items=puts,
            update_items=updates,
            client_request_token=token,
        )
    )


def written(fill: Callable[[TransactWrite], object]) -> bool:
    """Run a transaction, as `transact` does; False where one of its conditions does not hold any more."""
    try:
        transact(fill)
    except TransactWriteError as error:
        if not failed_conditions(error):
            raise
        return False
    return True


def updated(item: Model, actions: Sequence[Action], condition: Condition) -> bool:
    """Update an item, which is then as it is stored; False where the condition does not hold."""
    try:
        patiently(lambda: item.update(actions=list(actions), condition=condition))
    except UpdateError as error:
        if not is_failed_condition(error):
            raise
        return False
    return True


def repeat(change: Callable[[], bool]) -> None:
    """Make a change until it was made on what is there. Raises `Unavailable` where others never rest."""
    for _ in range(MOST_CHANGES):
        if change():
            return
    raise errors.Unavailable


def patiently(write: Callable[[], T]) -> T:
    """Make a write, and make it again with jitter where a transaction with the same item is under way.

    DynamoDB refuses a single write then too, and no client of AWS tries it again by itself.
    """
    for _ in attempts():
        try:
            return write()
        except WRITES as error:
            if not _met_a_transaction(error):
                raise
            met = error
    raise met


def attempts() -> Iterator[None]:
    """Attempts, with jittered pauses between them, at what others may be in the way of."""
    yield
    for pause in CONFLICT_PAUSES_SECONDS:
        time.sleep(random.uniform(0, pause))  # noqa: S311  (jitter, not a secret)
        yield


def _met_a_transaction(error: PynamoDBException) -> bool:
    if isinstance(error, TransactWriteError):
        return _may_succeed_later(error)
    return _code(error.cause) == "TransactionConflictException"


def _may_succeed_later(error: TransactWriteError) -> bool:
    if _code(error.cause) == "TransactionInProgressException":
        return True
    codes = {reason.code for reason in error.cancellation_reasons if reason}
    return bool(codes & TRANSIENT_REASONS) and "ConditionalCheckFailed" not in codes


def failed_conditions(error: TransactWriteError) -> set[int]:
    """Which of a transaction's actions failed on their condition.

    Counted as PynamoDB sends them: condition checks, deletes, puts, updates.
    """
    return {
        index
        for index, reason in enumerate(error.cancellation_reasons)
        if reason and reason.code == "ConditionalCheckFailed"
    }


def is_failed_condition(error: PynamoDBException | ClientError) -> bool:
    """Whether a single write was refused by its own condition."""
    cause = error.cause if isinstance(error, PynamoDBException) else error
    return _code(cause) == "ConditionalCheckFailedException"


def behind(found: ResultIterator[M], shown: list[M]) -> dict[str, Any] | None:
    """Where a list goes on: behind the last item shown, None at its end.

    DynamoDB's own position may name an item that it looked at and a filter has hidden.
    """
    if found.last_evaluated_key is None or not shown:
        return None
    last = shown[-1].to_dynamodb_dict()
    return {name: last[name] for name in found.page_iter.key_names}


def is_transient(error: Exception) -> bool:
    """Whether asking AWS again is right: throttled, unreachable, its own failure."""
    if isinstance(error, TransactWriteError) and _may_succeed_later(error):
        return True
    cause = error.cause if isinstance(error, PynamoDBException) else error
    return _code(cause) in TRANSIENT_CODES or isinstance(cause, UNANSWERED)


def _code(error: Exception | None) -> str | None:
    """AWS's error code; PynamoDB's own ``cause_response_code`` fails where a time-out is the cause."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else None
