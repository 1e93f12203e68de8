"""AWS clients with explicit timeouts, and the one function that runs transactions."""

import random
import time
import uuid
from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.connection import Connection
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib import settings

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 5
ATTEMPTS = 3

MOST_ACTIONS = 10
"""Actions in one transaction: what DynamoDB Local takes, and enough."""

CONFLICT_PAUSES_SECONDS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Upper bounds of the pauses before a transaction that met another one is tried again."""

TRANSIENT_CODES = frozenset(
    {
        "InternalServerError",
        "InternalFailure",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
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
    max_retry_attempts = ATTEMPTS


@cache
def client(service: str) -> Any:
    """The boto3 client of a service, one a process."""
    options: dict[str, Any] = {}
    if service == "s3":
        # boto3 presigns with Signature Version 2, and for the global host, unless told otherwise.
        options = {"signature_version": "s3v4", "s3": {"addressing_style": settings.S3_ADDRESSING}}
    return boto3.client(
        service,
        region_name=settings.REGION,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=READ_TIMEOUT_SECONDS,
            retries={"mode": "standard", "max_attempts": ATTEMPTS},
            **options,
        ),
    )


@cache
def _connection() -> Connection:
    return Connection(
        region=settings.REGION,
        connect_timeout_seconds=CONNECT_TIMEOUT_SECONDS,
        read_timeout_seconds=READ_TIMEOUT_SECONDS,
        max_retry_attempts=ATTEMPTS,
    )


def transact(fill: Callable[[TransactWrite], object]) -> None:
    """Run the actions that ``fill`` adds to a transaction, all or none.

    A conflict with another transaction is tried again with jitter, under one client token, so that a
    transaction that was carried out and whose answer was lost is not carried out twice. Raises
    `TransactWriteError` where a condition does not hold (see `failed_conditions`).
    """
    token = str(uuid.uuid4())
    pauses = iter(CONFLICT_PAUSES_SECONDS)
    while True:
        try:
            with TransactWrite(connection=_connection(), client_request_token=token) as transaction:
                fill(transaction)
            return
        except TransactWriteError as error:
            pause = next(pauses, None)
            if pause is None or not _met_another(error):
                raise
            time.sleep(random.uniform(0, pause))  # noqa: S311  (jitter, not a secret)


def _met_another(error: TransactWriteError) -> bool:
    if error.cause_response_code == "TransactionInProgressException":
        return True
    codes = {reason.code for reason in error.cancellation_reasons if reason}
    return "TransactionConflict" in codes and "ConditionalCheckFailed" not in codes


def failed_conditions(error: TransactWriteError) -> set[int]:
    """Which of a transaction's actions failed on their condition.

    Counted as PynamoDB sends them: condition checks, deletes, puts, updates.
    """
    return {
        index
        for index, reason in enumerate(error.cancellation_reasons)
        if reason and reason.code == "ConditionalCheckFailed"
    }


def is_transient(error: Exception) -> bool:
    """Whether asking AWS again is right: throttled, unreachable, its own failure."""
    if isinstance(error, TransactWriteError) and _met_another(error):
        return True
    if isinstance(error, PynamoDBException):
        if error.cause_response_code is not None:
            return error.cause_response_code in TRANSIENT_CODES
        return isinstance(error.cause, BotoCoreError)
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"] in TRANSIENT_CODES
    return isinstance(error, BotoCoreError)
