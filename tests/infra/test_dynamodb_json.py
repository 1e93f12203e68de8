"""The plainly written answers of the emulated DynamoDB: what was put in comes out."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core import serialize

from infra import dynamodb_json

ITEM: dict[str, Any] = {
    "kind": {"S": "all of them"},
    "empty": {"S": ""},
    "number": {"N": "3.50"},
    "blob": {"B": b"\x00\xffbytes"},
    "blobs": {"BS": [b"a", b"\xfe"]},
    "strings": {"SS": ["a", "ü"]},
    "numbers": {"NS": ["1", "2"]},
    "yes": {"BOOL": False},
    "nothing": {"NULL": True},
    "none": {"M": {}},
    "map": {"M": {"S": {"S": "a name like a kind"}, "within": {"M": {"blob": {"B": b"\x01"}}}}},
    "list": {"L": [{"S": "a"}, {"L": []}, {"M": {"snake_case": {"N": "1"}, "CamelCase": {"N": "2"}}}]},
}
READS: list[Callable[[Any], Any]] = [
    lambda client: client.get_item(TableName="kinds", Key=_key()),
    lambda client: client.scan(TableName="kinds"),
    lambda client: client.batch_get_item(RequestItems={"kinds": {"Keys": [_key()]}}),
    lambda client: client.transact_get_items(TransactItems=[{"Get": {"TableName": "kinds", "Key": _key()}}]),
    lambda client: client.delete_item(TableName="kinds", Key=_key(), ReturnValues="ALL_OLD"),
    lambda client: client.describe_table(TableName="kinds")["Table"]["KeySchema"],
]


@pytest.mark.parametrize("read", READS)
def test_what_is_read_is_what_moto_itself_would_have_written(
    read: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with mock_aws():
        client = _filled()
        plainly = _content(read(client))
    monkeypatch.delitem(serialize.SERVICE_SPECIFIC_SERIALIZERS, "dynamodb")
    with mock_aws():
        assert plainly == _content(read(_filled()))


def test_every_kind_of_attribute_comes_back() -> None:
    dynamodb_json.use()
    with mock_aws():
        assert _filled().get_item(TableName="kinds", Key=_key())["Item"] == ITEM


def _filled() -> Any:
    client = boto3.client("dynamodb", "eu-central-1")
    client.create_table(
        TableName="kinds",
        KeySchema=[{"AttributeName": "kind", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "kind", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.put_item(TableName="kinds", Item=ITEM)
    return client


def _key() -> dict[str, Any]:
    return {"kind": ITEM["kind"]}


def _content(answer: Any) -> Any:
    """An answer without what is of this one request."""
    return (
        {name: value for name, value in answer.items() if name != "ResponseMetadata"}
        if isinstance(answer, dict)
        else answer
    )
