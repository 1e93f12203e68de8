"""The pump between the real emulator and a small app of its own."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from chalice import Chalice, Rate

from infra import emulator
from infra.emulator import Emulator
from infra.pump import Clock, Pump
from tests.infra.emulated import ACTIVITY, PAGE_ORIGIN, client, queue_url

FAILURES = "earshot-test-activity-failures"
STREAM = f"arn:aws:dynamodb:eu-central-1:123456789012:table/{ACTIVITY}/stream/any"


class Small:
    """An app with one queue and one stream, which fails as it is told to."""

    def __init__(self, aws: Emulator) -> None:
        self.sqs, self.dynamodb = client(aws, "sqs"), client(aws, "dynamodb")
        dead = self.queue("dead")
        policy = {"deadLetterTargetArn": self.arn(dead), "maxReceiveCount": "3"}
        self.work = self.queue("work", VisibilityTimeout="1", RedrivePolicy=json.dumps(policy))
        self.batches: list[list[str]] = []
        self.dead: list[str] = []
        self.streamed: list[list[str]] = []
        self.at_once, self.most_at_once = 0, 0
        self.fails: Callable[[str], bool] = lambda _: False
        self.raises: Callable[[str], bool] = lambda _: False
        app = Chalice(app_name="small")

        @app.on_sqs_message(queue="work", batch_size=4)
        def work(event: Any) -> dict[str, Any]:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            time.sleep(0.01)
            self.at_once -= 1
            records = event.to_dict()["Records"]
            return self.batch(
                self.batches, [record["body"] for record in records], [r["messageId"] for r in records]
            )

        @app.on_sqs_message(queue="dead", batch_size=4)
        def bury(event: Any) -> None:
            self.dead += [record.body for record in event]

        @app.on_dynamodb_record(stream_arn=STREAM, batch_size=4)
        def react(event: Any) -> dict[str, Any]:
            records = list(event)
            names = [record.new_image["activity_id"]["S"] for record in records]
            return self.batch(self.streamed, names, [record.sequence_number for record in records])

        self.app = app

    def queue(self, name: str, **attributes: str) -> str:
        url: str = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url

    def arn(self, url: str) -> str:
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn: str = answer["Attributes"]["QueueArn"]
        return arn

    def batch(self, seen: list[list[str]], names: list[str], ids: list[str]) -> dict[str, Any]:
        seen.append(names)
        if any(map(self.raises, names)):
            raise RuntimeError("told to fail")
        failed = [id_ for id_, name in zip(ids, names, strict=True) if self.fails(name)]
        return {"batchItemFailures": [{"itemIdentifier": id_} for id_ in failed]}

    def send(self, *bodies: str) -> None:
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.work, MessageBody=body)

    def happens(self, *names: str) -> None:
        for name in names:
            item = {"audience_key": {"S": "w#1"}, "activity_id": {"S": name}}
            self.dynamodb.put_item(TableName=ACTIVITY, Item=item)

    def waiting(self) -> int:
        """Messages in the queue, those being handled included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.sqs.get_queue_attributes(QueueUrl=self.work, AttributeNames=names)
        return sum(int(value) for value in answer["Attributes"].values())

    def given_up(self) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(QueueUrl=queue_url(self.sqs, "activity-failures"))
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[Emulator]:
    running = emulator.start(tmp_path, 0, page_origin=PAGE_ORIGIN, stage="test")
    yield running
    running.stop()


@pytest.fixture
def small(aws: Emulator) -> Small:
    return Small(aws)


@pytest.fixture
def pump(aws: Emulator, small: Small) -> Iterator[Pump]:
    pump = Pump(
        small.app,
        aws,
        small.sqs,
        failures_queue=FAILURES,
        most_attempts=3,
        first_backoff_s=0.02,
        look_again_s=0.05,
    )
    yield pump
    pump.stop()


def eventually(holds: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.02)


def test_messages_are_delivered_in_batches_one_at_a_time_and_taken_out(small: Small, pump: Pump) -> None:
    small.send(*"abcdefghij")
    pump.start()
    eventually(lambda: sum(map(len, small.batches)) == 10 and small.waiting() == 0)
    assert sorted(chain(*small.batches)) == list("abcdefghij")
    assert max(map(len, small.batches)) <= 4
    assert small.most_at_once == 1


def test_a_quiet_pump_is_woken_by_a_message(aws: Emulator, small: Small) -> None:
    pump = Pump(small.app, aws, small.sqs, failures_queue=FAILURES, look_again_s=3600)
    pump.start()
    small.send("a")
    eventually(lambda: small.batches == [["a"]])
    small.send("b")
    eventually(lambda: small.batches == [["a"], ["b"]])
    pump.stop()


def test_what_failed_comes_again_without_what_went_well_and_dies_in_the_end(small: Small, pump: Pump) -> None:
    small.fails = lambda body: body == "bad"
    small.send("good", "bad", "fine")
    pump.start()
    eventually(lambda: small.dead == ["bad"], 20)
    delivered = list(chain(*small.batches))
    assert delivered.count("bad") == 3
    assert delivered.count("good") == delivered.count("fine") == 1
    assert small.waiting() == 0


def test_a_message_that_failed_does_not_wait_as_long_as_on_aws(aws: Emulator, small: Small) -> None:
    hour = {"VisibilityTimeout": "3600"}
    small.sqs.set_queue_attributes(QueueUrl=small.work, Attributes=hour)
    tries = iter([True, False])
    small.fails = lambda _: next(tries, False)
    small.send("a")
    pump = Pump(small.app, aws, small.sqs, failures_queue=FAILURES, look_again_s=0.05, failed_again_s=1)
    pump.start()
    eventually(lambda: small.batches == [["a"], ["a"]] and small.waiting() == 0)
    pump.stop()


def test_a_handler_that_raises_fails_its_whole_batch(small: Small, pump: Pump) -> None:
    tries = iter([True, False])
    small.raises = lambda _: next(tries, False)
    small.send("a")
    pump.start()
    eventually(lambda: len(small.batches) == 2 and small.waiting() == 0)


def test_stream_records_come_in_order(aws: Emulator, small: Small, pump: Pump) -> None:
    pump.start()
    names = [f"{number:02}" for number in range(12)]
    small.happens(*names)
    eventually(lambda: not aws.pending_stream_records())
    assert list(chain(*small.streamed)) == names


def test_a_stream_goes_on_from_the_record_that_failed(aws: Emulator, small: Small, pump: Pump) -> None:
    tries = iter([True, False])
    small.fails = lambda name: name == "b" and next(tries, False)
    small.happens("a", "b", "c")
    pump.start()
    eventually(lambda: not aws.pending_stream_records())
    assert small.streamed == [["a", "b", "c"], ["b", "c"]]
    assert small.given_up() == []


@pytest.mark.parametrize("how", ["reported", "raised"])
def test_a_record_that_always_fails_is_given_up_and_the_stream_goes_on(
    aws: Emulator, small: Small, pump: Pump, how: str
) -> None:
    if how == "reported":
        small.fails = lambda name: name == "b"
    else:
        small.raises = lambda name: name == "b"
    small.happens("a", "b", "c", "d")
    pump.start()
    eventually(lambda: not aws.pending_stream_records())
    assert "d" in small.streamed[-1]
    [failure] = small.given_up()
    assert failure["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert failure["requestContext"]["approximateInvokeCount"] == 3
    assert failure["DDBStreamBatchInfo"]["batchSize"] == 1


def test_what_was_not_handled_before_a_stop_waits_for_the_next_start(aws: Emulator, small: Small) -> None:
    handling, go_on = threading.Event(), threading.Event()

    def hold(_: str) -> bool:
        handling.set()
        go_on.wait(5)
        return True

    small.fails = hold
    small.happens("a")
    first = Pump(small.app, aws, small.sqs, failures_queue=FAILURES, first_backoff_s=30)
    first.start()
    assert handling.wait(5)
    go_on.set()
    first.stop()  # and does not wait for the half minute after which the record would be tried again
    assert [record.record["eventName"] for record in aws.pending_stream_records()] == ["INSERT"]
    small.fails = lambda _: False
    second = Pump(small.app, aws, small.sqs, failures_queue=FAILURES)
    second.start()
    eventually(lambda: not aws.pending_stream_records())
    second.stop()


def test_a_stop_lets_what_is_under_way_come_to_its_end(aws: Emulator, small: Small) -> None:
    handling = threading.Event()

    def take_time(_: str) -> bool:
        handling.set()
        time.sleep(1.5)
        return False

    small.fails = take_time
    small.happens("a")
    pump = Pump(small.app, aws, small.sqs, failures_queue=FAILURES)
    pump.start()
    assert handling.wait(5)
    pump.stop()
    assert not aws.pending_stream_records()


def test_a_schedule_runs_at_start_and_then_at_its_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.pump.UNIT_S", {"minute": 1})
    events: list[dict[str, Any]] = []
    stopping = threading.Event()
    clock = Clock("run_due", lambda event, _: events.append(event), Rate(1, Rate.MINUTES), stopping)
    thread = threading.Thread(target=clock.run)
    thread.start()
    eventually(lambda: len(events) >= 3, 4)
    stopping.set()
    thread.join(2)
    assert {event["detail-type"] for event in events} == {"Scheduled Event"}
    assert len({event["time"] for event in events}) >= 2


def test_a_trigger_that_cannot_run_here_is_named(aws: Emulator) -> None:
    app = Chalice(app_name="other")

    @app.schedule("cron(0 12 * * ? *)")
    def at_noon(event: Any) -> None:
        raise AssertionError(event)

    with pytest.raises(ValueError, match="at_noon"):
        Pump(app, aws, client(aws, "sqs"), failures_queue=FAILURES)
