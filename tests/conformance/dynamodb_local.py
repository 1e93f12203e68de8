"""AWS's own DynamoDB Local: started by the tests that need it, and ended by them.

It validates, cancels transactions and counts capacity as DynamoDB does, where moto only means to.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.html
"""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import boto3

from chalicelib import settings
from infra.resources import Resources
from tests import endpoints, wire
from tests.world import World

FOLDER = Path(__file__).resolve().parents[2] / ".cache" / "dynamodb-local" / "aws_dynamodb_local"
LONGEST_START_S = 60
VARIABLES = ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_DYNAMODB_STREAMS")


SHORT_LIVED = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m")
"""For a minute's work Java's second compiler and its parallel collector cost more than they save."""


class DynamoDBLocal:
    """One DynamoDB in memory, with the tables of resources.yaml."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self._process = subprocess.Popen(
            [
                *("java", *SHORT_LIVED, f"-Djava.library.path={FOLDER / 'DynamoDBLocal_lib'}"),
                *("-jar", str(FOLDER / "DynamoDBLocal.jar"), "-inMemory", "-sharedDb", "-port", str(port)),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.url = f"http://127.0.0.1:{port}"
        self._wait(port)
        self._client = boto3.client("dynamodb", endpoint_url=self.url)
        Resources("test").create_tables(self._client)
        self._calls: list[wire.Call] = []
        self._keys = {
            table["TableName"].removeprefix(wire.PREFIX): [key["AttributeName"] for key in table["KeySchema"]]
            for table in Resources("test").tables
        }
        self.stream = Stream(self.url)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()

    def empty(self) -> None:
        """Take every item out of every table that was written to."""
        written = {table for call in self._calls if not call.is_read for table in call.tables}
        self._calls.clear()
        for table in written & self._keys.keys():
            names = {f"#{number}": key for number, key in enumerate(self._keys[table])}
            pages = self._client.get_paginator("scan").paginate(
                TableName=settings.table(table),
                ProjectionExpression=", ".join(names),
                ExpressionAttributeNames=names,
            )
            keys = [item for page in pages for item in page["Items"]]
            for start in range(0, len(keys), 25):
                deletions = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + 25]]
                self._client.batch_write_item(RequestItems={settings.table(table): deletions})

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Earshot's clients talk to it, those made before included."""
        with endpoints.clients_at(dict.fromkeys(VARIABLES, self.url)), wire.made() as self._calls:
            yield

    def _wait(self, port: int) -> None:
        until = time.monotonic() + LONGEST_START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError("DynamoDB Local does not start; run infra/setup test.") from None
                time.sleep(0.05)
            else:
                return


class Stream:
    """The stream of the activity table, read as Lambda reads it."""

    def __init__(self, url: str) -> None:
        self._client = boto3.client("dynamodbstreams", endpoint_url=url)
        [listed] = self._client.list_streams(TableName=settings.table("activity"))["Streams"]
        self._arn: str = listed["StreamArn"]
        self._last: dict[str, str] = {}

    def new(self) -> list[dict[str, Any]]:
        """The records that were not given before, as Lambda's events carry them."""
        found = []
        for shard in self._client.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]:
            while records := self._records(shard["ShardId"]):
                self._last[shard["ShardId"]] = records[-1]["dynamodb"]["SequenceNumber"]
                found += records
        return [{**record, "eventSourceARN": self._arn} for record in found]

    def _records(self, shard: str) -> list[dict[str, Any]]:
        # Its iterators cannot be kept: one that has seen no record is refused as trimmed.
        begin = {"ShardIteratorType": "TRIM_HORIZON"}
        if shard in self._last:
            begin = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self._last[shard]}
        iterator = self._client.get_shard_iterator(StreamArn=self._arn, ShardId=shard, **begin)
        answer = self._client.get_records(ShardIterator=iterator["ShardIterator"])
        records: list[dict[str, Any]] = answer["Records"]
        return records


class LocalWorld(World):
    """A world whose tables are DynamoDB Local's."""

    stream: ClassVar[Stream]

    def stream_records(self) -> list[dict[str, Any]]:
        return self.stream.new()
