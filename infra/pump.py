"""Carries messages, stream records and the clock to the handlers of app.py, as Lambda does.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
"""

import json
import logging
import re
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from chalice.app import Chalice, DynamoDBEventConfig, ScheduledEventConfig, SQSEventConfig

from infra.gateway import Context, separate_threads
from infra.journal import StreamRecord

log = logging.getLogger(__name__)

TIMEOUT_S = 120
LOOK_AGAIN_S = 2.0
"""Seconds after which a queue is asked again although nothing was announced: visibility ends quietly."""

FAILED_AGAIN_S = 45
"""Seconds after which a message that failed comes again.

On AWS it is the queue's own time, 12 minutes for an upload; nobody at a laptop waits so long. An upload cut
off by `kill -9` goes on at the fourth attempt, when its lease has run out.
"""

MOST_ATTEMPTS = 11
"""One delivery and the ten retries that resources.yaml allows a stream record."""

STOPS_IN_S = 10.0
"""What is cut off is delivered again, but an upload then waits until its lease has run out."""

FIRST_BACKOFF_S = 0.2
LONGEST_BACKOFF_S = 30.0
RATE = re.compile(r"rate\(([1-9][0-9]*) (minute|hour|day)s?\)")
UNIT_S = {"minute": 60, "hour": 3600, "day": 86400}

Handler = Callable[[dict[str, Any], Context], Any]


class Source(Protocol):
    """Where stream records come from, and the names of queues and tables with news: the emulator."""

    def wait_for_work(self, timeout: float) -> set[str]: ...

    def pending_stream_records(self) -> list[StreamRecord]: ...

    def stream_record_done(self, id_: int) -> None: ...


class Pump:
    """Runs the handlers of an app until it is stopped; those of one source one after the other."""

    def __init__(
        self,
        app: Chalice,
        source: Source,
        sqs: Any,
        *,
        failures_queue: str,
        most_attempts: int = MOST_ATTEMPTS,
        first_backoff_s: float = FIRST_BACKOFF_S,
        look_again_s: float = LOOK_AGAIN_S,
        failed_again_s: int = FAILED_AGAIN_S,
    ) -> None:
        separate_threads(app)
        self._source = source
        self._stopping = threading.Event()
        self._carriers: list[QueueCarrier | StreamCarrier | Clock] = []
        for config in app.event_sources:
            handler = app.handler_map[config.name]
            if isinstance(config, SQSEventConfig):
                self._carriers.append(
                    QueueCarrier(
                        config.name,
                        handler,
                        sqs,
                        config.queue,
                        config.batch_size,
                        look_again_s=look_again_s,
                        failed_again_s=failed_again_s,
                        stopping=self._stopping,
                    )
                )
            elif isinstance(config, DynamoDBEventConfig):
                carrier = StreamCarrier(
                    config.name,
                    handler,
                    source,
                    config.stream_arn,
                    config.batch_size,
                    on_failure=Failures(sqs, failures_queue),
                    most_attempts=most_attempts,
                    first_backoff_s=first_backoff_s,
                    look_again_s=look_again_s,
                    stopping=self._stopping,
                )
                self._carriers.append(carrier)
            elif isinstance(config, ScheduledEventConfig):
                self._carriers.append(Clock(config.name, handler, config.schedule_expression, self._stopping))
            else:
                raise ValueError(f"{config.name} has a trigger that does not run on one machine.")
        self._threads = [
            threading.Thread(target=carrier.run, name=f"pump-{carrier.name}", daemon=True)
            for carrier in self._carriers
        ]
        self._threads.append(threading.Thread(target=self._announce, name="pump", daemon=True))

    def start(self) -> None:
        """Take up what is waiting, and whatever comes."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = STOPS_IN_S) -> None:
        """Begin nothing more, and wait this long for what is under way; it would be delivered again."""
        self._stopping.set()
        for carrier in self._carriers:
            carrier.news.set()
        until = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _announce(self) -> None:
        while not self._stopping.is_set():
            with_work = self._source.wait_for_work(0.2)
            for carrier in self._carriers:
                if carrier.source in with_work:
                    carrier.news.set()


class QueueCarrier:
    """One queue and its handler. What fails stays in the queue, whose own settings say for how long."""

    def __init__(
        self,
        name: str,
        handler: Handler,
        sqs: Any,
        queue: str,
        batch_size: int,
        *,
        look_again_s: float,
        failed_again_s: int,
        stopping: threading.Event,
    ) -> None:
        self.name, self.news, self._look_again_s = name, threading.Event(), look_again_s
        self._handler, self._sqs, self._stopping = handler, sqs, stopping
        self.source = queue
        self._batch_size = min(batch_size, 10)
        self._url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        names = ["QueueArn", "VisibilityTimeout"]
        attributes = sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)["Attributes"]
        self._arn: str = attributes["QueueArn"]
        self._failed_again_s = min(failed_again_s, int(attributes["VisibilityTimeout"]))

    def run(self) -> None:
        """Until the pump stops."""
        while not self._stopping.is_set():
            try:
                while not self._stopping.is_set() and self._carry():
                    pass
            except (BotoCoreError, ClientError):
                if not self._stopping.is_set():
                    log.exception("the queue does not answer", extra={"handler": self.name})
            self.news.wait(self._look_again_s)
            self.news.clear()

    def _carry(self) -> bool:
        """Deliver one batch; False where there is none."""
        messages = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=self._batch_size,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not messages:
            return False
        ids = [message["MessageId"] for message in messages]
        result = _invoke(self.name, self._handler, {"Records": [self._record(one) for one in messages]})
        failed = set(ids) if result is None else _failed(result, ids)
        done = [message for message in messages if message["MessageId"] not in failed]
        if done:
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=_entries(done))
        left = [message for message in messages if message["MessageId"] in failed]
        if left:
            later = {"VisibilityTimeout": self._failed_again_s}
            entries = [entry | later for entry in _entries(left)]
            self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)
        return True

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": message.get("MessageAttributes", {}),
            "md5OfBody": message.get("MD5OfBody", ""),
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": self._arn.split(":")[3],
        }


class Failures:
    """The queue that is told of stream records given up."""

    def __init__(self, sqs: Any, queue: str) -> None:
        self._sqs = sqs
        self._url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]

    def tell(self, handler: str, record: dict[str, Any], attempts: int) -> None:
        """https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html"""
        number, at = record["dynamodb"]["SequenceNumber"], record["dynamodb"]["ApproximateCreationDateTime"]
        created = _as_text(datetime.fromtimestamp(at, UTC))
        content = {
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "functionArn": handler,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": attempts,
            },
            "version": "1.0",
            "timestamp": _as_text(datetime.now(UTC)),
            "DDBStreamBatchInfo": {
                "startSequenceNumber": number,
                "endSequenceNumber": number,
                "approximateArrivalOfFirstRecord": created,
                "approximateArrivalOfLastRecord": created,
                "batchSize": 1,
                "streamArn": record["eventSourceARN"],
            },
        }
        self._sqs.send_message(QueueUrl=self._url, MessageBody=json.dumps(content))


class StreamCarrier:
    """One table's stream and its handler: in order, from the failed record again, at last without it."""

    def __init__(
        self,
        name: str,
        handler: Handler,
        source: Source,
        stream_arn: str,
        batch_size: int,
        *,
        on_failure: Failures,
        most_attempts: int,
        first_backoff_s: float,
        look_again_s: float,
        stopping: threading.Event,
    ) -> None:
        self.name, self.news, self._look_again_s = name, threading.Event(), look_again_s
        self._handler, self._source, self._stopping = handler, source, stopping
        self.source = stream_arn.split("/")[1]
        self._on_failure = on_failure
        self._most_attempts, self._first_backoff_s = most_attempts, first_backoff_s
        self._batch_size = self._next_size = batch_size
        self._failing: tuple[int, int] | None = None
        """Id of the record that the stream waits for, and how often it was tried."""

    def run(self) -> None:
        """Until the pump stops."""
        while not self._stopping.is_set():
            try:
                while not self._stopping.is_set() and self._carry():
                    pass
            except (BotoCoreError, ClientError):
                if not self._stopping.is_set():
                    log.exception("the failures queue does not answer", extra={"handler": self.name})
            self.news.wait(self._look_again_s)
            self.news.clear()

    def _carry(self) -> bool:
        """Deliver one batch; False where there is none."""
        batch = [
            record for record in self._source.pending_stream_records() if record.table_name == self.source
        ][: self._next_size]
        if not batch:
            return False
        numbers = [record.record["dynamodb"]["SequenceNumber"] for record in batch]
        result = _invoke(self.name, self._handler, {"Records": [record.record for record in batch]})
        if result is None and len(batch) > 1:
            # The batch is bisected until the record that breaks the function stands alone.
            self._next_size = len(batch) // 2
            return True
        failed = set(numbers) if result is None else _failed(result, numbers)
        handled = next((place for place, number in enumerate(numbers) if number in failed), len(batch))
        for record in batch[:handled]:
            self._source.stream_record_done(record.id)
        if handled == len(batch):
            self._next_size = self._batch_size
        else:
            self._failed(batch[handled])
        return True

    def _failed(self, record: StreamRecord) -> None:
        """Wait before the record is tried again, or go on without it."""
        tried = self._failing[1] + 1 if self._failing and self._failing[0] == record.id else 1
        if tried < self._most_attempts:
            self._failing = record.id, tried
            self._stopping.wait(min(self._first_backoff_s * 2 ** (tried - 1), LONGEST_BACKOFF_S))
            return
        log.error("a stream record is given up", extra={"handler": self.name, "attempts": tried})
        self._on_failure.tell(self.name, record.record, tried)
        self._source.stream_record_done(record.id)
        self._failing, self._next_size = None, self._batch_size


class Clock:
    """One schedule: at start, for what came due meanwhile, and then at every multiple of its rate."""

    def __init__(self, name: str, handler: Handler, expression: Any, stopping: threading.Event) -> None:
        self.name, self.source, self.news = name, None, threading.Event()
        self._handler, self._stopping = handler, stopping
        text = expression if isinstance(expression, str) else expression.to_string()
        rate = RATE.fullmatch(text)
        if rate is None:
            raise ValueError(f"{name} runs at {text}; on one machine only rate(...) does.")
        self._every_s = int(rate[1]) * UNIT_S[rate[2]]

    def run(self) -> None:
        """Until the pump stops."""
        while not self._stopping.is_set():
            now = time.time()
            _invoke(self.name, self._handler, _scheduled_event(self.name, datetime.fromtimestamp(now, UTC)))
            due = (now // self._every_s + 1) * self._every_s
            # In short waits: a laptop that slept wakes up to a clock that has moved on.
            while time.time() < due and not self._stopping.wait(min(5.0, max(0.0, due - time.time()))):
                pass


def _entries(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
        for number, message in enumerate(messages)
    ]


def _invoke(name: str, handler: Handler, event: dict[str, Any]) -> Any:
    """What the handler returns; None where it raised: the whole event failed."""
    try:
        return handler(event, Context(name, TIMEOUT_S)) or {}
    except Exception:
        log.exception("a handler failed", extra={"handler": name})
        return None


def _failed(result: Any, ids: list[str]) -> set[str]:
    """The items that a handler reports as failed; a report that makes no sense means all of them.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    if not isinstance(result, dict):
        return set()
    failures = result.get("batchItemFailures") or []
    try:
        named = {failure["itemIdentifier"] for failure in failures}
    except (KeyError, TypeError):
        return set(ids)
    return named if named <= set(ids) else set(ids)


def _scheduled_event(name: str, at: datetime) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "eu-central-1",
        "resources": [f"arn:aws:events:eu-central-1:123456789012:rule/{name}"],
        "detail": {},
    }


def _as_text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
