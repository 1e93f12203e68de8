"""Deploying: what is said to CloudFormation, and what a person is told who cannot deploy yet."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml  # type: ignore[import-untyped]
from botocore.stub import Stubber
from moto import mock_aws

from infra import deploy
from infra.deploy import DeploymentError

NOW = datetime(2026, 11, 1, 12, 30, tzinfo=UTC)
STACK = "earshot-dev"
URL = "https://deployments.s3.eu-central-1.amazonaws.com/earshot/t.yaml"
WHICH = {"StackName": STACK, "ChangeSetName": "earshot-20261101123000"}
VALUES = [{"ParameterKey": "Stage", "ParameterValue": "dev"}]
BEGAN = {"LogicalResourceId": STACK, "ResourceStatus": "CREATE_IN_PROGRESS"}


class CloudFormation:
    """A CloudFormation that expects these calls in this order, and answers so."""

    def __init__(self) -> None:
        self.client = boto3.client("cloudformation", region_name="eu-central-1")
        self._stub = Stubber(self.client)

    def __enter__(self) -> "CloudFormation":
        self._stub.activate()
        return self

    def __exit__(self, kind: Any, *_: object) -> None:
        self._stub.deactivate()
        if kind is None:
            self._stub.assert_no_pending_responses()

    def has(self, status: str | None, **more: Any) -> None:
        """Somebody asks for the stack, which has this status, or is not there."""
        asked = {"StackName": STACK}
        if status is None:
            message = f"Stack with id {STACK} does not exist"
            self._stub.add_client_error("describe_stacks", "ValidationError", message, expected_params=asked)
            return
        described = {"StackName": STACK, "CreationTime": NOW, "StackStatus": status, **more}
        self._stub.add_response("describe_stacks", {"Stacks": [described]}, asked)

    def is_asked_for_changes(self, kind: str) -> None:
        asked = {
            **WHICH,
            "ChangeSetType": kind,
            "TemplateURL": URL,
            "Parameters": VALUES,
            "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        }
        self._stub.add_response("create_change_set", {}, asked)

    def finds_the_changes(self, status: str, reason: str = "", times: int = 1) -> None:
        for _ in range(times):
            answer = {"Status": status, "StatusReason": reason}
            self._stub.add_response("describe_change_set", answer, WHICH)

    def carries_them_out(self) -> None:
        asked = {**WHICH, "RetainExceptOnCreate": True}
        self._stub.add_response("execute_change_set", {}, asked)

    def throws_them_away(self) -> None:
        self._stub.add_response("delete_change_set", {}, WHICH)

    def deletes_the_stack(self) -> None:
        self._stub.add_response("delete_stack", {}, {"StackName": STACK})

    def tells(self, *events: dict[str, Any]) -> None:
        """The events of the stack, newest first."""
        told = [
            {"StackId": "s", "EventId": "e", "StackName": STACK, "Timestamp": NOW, **one} for one in events
        ]
        self._stub.add_response("describe_stack_events", {"StackEvents": told}, {"StackName": STACK})

    def deployed(self) -> bool:
        return deploy.deploy(self.client, STACK, URL, VALUES, NOW)


def test_the_first_time_a_stack_is_created() -> None:
    with CloudFormation() as aws:
        aws.has(None)
        aws.is_asked_for_changes("CREATE")
        aws.finds_the_changes("CREATE_COMPLETE")
        aws.carries_them_out()
        aws.has("CREATE_COMPLETE")
        assert aws.deployed() is True


def test_a_stack_whose_first_changes_were_never_carried_out_is_created() -> None:
    with CloudFormation() as aws:
        aws.has("REVIEW_IN_PROGRESS")
        aws.is_asked_for_changes("CREATE")
        aws.finds_the_changes("CREATE_COMPLETE")
        aws.carries_them_out()
        aws.has("CREATE_COMPLETE")
        assert aws.deployed() is True


def test_a_stack_that_is_there_is_updated() -> None:
    with CloudFormation() as aws:
        aws.has("UPDATE_COMPLETE")
        aws.is_asked_for_changes("UPDATE")
        aws.finds_the_changes("CREATE_COMPLETE")
        aws.carries_them_out()
        aws.has("UPDATE_COMPLETE")
        assert aws.deployed() is True


def test_what_is_left_of_a_creation_that_failed_is_deleted_first() -> None:
    with CloudFormation() as aws:
        aws.has("ROLLBACK_COMPLETE")
        aws.deletes_the_stack()
        aws.has("DELETE_COMPLETE")
        aws.is_asked_for_changes("CREATE")
        aws.finds_the_changes("CREATE_COMPLETE")
        aws.carries_them_out()
        aws.has("CREATE_COMPLETE")
        assert aws.deployed() is True


@pytest.mark.parametrize(
    "reason",
    [
        "The submitted information didn't contain changes. Submit different information.",
        "No updates are to be performed.",
    ],
)
def test_nothing_to_change_is_no_error(reason: str) -> None:
    with CloudFormation() as aws:
        aws.has("CREATE_COMPLETE")
        aws.is_asked_for_changes("UPDATE")
        aws.finds_the_changes("FAILED", reason, times=2)
        aws.throws_them_away()
        assert aws.deployed() is False


def test_a_template_that_is_refused_is_said_with_the_reason() -> None:
    with CloudFormation() as aws:
        aws.has("CREATE_COMPLETE")
        aws.is_asked_for_changes("UPDATE")
        aws.finds_the_changes("FAILED", "Circular dependency between resources", times=2)
        aws.throws_them_away()
        with pytest.raises(DeploymentError, match="refuses the template: Circular dependency"):
            aws.deployed()


def test_a_rollback_is_said_with_what_failed_first_this_time() -> None:
    def failed(resource: str, reason: str) -> dict[str, Any]:
        return {
            "LogicalResourceId": resource,
            "ResourceStatus": "CREATE_FAILED",
            "ResourceStatusReason": reason,
        }

    with CloudFormation() as aws:
        aws.has(None)
        aws.is_asked_for_changes("CREATE")
        aws.finds_the_changes("CREATE_COMPLETE")
        aws.carries_them_out()
        aws.has("ROLLBACK_COMPLETE")
        aws.tells(
            failed("TracksTable", "Resource creation cancelled"),
            failed("MediaBucket", "earshot-dev-media-1 already exists"),
            BEGAN,
            failed("AlarmTopic", "of a time before"),
        )
        with pytest.raises(DeploymentError) as raised:
            aws.deployed()
    assert str(raised.value) == (
        "earshot-dev was rolled back: MediaBucket: earshot-dev-media-1 already exists; "
        "TracksTable: Resource creation cancelled"
    )


def test_who_may_not_look_is_told_so() -> None:
    client = boto3.client("cloudformation", region_name="eu-central-1")
    with Stubber(client) as stub:
        stub.add_client_error("describe_stacks", "AccessDenied", "You may not look")
        with pytest.raises(client.exceptions.ClientError, match="You may not look"):
            deploy.deploy(client, STACK, URL, VALUES, NOW)


def test_the_address_is_what_the_stack_says() -> None:
    with CloudFormation() as aws:
        where = "https://x.execute-api.eu-central-1.amazonaws.com/api/"
        aws.has("CREATE_COMPLETE", Outputs=[{"OutputKey": "EndpointURL", "OutputValue": where}])
        assert deploy.address(aws.client, STACK) == where


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name="eu-central-1")
        where = {"LocationConstraint": "eu-central-1"}
        client.create_bucket(Bucket="deployments", CreateBucketConfiguration=where)
        yield client


def test_a_file_is_put_under_a_name_that_tells_its_content(s3: Any, tmp_path: Path) -> None:
    (tmp_path / "one.zip").write_bytes(b"one")
    (tmp_path / "two.zip").write_bytes(b"two")
    keys = [deploy.upload(s3, "deployments", tmp_path / name) for name in ("one.zip", "two.zip", "one.zip")]
    assert keys[0] == keys[2] != keys[1]
    assert all(key.startswith("earshot/") and key.endswith(".zip") for key in keys)
    assert s3.get_object(Bucket="deployments", Key=keys[1])["Body"].read() == b"two"


def test_every_function_takes_its_code_from_the_deployment_bucket(tmp_path: Path) -> None:
    template = tmp_path / "sam.yaml"
    function = {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "./deployment.zip"}}
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "earshot-dev-alarms"}}
    template.write_text(yaml.safe_dump({"Resources": {"One": function, "Two": function, "Topic": topic}}))
    deploy.locate_code(template, "deployments", "earshot/x.zip")
    written = yaml.safe_load(template.read_text())["Resources"]
    assert written["One"]["Properties"]["CodeUri"] == "s3://deployments/earshot/x.zip"
    assert written["Two"]["Properties"]["CodeUri"] == "s3://deployments/earshot/x.zip"
    assert written["Topic"] == topic


def checkout(folder: Path, **variables: str) -> Path:
    """A folder with the settings of one stage."""
    (folder / ".chalice").mkdir()
    own = {"EARSHOT_STAGE": "dev", "EARSHOT_BASE_URL": "https://earshot.acme.test/", **variables}
    config = {"stages": {"dev": {"environment_variables": own}}}
    (folder / ".chalice" / "config.json").write_text(json.dumps(config))
    return folder


def test_the_parameters_are_the_stages_own(tmp_path: Path) -> None:
    assert deploy.parameters(deploy.settings("dev", checkout(tmp_path))) == [
        {"ParameterKey": "Stage", "ParameterValue": "dev"},
        {"ParameterKey": "PageOrigin", "ParameterValue": "https://earshot.acme.test"},
    ]


def test_settings_that_are_nobodys_own_are_named(tmp_path: Path) -> None:
    root = checkout(tmp_path, EARSHOT_ISSUER="https://login.example.com/", EARSHOT_MAIL_FROM="a@example.com")
    with pytest.raises(
        DeploymentError, match=r"EARSHOT_ISSUER, EARSHOT_MAIL_FROM in \.chalice/config\.json is"
    ):
        deploy.settings("dev", root)


@pytest.mark.parametrize("stage", ["dev", "prod", "local", "test"])
def test_no_stage_is_deployed_as_it_came_with_the_checkout(stage: str) -> None:
    with pytest.raises(DeploymentError, match="EARSHOT_BASE_URL"):
        deploy.settings(stage)


def test_a_stage_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeploymentError, match="no stage staging"):
        deploy.settings("staging", checkout(tmp_path))


def test_a_checkout_without_the_clients_parts_is_not_packaged(tmp_path: Path) -> None:
    with pytest.raises(DeploymentError, match=r"preact\.js, .* is missing\. Run infra/setup run\."):
        deploy.package("dev", "eu-central-1", tmp_path / "package", root=checkout(tmp_path))


def test_the_command_ends_with_a_sentence() -> None:
    command = [
        sys.executable,
        "-m",
        "infra.deploy",
        "--stage",
        "dev",
        "--bucket",
        "b",
        "--region",
        "eu-central-1",
    ]
    done = subprocess.run(command, cwd=deploy.ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "is not your own yet; see infra/README.md." in done.stderr
