"""The guard that holds what functions ask of AWS against their policies."""

from typing import Any

import pytest

from chalicelib import aws, settings
from chalicelib.workspaces.models import Member
from tests import policies
from tests.world import World

TRACKS = f"arn:aws:dynamodb:eu-central-1:123456789012:table/{settings.table('tracks')}"


@pytest.mark.parametrize(
    ("function", "action", "resource", "allowed"),
    [
        ("api_handler", "dynamodb:Query", f"{TRACKS}/index/library", True),
        ("api_handler", "dynamodb:Scan", TRACKS, False),
        ("process_uploads", "dynamodb:UpdateItem", TRACKS, True),
        ("process_uploads", "dynamodb:DeleteItem", TRACKS, False),
        ("process_uploads", "dynamodb:UpdateItem", TRACKS.replace("-test-", "-prod-"), False),
        (
            "reject_dead_uploads",
            "s3:GetObject",
            "arn:aws:s3:::earshot-test-media-123456789012/media/1",
            False,
        ),
    ],
)
def test_a_policy_allows_what_it_names_and_nothing_else(
    function: str, action: str, resource: str, allowed: bool
) -> None:
    assert policies.allows(function, action, resource) is allowed


@pytest.mark.parametrize(
    ("service", "operation", "request_", "needed"),
    [
        (
            "dynamodb",
            "TransactWriteItems",
            {
                "TransactItems": [
                    {"Put": {"TableName": "one"}},
                    {"ConditionCheck": {"TableName": "two"}},
                    {"Delete": {"TableName": "one"}},
                ]
            },
            [
                ("dynamodb:PutItem", "table/one"),
                ("dynamodb:ConditionCheckItem", "table/two"),
                ("dynamodb:DeleteItem", "table/one"),
            ],
        ),
        (
            "dynamodb",
            "BatchGetItem",
            {"RequestItems": {"one": {}, "two": {}}},
            [("dynamodb:BatchGetItem", "table/one"), ("dynamodb:BatchGetItem", "table/two")],
        ),
        (
            "dynamodb",
            "Query",
            {"TableName": "one", "IndexName": "i"},
            [("dynamodb:Query", "table/one/index/i")],
        ),
        ("s3", "HeadObject", {"Bucket": "b", "Key": "k"}, [("s3:GetObject", "b/k")]),
        ("s3", "UploadPart", {"Bucket": "b", "Key": "k"}, [("s3:PutObject", "b/k")]),
        ("sqs", "SendMessageBatch", {"QueueUrl": "https://sqs/1/q"}, [("sqs:SendMessage", "q")]),
        (
            "sesv2",
            "SendEmail",
            {"ConfigurationSetName": "mails"},
            [
                ("ses:SendEmail", "identity/example.com"),
                ("ses:SendEmail", "configuration-set/mails"),
                ("ses:SendRawEmail", "identity/example.com"),
                ("ses:SendRawEmail", "configuration-set/mails"),
            ],
        ),
        ("sesv2", "GetAccount", {}, [("ses:GetAccount", "*")]),
    ],
)
def test_a_call_needs_the_actions_that_iam_checks(
    service: str, operation: str, request_: dict[str, Any], needed: list[tuple[str, str]]
) -> None:
    found = policies.needed(service, operation, request_)
    assert [(action, resource.split(":")[-1]) for action, resource in found] == needed


def test_what_a_policy_forgets_is_named(world: World) -> None:
    said = "policy-reject-dead-uploads.json does not allow dynamodb:Query on .*/earshot-test-members"
    with pytest.raises(AssertionError, match=said), policies.held_to("reject_dead_uploads"):
        list(Member.of_workspace("w"))
    with policies.held_to("api_handler"):
        list(Member.of_workspace("w"))


def test_what_is_signed_is_held_against_the_policy_too(world: World) -> None:
    def sign(key: str) -> None:
        where = {"Bucket": settings.MEDIA_BUCKET, "Key": key}
        aws.client("s3").generate_presigned_url("get_object", Params=where)

    with policies.held_to("api_handler"):
        sign("media/1")
    with pytest.raises(AssertionError, match="s3:GetObject on "), policies.held_to("api_handler"):
        sign("uploads/1")


def test_a_call_that_the_guard_does_not_know_is_named() -> None:
    with pytest.raises(AssertionError, match="does not know what sns asks IAM for Publish"):
        policies.needed("sns", "Publish", {})
