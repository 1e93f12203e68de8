"""What each function may do on AWS, by its policy in .chalice, held against what it does in the tests.

The emulators allow everything; the first call that a policy forgets would fail on AWS alone. Import this
before the first AWS client is made, as `tests.wire`.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import botocore.handlers

FOLDER = Path(__file__).resolve().parents[1] / ".chalice"
NAMES = {
    "${AWS::Partition}": "aws",
    "${AWS::Region}": "eu-central-1",
    "${AWS::AccountId}": "123456789012",
    "${Stage}": "test",
}
BUCKET = "arn:aws:s3:::"
TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/"
MAIL = "arn:aws:ses:eu-central-1:123456789012:"
QUEUE = "arn:aws:sqs:eu-central-1:123456789012:"

OBJECT_ACTIONS = {
    "HeadObject": "GetObject",
    "GetObject": "GetObject",
    "PutObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "AbortMultipartUpload": "AbortMultipartUpload",
    "DeleteObject": "DeleteObject",
    "PutObjectTagging": "PutObjectTagging",
}
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html"""

ITEM_ACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html"""

_acting: list[str] = []
_forbidden: list[str] = []


@contextmanager
def held_to(function: str) -> Iterator[None]:
    """What is asked of AWS in this block is asked by this function; raises where its policy forbids some."""
    _acting.append(function)
    try:
        yield
    finally:
        _acting.remove(function)
        forbidden, _forbidden[:] = [*_forbidden], []
    assert not forbidden, f"{policy_file(function)} does not allow {', '.join(sorted({*forbidden}))}"


def allows(function: str, action: str, resource: str) -> bool:
    """Whether the function's policy allows this action on this resource."""
    return any(
        action in statement["Action"]
        and any(fnmatchcase(resource, allowed) for allowed in statement["Resource"])
        for statement in _statements(function)
    )


def needed(service: str, operation: str, request: dict[str, Any]) -> list[tuple[str, str]]:
    """The actions with their resources that IAM checks for a call."""
    match service:
        case "dynamodb":
            return [(f"dynamodb:{action}", TABLE + table) for action, table in _of_tables(operation, request)]
        case "s3" if operation == "ListObjectsV2":
            return [("s3:ListBucket", BUCKET + request["Bucket"])]
        case "s3" if operation == "ListMultipartUploads":
            return [("s3:ListBucketMultipartUploads", BUCKET + request["Bucket"])]
        case "s3" if operation == "DeleteObjects":
            keys = [each["Key"] for each in request["Delete"]["Objects"]]
            return [("s3:DeleteObject", f"{BUCKET}{request['Bucket']}/{key}") for key in keys]
        case "s3" if operation == "CreateBucket":  # so boto3 presigns a POST, which asks for nothing yet
            return []
        case "s3":
            return [(f"s3:{OBJECT_ACTIONS[operation]}", f"{BUCKET}{request['Bucket']}/{request['Key']}")]
        case "sqs":
            action = operation.removesuffix("Batch")
            queue = request.get("QueueName") or request["QueueUrl"].rpartition("/")[2]
            return [(f"sqs:{action}", QUEUE + queue)]
        case "sesv2" if operation == "GetAccount":
            return [("ses:GetAccount", "*")]
        case "sesv2":
            actions = ("SendEmail", "SendRawEmail") if operation == "SendEmail" else (operation,)
            places = "identity/example.com", f"configuration-set/{request['ConfigurationSetName']}"
            return [(f"ses:{action}", MAIL + place) for action in actions for place in places]
    raise AssertionError(f"tests/policies.py does not know what {service} asks IAM for {operation}")


def policy_file(function: str) -> str:
    """The file that .chalice/config.json names for a function."""
    config = json.loads((FOLDER / "config.json").read_text("utf-8"))
    return str(config["lambda_functions"][function]["iam_policy_file"])


@cache
def _statements(function: str) -> list[dict[str, list[str]]]:
    policy = json.loads((FOLDER / policy_file(function)).read_text("utf-8"))
    return [
        {
            "Action": statement["Action"],
            "Resource": [_filled(resource) for resource in statement["Resource"]],
        }
        for statement in policy["Statement"]
    ]


def _filled(resource: str | dict[str, str]) -> str:
    text = resource if isinstance(resource, str) else resource["Fn::Sub"]
    for name, value in NAMES.items():
        text = text.replace(name, value)
    return text


def _of_tables(operation: str, request: dict[str, Any]) -> list[tuple[str, str]]:
    if "TransactItems" in request:
        return [
            (ITEM_ACTIONS[kind], body["TableName"])
            for item in request["TransactItems"]
            for kind, body in item.items()
        ]
    if "RequestItems" in request:
        return [(operation, table) for table in request["RequestItems"]]
    index = f"/index/{request['IndexName']}" if "IndexName" in request else ""
    return [(operation, request["TableName"] + index)]


def _check(params: dict[str, Any], model: Any, **_: Any) -> None:
    if not _acting:
        return
    function = _acting[-1]
    for action, resource in needed(model.service_model.service_name, model.name, params):
        if not allows(function, action, resource):
            _forbidden.append(f"{action} on {resource}")


botocore.handlers.BUILTIN_HANDLERS += [("before-parameter-build", _check)]
