"""DynamoDB of the emulator: each write is kept before it is answered, and tells the stream.

moto answers; around it, under the emulator's lock, the items that a request names are compared
before and after. Three things moto lacks are added: a transaction repeated with its client token
has one effect, items past their time to live go, and a transaction does not copy whole tables.
"""

import base64
import copy
import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

from infra.journal import ItemChange, Journal, StreamRecord

READS = frozenset(
    {
        "GetItem",
        "BatchGetItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "DescribeTable",
        "ListTables",
        "DescribeTimeToLive",
        "DescribeContinuousBackups",
        "DescribeEndpoints",
        "DescribeLimits",
    }
)
SETTINGS = frozenset({"CreateTable", "UpdateTimeToLive", "UpdateContinuousBackups", "UpdateTable"})
WRITES = frozenset(
    {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", "DeleteTable"}
)
TOKEN_LIFETIME_S = 600
OLDEST_EXPIRY_S = 5 * 365 * 86400  # DynamoDB leaves what expired longer ago than five years

Attributes = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, complete."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @classmethod
    def of(cls, status: int, body: Attributes) -> "Answer":
        headers = [("Content-Type", "application/x-amz-json-1.0")]
        return cls(status, headers, json.dumps(body).encode())


class SnapshotTable(Table):  # type: ignore[misc]  # moto is untyped here
    """A table whose copy shares all items but those about to change.

    moto copies every table of a transaction to be able to go back; of 5,000 items that takes a
    second.
    """

    about_to_change: list[Attributes]

    def __deepcopy__(self, memo: dict[int, Any]) -> "SnapshotTable":
        twin = copy.copy(self)
        twin.items = defaultdict(dict, self.items)
        for key in self.about_to_change:
            hash_key, range_key = typed_key(self, key)
            if range_key is None:
                if hash_key in self.items:
                    twin.items[hash_key] = copy.deepcopy(self.items[hash_key])
            elif hash_key in self.items:
                if twin.items[hash_key] is self.items[hash_key]:
                    twin.items[hash_key] = dict(self.items[hash_key])
                if range_key in self.items[hash_key]:
                    twin.items[hash_key][range_key] = copy.deepcopy(self.items[hash_key][range_key])
        return twin


class KeptTables:
    """The tables, their journal and the stream records waiting to be handled."""

    def __init__(self, backend: DynamoDBBackend, journal: Journal) -> None:
        self._backend, self._journal = backend, journal
        self._waiting: dict[int, StreamRecord] = {}
        self._tokens: dict[str, tuple[float, bytes]] = {}

    def restore(self) -> None:
        """Put every item kept into its table, and take up the stream records not yet handled."""
        self._adopt()
        for table_name, attributes in self._journal.items():
            table = self._backend.tables.get(table_name)
            if table is not None:
                hash_key, range_key = typed_key(table, attributes)
                item = Item(hash_key, range_key, _from_json(attributes))
                if range_key is None:
                    table.items[hash_key] = item
                else:
                    table.items[hash_key][range_key] = item
        self._waiting = {record.id: record for record in self._journal.stream_records()}

    def answer(self, action: str, body: bytes, forward: Callable[[], Answer]) -> Answer:
        """Answer one request; a write that succeeded has been kept."""
        if action in READS:
            return forward()
        if action in SETTINGS:
            answer = forward()
            self._adopt()
            return answer
        if action not in WRITES:
            return Answer.of(
                400,
                {
                    "__type": "com.amazonaws.dynamodb.v20120810#ValidationException",
                    "message": f"{action} is not kept on this machine.",
                },
            )
        request = json.loads(body)
        if action == "DeleteTable":
            answer = forward()
            if answer.status == 200:
                self._journal.forget_table(request["TableName"])
            return answer
        if action == "TransactWriteItems" and "ClientRequestToken" in request:
            return self._once(request, lambda: self._write(action, request, forward))
        return self._write(action, request, forward)

    def waiting(self) -> list[StreamRecord]:
        """The stream records nobody has handled yet, oldest first."""
        return list(self._waiting.values())

    def handled(self, id_: int) -> None:
        self._journal.forget_stream_record(id_)
        self._waiting.pop(id_, None)

    def sweep(self, now: float) -> None:
        """Remove what is past its time to live, as DynamoDB does, stream record included."""
        for table in list(self._backend.tables.values()):
            name = table.ttl.get("AttributeName")
            if table.ttl.get("TimeToLiveStatus") != "ENABLED" or name is None:
                continue
            changes = []
            for item in table.all_items():
                expires = item.attrs.get(name)
                if expires is None or expires.type != "N":
                    continue
                if now - OLDEST_EXPIRY_S < float(expires.value) <= now:
                    changes.append(self._expire(table, item))
            self._save(changes)

    def _expire(self, table: Any, item: Any) -> ItemChange:
        before = _as_json(item.to_json()["Attributes"])
        key = {name: before[name] for name in table.table_key_attrs}
        table.delete_item(*typed_key(table, key))
        record = _stream_record(table, key, before, None)
        if record is not None:
            record["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
        return ItemChange(table.name, _text(key), None, record)

    def _write(self, action: str, request: Attributes, forward: Callable[[], Answer]) -> Answer:
        touched = [
            (table_name, key)
            for table_name, key in self._touched(action, request)
            if table_name in self._backend.tables
        ]
        before = [self._image(table_name, key) for table_name, key in touched]
        for table_name, key in touched:
            self._backend.tables[table_name].about_to_change.append(key)
        try:
            answer = forward()
        finally:
            for table_name, _ in touched:
                self._backend.tables[table_name].about_to_change = []
        if answer.status == 200:
            self._save(
                [
                    change
                    for (table_name, key), old in zip(touched, before, strict=True)
                    if (change := self._change(table_name, key, old)) is not None
                ]
            )
        return answer

    def _change(self, table_name: str, key: Attributes, old: Attributes | None) -> ItemChange | None:
        new = self._image(table_name, key)
        if new == old:
            return None
        record = _stream_record(self._backend.tables[table_name], key, old, new)
        return ItemChange(table_name, _text(key), new, record)

    def _save(self, changes: list[ItemChange]) -> None:
        if changes:
            for record in self._journal.save_items(changes):
                self._waiting[record.id] = record

    def _once(self, request: Attributes, write: Callable[[], Answer]) -> Answer:
        """Answer a transaction repeated with its token without doing it again."""
        now = time.monotonic()
        self._tokens = {
            token: entry for token, entry in self._tokens.items() if now - entry[0] < TOKEN_LIFETIME_S
        }
        token, content = request["ClientRequestToken"], _text(request["TransactItems"]).encode()
        if token in self._tokens:
            if self._tokens[token][1] != content:
                return Answer.of(
                    400,
                    {
                        "__type": "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException",
                        "Message": "The token was used for another transaction.",
                    },
                )
            return Answer.of(200, {})
        answer = write()
        if answer.status == 200:
            self._tokens[token] = (now, content)
        return answer

    def _touched(self, action: str, request: Attributes) -> list[tuple[str, Attributes]]:
        match action:
            case "PutItem":
                return [self._key_of(request["TableName"], request["Item"])]
            case "UpdateItem" | "DeleteItem":
                return [(request["TableName"], request["Key"])]
            case "BatchWriteItem":
                return [
                    self._key_of(table_name, entry["PutRequest"]["Item"])
                    if "PutRequest" in entry
                    else (table_name, entry["DeleteRequest"]["Key"])
                    for table_name, entries in request["RequestItems"].items()
                    for entry in entries
                ]
        actions = [next(iter(entry.items())) for entry in request["TransactItems"]]
        return [
            self._key_of(body["TableName"], body["Item"])
            if kind == "Put"
            else (body["TableName"], body["Key"])
            for kind, body in actions
            if kind != "ConditionCheck"
        ]

    def _key_of(self, table_name: str, item: Attributes) -> tuple[str, Attributes]:
        table = self._backend.tables.get(table_name)
        names = table.table_key_attrs if table is not None else []
        return table_name, {name: item[name] for name in names if name in item}

    def _image(self, table_name: str, key: Attributes) -> Attributes | None:
        table = self._backend.tables[table_name]
        if set(key) != set(table.table_key_attrs):
            return None  # moto refuses the request for this
        item = table.get_item(*typed_key(table, key))
        # An empty dict stands where a key without a sort key was asked for and never written.
        return _as_json(item.to_json()["Attributes"]) if item else None

    def _adopt(self) -> None:
        for table in self._backend.tables.values():
            if type(table) is Table:
                table.__class__ = SnapshotTable
                table.about_to_change = []
                # Its records are made here; moto's would grow for ever.
                table.stream_shard = None


def typed_key(table: Any, key: Attributes) -> tuple[DynamoType, DynamoType | None]:
    """Partition and sort key as moto's tables index their items."""
    hash_key = DynamoType(key[table.hash_key_attr])
    if table.range_key_attr is None:
        return hash_key, None
    return hash_key, DynamoType(key[table.range_key_attr])


def _stream_record(
    table: Any, key: Attributes, old: Attributes | None, new: Attributes | None
) -> dict[str, Any] | None:
    view = (table.stream_specification or {}).get("StreamViewType")
    if view is None:
        return None
    kind = "INSERT" if old is None else "MODIFY" if new is not None else "REMOVE"
    now = time.time()
    image: Attributes = {
        "ApproximateCreationDateTime": int(now),
        "Keys": {name: key[name] for name in table.table_key_attrs},
        "SequenceNumber": f"{time.time_ns():025d}",
        "StreamViewType": view,
    }
    if new is not None and view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
        image["NewImage"] = new
    if old is not None and view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
        image["OldImage"] = old
    image["SizeBytes"] = len(json.dumps(image))
    return {
        "eventID": f"{time.time_ns():032x}",
        "eventName": kind,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": table.region_name,
        "eventSourceARN": f"{table.table_arn}/stream/{table.latest_stream_label}",
        "dynamodb": image,
    }


def _as_json(attributes: Attributes) -> Attributes:
    """Binary values as base64, as they travel."""
    return {
        name: _mapped(value, lambda binary: base64.b64encode(binary).decode())
        for name, value in attributes.items()
    }


def _from_json(attributes: Attributes) -> Attributes:
    return {name: _mapped(value, base64.b64decode) for name, value in attributes.items()}


def _mapped(value: Any, binary: Callable[[Any], Any]) -> Any:
    match value:
        case {"B": one} if len(value) == 1 and not isinstance(one, dict):
            return {"B": binary(one)}
        case {"BS": [*many]} if len(value) == 1:
            return {"BS": [binary(one) for one in many]}
        case dict():
            return {name: _mapped(inner, binary) for name, inner in value.items()}
        case list():
            return [_mapped(inner, binary) for inner in value]
    return value


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
