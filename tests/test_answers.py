"""DynamoDB's answers come out as botocore's own parser reads them."""

import json
from base64 import b64encode
from typing import Any

import botocore.session
import pytest
from botocore.parsers import ResponseParserFactory
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import answers, aws

MODEL = botocore.session.get_session().get_service_model("dynamodb")
TEXT = st.text(max_size=5)
NUMBER = st.integers().map(str)
BINARY = st.binary(max_size=8).map(lambda raw: b64encode(raw).decode())


def one(kind: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return values.map(lambda value: {kind: value})


FLAT = st.one_of(
    one("S", TEXT),
    one("N", NUMBER),
    one("B", BINARY),
    one("SS", st.lists(TEXT, max_size=3)),
    one("NS", st.lists(NUMBER, max_size=3)),
    one("BS", st.lists(BINARY, max_size=3)),
    one("BOOL", st.booleans()),
    one("NULL", st.just(True)),
)
VALUES = st.recursive(
    FLAT,
    lambda values: (
        one("M", st.dictionaries(TEXT, values, max_size=3)) | one("L", st.lists(values, max_size=3))
    ),
    max_leaves=12,
)
ITEMS = st.dictionaries(TEXT, VALUES, max_size=4)


def read(parsers: ResponseParserFactory, operation: str, body: object, status: int = 200) -> Any:
    response = {"body": json.dumps(body).encode(), "headers": {}, "status_code": status, "context": {}}
    return parsers.create_parser("json").parse(response, MODEL.operation_model(operation).output_shape)


@given(ITEMS)
def test_every_value_is_what_botocore_makes_of_it(item: dict[str, Any]) -> None:
    for operation, body in (
        ("GetItem", {"Item": item, "ConsumedCapacity": {"TableName": "t", "CapacityUnits": 0.5}}),
        ("Query", {"Items": [item, item], "Count": 2, "LastEvaluatedKey": item}),
        ("BatchGetItem", {"Responses": {"t": [item]}, "UnprocessedKeys": {"t": {"Keys": [item]}}}),
        ("UpdateItem", {"Attributes": item}),
    ):
        ours, theirs = (
            read(parsers, operation, body) for parsers in (answers.Parsers(), ResponseParserFactory())
        )
        assert ours == theirs


@pytest.mark.parametrize("code", ["TransactionCanceledException", "ThrottlingException"])
def test_an_error_is_what_botocore_makes_of_it(code: str) -> None:
    body = {
        "__type": f"com.amazonaws.dynamodb.v20120810#{code}",
        "message": "no",
        "CancellationReasons": [{"Code": "ConditionalCheckFailed", "Item": {"id": {"B": "AAE="}}}],
    }
    ours, theirs = (
        read(parsers, "TransactWriteItems", body, 400)
        for parsers in (answers.Parsers(), ResponseParserFactory())
    )
    assert ours == theirs
    assert ours["Error"]["Code"] == code


def test_other_protocols_are_botocores() -> None:
    for protocol in ("query", "rest-xml", "rest-json", "ec2"):
        theirs = ResponseParserFactory().create_parser(protocol)
        assert type(answers.Parsers().create_parser(protocol)) is type(theirs)


def test_earshots_clients_read_answers_so() -> None:
    parsers = aws._session()._session.get_component("response_parser_factory")
    assert isinstance(parsers, answers.Parsers)
