"""Creates the tables, queues and bucket of resources.yaml through the services' own APIs.

CloudFormation does this on AWS; on a laptop and in tests any endpoint will do: moto in this
process, a moto server, or DynamoDB Local for the tables alone.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from botocore.exceptions import ClientError

TEMPLATE = Path(__file__).with_name("resources.yaml")


class Reader(yaml.SafeLoader):  # type: ignore[misc]
    """YAML in which `!Sub x` reads as `{"Fn::Sub": x}`, as CloudFormation's short forms do."""


def _short_form(loader: Reader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    raise ValueError(f"{node.start_mark}: !{suffix} of a mapping is not read here")


Reader.add_multi_constructor("!", _short_form)


@cache
def read(template: Path) -> dict[str, Any]:
    """A template as it stands; nobody changes what is returned."""
    # A subclass of the safe loader that only adds dictionaries.
    content: dict[str, Any] = yaml.load(template.read_text("utf-8"), Reader)  # noqa: S506
    return content


def gateway_responses() -> dict[str, Any]:
    """What API Gateway answers itself, by its own names for why."""
    api = read(TEMPLATE)["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    responses: dict[str, Any] = api["x-amazon-apigateway-gateway-responses"]
    return responses


class Resources:
    """The resources of one stage, with every name and reference of the template filled in."""

    def __init__(
        self,
        stage: str,
        *,
        account: str = "123456789012",
        region: str = "eu-central-1",
        page_origin: str = "http://127.0.0.1:8000",
        template: Path = TEMPLATE,
    ) -> None:
        self._region, self._account = region, account
        self._parameters = {
            "Stage": stage,
            "PageOrigin": page_origin,
            "AWS::AccountId": account,
            "AWS::Region": region,
            "AWS::Partition": "aws",
        }
        self._template = read(template)

    @property
    def tables(self) -> list[dict[str, Any]]:
        return self._of_type("AWS::DynamoDB::Table")

    @property
    def queues(self) -> list[dict[str, Any]]:
        return self._of_type("AWS::SQS::Queue")

    @property
    def bucket(self) -> dict[str, Any]:
        [bucket] = self._of_type("AWS::S3::Bucket")
        return bucket

    def create_tables(self, dynamodb: Any) -> None:
        """Create every table that is not there yet, with its indexes, stream and time to live."""
        there = {
            name for page in dynamodb.get_paginator("list_tables").paginate() for name in page["TableNames"]
        }
        for table in self.tables:
            if table["TableName"] not in there:
                self._create_table(dynamodb, table)

    def create_queues(self, sqs: Any) -> None:
        """Create every queue; one that others point at stands before them in the template."""
        for queue in self.queues:
            attributes = {
                name: json.dumps(value) if isinstance(value, dict) else _as_text(value)
                for name, value in queue.items()
                if name != "QueueName"
            }
            sqs.create_queue(QueueName=queue["QueueName"], Attributes=attributes)

    def create_bucket(self, s3: Any) -> None:
        """Create the bucket with everything but its notification."""
        bucket = self.bucket
        name = bucket["BucketName"]
        try:
            s3.head_bucket(Bucket=name)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            where = {"LocationConstraint": self._region}
            s3.create_bucket(
                Bucket=name,
                **({} if self._region == "us-east-1" else {"CreateBucketConfiguration": where}),
            )
        s3.put_public_access_block(
            Bucket=name,
            PublicAccessBlockConfiguration=bucket["PublicAccessBlockConfiguration"],
        )
        s3.put_bucket_encryption(
            Bucket=name,
            ServerSideEncryptionConfiguration={
                "Rules": [
                    {"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]}
                    for rule in bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
                ]
            },
        )
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=bucket["VersioningConfiguration"])
        s3.put_bucket_cors(
            Bucket=name,
            CORSConfiguration={
                "CORSRules": [
                    _renamed(rule, {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"})
                    for rule in bucket["CorsConfiguration"]["CorsRules"]
                ]
            },
        )
        s3.put_bucket_lifecycle_configuration(
            Bucket=name,
            LifecycleConfiguration={
                "Rules": [_lifecycle_rule(rule) for rule in bucket["LifecycleConfiguration"]["Rules"]]
            },
        )

    def notify(self, s3: Any) -> None:
        """Set the bucket's notification: from now on each upload is announced to its queue."""
        s3.put_bucket_notification_configuration(
            Bucket=self.bucket["BucketName"],
            NotificationConfiguration={
                "QueueConfigurations": [
                    {
                        "QueueArn": queue["Queue"],
                        "Events": [queue["Event"]],
                        "Filter": {"Key": {"FilterRules": queue["Filter"]["S3Key"]["Rules"]}},
                    }
                    for queue in self.bucket["NotificationConfiguration"]["QueueConfigurations"]
                ]
            },
        )

    def _create_table(self, dynamodb: Any, table: dict[str, Any]) -> None:
        known = (
            "TableName",
            "BillingMode",
            "AttributeDefinitions",
            "KeySchema",
            "GlobalSecondaryIndexes",
        )
        wanted = {name: table[name] for name in known if name in table}
        if stream := table.get("StreamSpecification"):
            wanted["StreamSpecification"] = {"StreamEnabled": True, **stream}
        dynamodb.create_table(**wanted)
        if time_to_live := table.get("TimeToLiveSpecification"):
            dynamodb.update_time_to_live(TableName=table["TableName"], TimeToLiveSpecification=time_to_live)

    def _of_type(self, kind: str) -> list[dict[str, Any]]:
        return [
            self._filled(resource["Properties"])
            for resource in self._template["Resources"].values()
            if resource.get("Type") == kind
        ]

    def _filled(self, value: Any) -> Any:
        match value:
            case {"Ref": name}:
                return self._parameters[name]
            case {"Fn::Sub": text}:
                return re.sub(r"\$\{([^}]+)\}", lambda found: self._parameters[found[1]], text)
            case {"Fn::If": [condition, yes, no]}:
                return self._filled(yes if self._holds(condition) else no)
            case {"Fn::GetAtt": [queue, "Arn"]}:
                name = self._filled(self._template["Resources"][queue]["Properties"]["QueueName"])
                return f"arn:aws:sqs:{self._region}:{self._account}:{name}"
            case dict():
                return {name: self._filled(inner) for name, inner in value.items()}
            case list():
                return [self._filled(inner) for inner in value]
        return value

    def _holds(self, condition: str) -> bool:
        left, right = self._template["Conditions"][condition]["Fn::Equals"]
        return bool(self._filled(left) == self._filled(right))


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    expiration = {
        "Days": rule.get("ExpirationInDays"),
        "ExpiredObjectDeleteMarker": rule.get("ExpiredObjectDeleteMarker"),
    }
    given = {name: value for name, value in expiration.items() if value is not None}
    kept = ("Status", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload")
    return {
        "ID": rule["Id"],
        "Filter": _lifecycle_filter(rule),
        **({"Expiration": given} if given else {}),
        **{name: rule[name] for name in kept if name in rule},
    }


def _lifecycle_filter(rule: dict[str, Any]) -> dict[str, Any]:
    prefix = {"Prefix": rule.get("Prefix", "")}
    tags = rule.get("TagFilters")
    return {"And": {**prefix, "Tags": tags}} if tags else prefix


def _renamed(values: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in values.items()}


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
