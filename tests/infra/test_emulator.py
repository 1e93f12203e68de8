import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import urllib3
from botocore.exceptions import BotoCoreError, ClientError
from moto.backends import get_backend
from moto.core.model_instances import model_data
from moto.moto_api import recorder

from infra import emulator
from infra.emulator import DataFolderError, Emulator
from infra.journal import ItemChange, Journal
from tests.infra.emulated import (
    ACTIVITY,
    BUCKET,
    PAGE_ORIGIN,
    QUOTAS,
    REGION,
    client,
    queue_url,
    received,
)

SERVE = """
import sys, time
from pathlib import Path
from infra import emulator
running = emulator.start(Path(sys.argv[1]), 0, page_origin="http://127.0.0.1:8000", stage="test")
print(running.url, flush=True)
time.sleep(600)
"""


def start(folder: Path) -> Emulator:
    return emulator.start(folder, 0, page_origin=PAGE_ORIGIN, stage="test")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Emulator]:
    one = start(tmp_path)
    yield one
    one.stop()


def quota(day: str) -> dict[str, Any]:
    return {"member_id": {"S": "ann"}, "day": {"S": day}}


def activity(name: str) -> dict[str, Any]:
    return {"audience_key": {"S": "w#1"}, "activity_id": {"S": name}}


def test_concurrent_updates_all_arrive(running: Emulator) -> None:
    dynamodb = client(running, "dynamodb")

    def add(_: int) -> None:
        for _ in range(20):
            dynamodb.update_item(
                TableName=QUOTAS,
                Key=quota("2026-11-01"),
                UpdateExpression="ADD uploads :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(8)))
    item = dynamodb.get_item(TableName=QUOTAS, Key=quota("2026-11-01"))["Item"]
    assert item["uploads"]["N"] == "160"


def test_what_was_answered_survives_being_killed(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process, process.stdout:
        url = process.stdout.readline().strip()
        dynamodb, s3 = client(url, "dynamodb"), client(url, "s3")
        acknowledged: list[str] = []

        def write() -> None:
            for number in range(100_000):
                name = f"{threading.get_ident()}-{number}"
                try:
                    dynamodb.put_item(TableName=ACTIVITY, Item=activity(name))
                    s3.put_object(Bucket=BUCKET, Key=f"media/{name}", Body=name.encode())
                except (BotoCoreError, ClientError):
                    return
                acknowledged.append(name)

        writers = [threading.Thread(target=write) for _ in range(3)]
        for writer in writers:
            writer.start()
        while len(acknowledged) < 60:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        for writer in writers:
            writer.join()

    restarted = start(tmp_path)
    try:
        dynamodb, s3 = client(restarted, "dynamodb"), client(restarted, "s3")
        items = dynamodb.scan(TableName=ACTIVITY)["Items"]
        assert set(acknowledged) <= {item["activity_id"]["S"] for item in items}
        told = {
            record.record["dynamodb"]["Keys"]["activity_id"]["S"]
            for record in restarted.pending_stream_records()
        }
        assert set(acknowledged) <= told
        for name in acknowledged:
            body = s3.get_object(Bucket=BUCKET, Key=f"media/{name}")["Body"].read()
            assert body == name.encode()
    finally:
        restarted.stop()


def test_unprocessed_uploads_and_messages_come_again_after_a_restart(tmp_path: Path) -> None:
    running = start(tmp_path)
    s3, sqs = client(running, "s3"), client(running, "sqs")
    for key in ("uploads/w/t/waiting", "uploads/w/t/done", "media/kept"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"audio", ContentType="audio/mpeg", Metadata={"a": "b"})
    s3.delete_object(Bucket=BUCKET, Key="uploads/w/t/done")
    sqs.send_message(QueueUrl=queue_url(sqs, "activity-failures"), MessageBody="handled")
    assert received(sqs, "activity-failures") == ["handled"]
    sqs.send_message(QueueUrl=queue_url(sqs, "activity-failures"), MessageBody="waiting")
    running.stop()

    running = start(tmp_path)
    try:
        s3, sqs = client(running, "s3"), client(running, "sqs")
        bodies = [json.loads(body) for body in received(sqs, "uploads")]
        told = [record["s3"]["object"]["key"] for body in bodies for record in body.get("Records", [])]
        assert told == ["uploads%2Fw%2Ft%2Fwaiting"]
        assert received(sqs, "activity-failures") == ["waiting"]
        kept = s3.get_object(Bucket=BUCKET, Key="media/kept")
        assert kept["Body"].read() == b"audio"
        assert kept["ContentType"] == "audio/mpeg"
        listed = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
        assert [one["Key"] for one in listed] == ["media/kept", "uploads/w/t/waiting"]
    finally:
        running.stop()


def test_stream_records_come_until_they_are_done(tmp_path: Path) -> None:
    running = start(tmp_path)
    dynamodb = client(running, "dynamodb")
    for name in ("one", "two"):
        dynamodb.put_item(TableName=ACTIVITY, Item=activity(name))
    first, second = running.pending_stream_records()
    assert (first.table_name, first.record["eventName"]) == (ACTIVITY, "INSERT")
    assert first.record["dynamodb"]["NewImage"] == activity("one")
    running.stream_record_done(first.id)
    running.stop()

    running = start(tmp_path)
    try:
        assert running.pending_stream_records() == [second]
        running.stream_record_done(second.id)
        assert running.pending_stream_records() == []
    finally:
        running.stop()


def test_creating_with_an_update_tells_the_stream_once(running: Emulator) -> None:
    dynamodb = client(running, "dynamodb")
    for _ in range(2):
        dynamodb.update_item(
            TableName=ACTIVITY,
            Key=activity("one"),
            UpdateExpression="SET kind = :kind",
            ExpressionAttributeValues={":kind": {"S": "member_joined"}},
        )
    [record] = running.pending_stream_records()
    assert record.record["dynamodb"]["NewImage"]["kind"] == {"S": "member_joined"}


def test_a_refused_transaction_gives_back_only_what_it_named(running: Emulator) -> None:
    # moto itself copies all items of a table before a transaction: of 5,000 that takes a second.
    dynamodb = client(running, "dynamodb")
    for name in ("named", "other"):
        dynamodb.put_item(TableName=ACTIVITY, Item=activity(name))

    def items() -> dict[str, Any]:
        table = get_backend("dynamodb")[emulator.ACCOUNT][REGION].tables[ACTIVITY]
        return {item.attrs["activity_id"].value: item for item in table.all_items()}

    before = items()
    refused = {
        "Put": {
            "TableName": ACTIVITY,
            "Item": activity("named") | {"kind": {"S": "changed"}},
            "ConditionExpression": "attribute_not_exists(audience_key)",
        }
    }
    with pytest.raises(ClientError, match="TransactionCanceled"):
        dynamodb.transact_write_items(TransactItems=[refused])
    after = items()
    assert after["named"] is not before["named"]
    assert after["other"] is before["other"]
    assert [item.to_json() for item in after.values()] == [item.to_json() for item in before.values()]


def test_a_refused_transaction_changes_nothing_and_a_repeated_one_happens_once(
    running: Emulator,
) -> None:
    dynamodb = client(running, "dynamodb")
    dynamodb.put_item(TableName=QUOTAS, Item=quota("1") | {"uploads": {"N": "1"}})
    add = {
        "Update": {
            "TableName": QUOTAS,
            "Key": quota("1"),
            "UpdateExpression": "ADD uploads :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }
    tell = {"Put": {"TableName": ACTIVITY, "Item": activity("one")}}
    refused = {
        "Put": {
            "TableName": QUOTAS,
            "Item": quota("2"),
            "ConditionExpression": "attribute_exists(member_id)",
        }
    }
    with pytest.raises(ClientError, match="TransactionCanceled"):
        dynamodb.transact_write_items(TransactItems=[add, tell, refused])
    assert dynamodb.scan(TableName=QUOTAS)["Items"] == [quota("1") | {"uploads": {"N": "1"}}]
    assert running.pending_stream_records() == []

    for _ in range(2):
        dynamodb.transact_write_items(TransactItems=[add, tell], ClientRequestToken="t" * 36)
    assert dynamodb.scan(TableName=QUOTAS)["Items"] == [quota("1") | {"uploads": {"N": "2"}}]
    assert len(running.pending_stream_records()) == 1
    with pytest.raises(ClientError, match="IdempotentParameterMismatch"):
        dynamodb.transact_write_items(TransactItems=[add], ClientRequestToken="t" * 36)


def test_batches_deletions_and_binary_values_survive(tmp_path: Path) -> None:
    running = start(tmp_path)
    dynamodb = client(running, "dynamodb")
    values = {"one": {"B": b"\x00\xff"}, "many": {"BS": [b"\x01"]}, "map": {"M": {"B": {"B": b""}}}}
    puts = [{"PutRequest": {"Item": quota(day) | values}} for day in ("1", "2", "3")]
    dynamodb.batch_write_item(RequestItems={QUOTAS: puts})
    dynamodb.batch_write_item(RequestItems={QUOTAS: [{"DeleteRequest": {"Key": quota("1")}}]})
    dynamodb.delete_item(TableName=QUOTAS, Key=quota("2"))
    running.stop()
    running = start(tmp_path)
    try:
        kept = client(running, "dynamodb").scan(TableName=QUOTAS)["Items"]
        assert kept == [quota("3") | values]
    finally:
        running.stop()


def test_items_past_their_time_to_live_go_and_the_stream_tells_of_it(running: Emulator) -> None:
    dynamodb = client(running, "dynamodb")
    for name, expires in (("old", 100), ("young", 10_000), ("ancient", -200_000_000)):
        item = activity(name) | {"expires_at": {"N": str(expires)}}
        dynamodb.put_item(TableName=ACTIVITY, Item=item)
    running.sweep(101)
    left = {item["activity_id"]["S"] for item in dynamodb.scan(TableName=ACTIVITY)["Items"]}
    assert left == {"young", "ancient"}
    last = running.pending_stream_records()[-1].record
    assert last["eventName"] == "REMOVE"
    assert last["userIdentity"]["principalId"] == "dynamodb.amazonaws.com"
    assert "NewImage" not in last["dynamodb"]


def test_mails_in_bulk_are_kept_one_by_one_with_their_words_and_headers(tmp_path: Path) -> None:
    running = start(tmp_path)
    sesv2 = client(running, "sesv2")
    words = {"subject": "New: {{text}}", "text": "Grüße", "html": "<p>Grüße</p>"}
    answer = sesv2.send_bulk_email(
        FromEmailAddress="Earshot <earshot@example.com>",
        DefaultContent={
            "Template": {
                "TemplateContent": {"Subject": "{{subject}}", "Text": "{{text}}", "Html": "{{html}}"},
                "TemplateData": "{}",
            }
        },
        BulkEmailEntries=[
            {
                "Destination": {"ToAddresses": [address]},
                "ReplacementEmailContent": {
                    "ReplacementTemplate": {"ReplacementTemplateData": json.dumps(words)}
                },
                "ReplacementHeaders": [{"Name": "List-Unsubscribe", "Value": f"<https://{address}>"}],
            }
            for address in ("ben@acme.example", "cleo@acme.example")
        ],
    )
    assert [each["Status"] for each in answer["BulkEmailEntryResults"]] == ["SUCCESS", "SUCCESS"]
    assert sesv2.get_account()["SendQuota"]["Max24HourSend"] == -1
    running.stop()
    running = start(tmp_path)
    try:
        ben, cleo = (message_from_bytes(raw, policy=policy.default) for raw in running.mails())
    finally:
        running.stop()
    assert (ben["To"], cleo["To"]) == ("ben@acme.example", "cleo@acme.example")
    assert (ben["Subject"], ben["List-Unsubscribe"]) == ("New: {{text}}", "<https://ben@acme.example>")


def test_mails_are_kept_as_they_were_sent(tmp_path: Path) -> None:
    raw = b"From: Earshot <earshot@example.com>\r\nTo: ann@example.com\r\n\r\nWelcome!\r\n"
    running = start(tmp_path)
    client(running, "sesv2").send_email(
        FromEmailAddress="Earshot <earshot@example.com>",
        Destination={"ToAddresses": ["ann@example.com"]},
        Content={"Raw": {"Data": raw}},
    )
    running.stop()
    running = start(tmp_path)
    try:
        assert running.mails() == [raw]
    finally:
        running.stop()


def test_a_message_tried_too_often_goes_to_the_dead_letter_queue(running: Emulator) -> None:
    sqs = client(running, "sqs")
    url = queue_url(sqs, "uploads")
    sqs.purge_queue(QueueUrl=url)
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    for _ in range(5):
        [_] = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    assert received(sqs, "uploads-dead") == ["poison"]


def test_waiting_for_a_message_holds_nobody_up(running: Emulator) -> None:
    sqs, dynamodb = client(running, "sqs"), client(running, "dynamodb")
    url = queue_url(sqs, "uploads-dead")
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=20)
        time.sleep(0.1)
        dynamodb.put_item(TableName=QUOTAS, Item=quota("1"))
        assert not waiting.done()
        sqs.send_message(QueueUrl=url, MessageBody="at last")
        [message] = waiting.result(2)["Messages"]
    assert message["Body"] == "at last"


def test_the_pump_is_woken_when_there_is_work(running: Emulator) -> None:
    dynamodb = client(running, "dynamodb")
    running.wait_for_work(0)
    assert not running.wait_for_work(0.01)
    dynamodb.put_item(TableName=QUOTAS, Item=quota("1"))
    assert not running.wait_for_work(0.01)
    dynamodb.put_item(TableName=ACTIVITY, Item=activity("one"))
    assert ACTIVITY in running.wait_for_work(1)


def test_nothing_grows_with_the_number_of_requests(running: Emulator) -> None:
    dynamodb, s3 = client(running, "dynamodb"), client(running, "s3")
    for number in range(30):
        dynamodb.put_item(TableName=QUOTAS, Item=quota("1") | {"n": {"N": str(number)}})
        s3.put_object(Bucket=BUCKET, Key="media/same", Body=b"audio")
    tracked = [
        model.__name__
        for models in model_data.values()
        for model in models.values()
        if model.instances_tracked
    ]
    assert tracked == []
    assert not recorder._user_enabled


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/moto-api/reset", {}),
        ("/", {"X-Amz-Target": "DynamoDB_20120810.ListTables"}),
        ("/?Action=ListQueues&Version=2012-11-05", {}),
        (f"/{BUCKET}", {"Host": "earshot.attacker.example"}),
    ],
)
def test_nobody_else_gets_in(running: Emulator, path: str, headers: dict[str, str]) -> None:
    answer = urllib3.request("POST", running.url + path, headers=headers, body=b"")
    assert answer.status in (403, 404)
    assert answer.headers["Content-Type"] == "application/xml"


def test_a_folder_in_use_or_broken_is_named_with_the_reason(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "used")
    with pytest.raises(DataFolderError, match=r"journal\.sqlite3 is in use by another Earshot"):
        Journal(tmp_path / "used")
    journal.close()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "journal.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(DataFolderError, match=r"journal\.sqlite3 cannot be used"):
        Journal(tmp_path / "broken")
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderError, match="cannot be used"):
        Journal(tmp_path / "file")


def test_a_port_that_is_taken_leaves_the_folder_free(running: Emulator, tmp_path: Path) -> None:
    port = int(running.url.rpartition(":")[2])
    other = tmp_path / "other"
    with pytest.raises(OSError, match="in use"):
        emulator.start(other, port, page_origin=PAGE_ORIGIN)
    Journal(other).close()


def test_an_object_that_was_replaced_has_its_newest_bytes(tmp_path: Path) -> None:
    running = start(tmp_path)
    s3 = client(running, "s3")
    for body in (b"first", b"second"):
        s3.put_object(Bucket=BUCKET, Key="media/one", Body=body)
    s3.copy_object(Bucket=BUCKET, Key="media/two", CopySource=f"{BUCKET}/media/one")
    s3.put_object(Bucket=BUCKET, Key="media/three", Body=b"third")
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "media/three"}]})
    running.stop()
    running = start(tmp_path)
    try:
        s3 = client(running, "s3")
        for key in ("media/one", "media/two"):
            assert s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == b"second"
        assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 2
        assert len(list((tmp_path / "objects").iterdir())) == 2
    finally:
        running.stop()


def test_the_journal_takes_back_what_fails_halfway(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    good = ItemChange(QUOTAS, "1", quota("1"))
    bad = ItemChange(QUOTAS, "2", {"not": {"B": b"json"}})
    with pytest.raises(TypeError):
        journal.save_items([good, bad])
    assert list(journal.items()) == []
    journal.close()
    with pytest.raises(sqlite3.ProgrammingError):
        journal.mails()
