import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra import emulator, redrive
from infra.emulator import Emulator
from tests.infra.emulated import BUCKET, PAGE_ORIGIN, client, queue_url

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
KEYS = [f"uploads/w/t/upload {number:02}" for number in range(23)]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Emulator]:
    one = emulator.start(tmp_path, 0, page_origin=PAGE_ORIGIN, stage="test")
    s3 = client(one, "s3")
    for key in (*KEYS, "media/kept"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"audio")
    sqs = client(one, "sqs")
    sqs.purge_queue(QueueUrl=queue_url(sqs, "uploads"))
    yield one
    one.stop()


def keys_in_queue(running: Emulator) -> list[str]:
    sqs = client(running, "sqs")
    url, keys = queue_url(sqs, "uploads"), []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            [record] = json.loads(message["Body"])["Records"]
            assert record["eventName"] == "ObjectCreated:Post"
            keys.append(record["s3"]["object"]["key"])
    return keys


def test_every_upload_goes_through_the_queue_again(running: Emulator) -> None:
    sqs = client(running, "sqs")
    sent = redrive.redrive(
        client(running, "s3"),
        sqs,
        bucket=BUCKET,
        queue_url=queue_url(sqs, "uploads"),
        now=NOW,
    )
    assert sent == len(KEYS)
    expected = [key.replace("/", "%2F").replace(" ", "+") for key in KEYS]
    assert sorted(keys_in_queue(running)) == expected


def test_the_command_finds_the_stage(
    running: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in running.environment().items():
        monkeypatch.setenv(name, value)
    redrive.main(["--stage", "test", "--bucket", BUCKET])
    assert capsys.readouterr().out == (f"23 uploads of {BUCKET} were sent to be processed again.\n")
    assert len(keys_in_queue(running)) == len(KEYS)


def test_nothing_to_send_is_no_error(running: Emulator) -> None:
    s3, sqs = client(running, "s3"), client(running, "sqs")
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key} for key in KEYS]})
    url = queue_url(sqs, "uploads")
    assert redrive.redrive(s3, sqs, bucket=BUCKET, queue_url=url, now=NOW) == 0
