"""The template that is deployed: made by Chalice, merged with ours, and translated as CloudFormation does."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from cfnlint import api as cfn_lint
from cfnlint.config import ManualArgs

from chalicelib import errors, requests
from chalicelib.digests import bulk
from infra import deploy, resources
from tests.infra import packaged

STAGES = ("dev", "prod")
INTRINSIC = re.compile(r"Ref|Condition|Fn::.*")
NAMED = re.compile(r"\$\{([A-Za-z0-9]+)[.}]")

FUNCTIONS = {
    "APIHandler": "policy-api.json",
    "ProcessUploads": "policy-process-uploads.json",
    "RejectDeadUploads": "policy-reject-dead-uploads.json",
    "Deliver": "policy-deliver.json",
    "SendDigests": "policy-send-digests.json",
    "NoteMailEvents": "policy-note-mail-events.json",
    "WriteExports": "policy-write-exports.json",
    "ReactToActivity": "policy-react-to-activity.json",
    "KeepReach": "policy-keep-reach.json",
    "RunDue": "policy-run-due.json",
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packaged.without_requirements(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="module", params=STAGES)
def template(
    request: pytest.FixtureRequest, checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    made, _ = deploy.package(request.param, packaged.REGION, tmp_path_factory.mktemp("package"), checkout)
    return made


@pytest.fixture(scope="module")
def stage(template: Path) -> str:
    """The stage that was packaged."""
    variables = yaml.safe_load(template.read_text("utf-8"))["Resources"]["APIHandler"]["Properties"]
    return str(variables["Environment"]["Variables"]["EARSHOT_STAGE"])


@pytest.fixture(scope="module")
def merged(template: Path) -> dict[str, Any]:
    """The resources as Chalice wrote them."""
    found: dict[str, Any] = yaml.safe_load(template.read_text("utf-8"))["Resources"]
    return found


@pytest.fixture(scope="module")
def created(template: Path) -> dict[str, Any]:
    """The resources as CloudFormation creates them."""
    found: dict[str, Any] = packaged.translated(template)["Resources"]
    return found


def of_type(found: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: resource for name, resource in found.items() if resource["Type"] == kind}


def walk(value: Any) -> Iterator[Any]:
    """The value and everything in it."""
    yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inside:
        yield from walk(each)


def needs(resource: Any) -> set[str]:
    """Every name that a resource refers to."""
    found = set()
    for value in walk(resource):
        match value:
            case {"Ref": str(name)}:
                found.add(name)
            case {"Fn::GetAtt": [str(name), *_]}:
                found.add(name)
            case {"Fn::GetAtt": str(text)}:
                found.add(text.partition(".")[0])
            case {"Fn::Sub": str(text)}:
                found |= set(NAMED.findall(text))
            case {"Fn::Sub": [str(text), dict(own)]}:
                found |= set(NAMED.findall(text)) - own.keys()
    depends: Any = resource.get("DependsOn", [])
    return found | {*([depends] if isinstance(depends, str) else depends)}


def test_cfn_lint_finds_nothing(template: Path) -> None:
    assert cfn_lint.lint_file(template, ManualArgs(regions=[packaged.REGION, "us-east-1"])) == []


def test_the_resources_can_be_created_one_after_the_other(created: dict[str, Any]) -> None:
    graph = {name: needs(resource) & created.keys() for name, resource in created.items()}
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError where there is a cycle
    assert order.index("UploadsQueuePolicy") < order.index("MediaBucket")
    for mapping, resource in of_type(created, "AWS::Lambda::EventSourceMapping").items():
        assert order.index(mapping) > order.index(resource["Properties"]["FunctionName"]["Ref"])


def test_every_name_that_is_referred_to_is_there(template: Path, created: dict[str, Any]) -> None:
    whole = yaml.safe_load(template.read_text("utf-8"))
    there = created.keys() | whole["Parameters"].keys() | whole["Conditions"].keys()
    for name, resource in created.items():
        missing = {other for other in needs(resource) if other not in there and "::" not in other}
        assert not missing, f"{name} refers to {missing}"


def test_no_intrinsic_was_merged_over_another(merged: dict[str, Any]) -> None:
    for value in walk(merged):
        if isinstance(value, dict):
            intrinsics = [name for name in value if INTRINSIC.fullmatch(name)]
            beside = set(value) - set(intrinsics)
            # A condition of a policy is no condition of CloudFormation.
            assert not intrinsics or intrinsics == ["Condition"] or (len(intrinsics) == 1 and not beside)


def test_the_bucket_waits_for_the_policy_that_names_it_without_referring_to_it(
    merged: dict[str, Any],
) -> None:
    assert merged["MediaBucket"]["DependsOn"] == "UploadsQueuePolicy"
    [statement] = merged["UploadsQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    source = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert source == {"Fn::Sub": "arn:${AWS::Partition}:s3:::earshot-${Stage}-media-${AWS::AccountId}"}
    assert merged["MediaBucket"]["Properties"]["BucketName"] == {
        "Fn::Sub": "earshot-${Stage}-media-${AWS::AccountId}"
    }


def test_no_function_waits_for_the_bucket(merged: dict[str, Any]) -> None:
    functions = of_type(merged, "AWS::Serverless::Function")
    assert functions.keys() == FUNCTIONS.keys()
    for name, function in functions.items():
        assert "MediaBucket" not in needs(function), name
        variables = function["Properties"]["Environment"]["Variables"]
        assert variables["EARSHOT_MEDIA_BUCKET"] == {"Fn::Sub": "earshot-${Stage}-media-${AWS::AccountId}"}


def test_consumers_wait_for_their_queues_and_report_what_failed(
    merged: dict[str, Any], created: dict[str, Any]
) -> None:
    assert merged["ProcessUploads"]["DependsOn"] == "UploadsQueue"
    assert merged["RejectDeadUploads"]["DependsOn"] == "UploadsDeadQueue"
    assert merged["Deliver"]["DependsOn"] == "DeliveriesQueue"
    assert merged["WriteExports"]["DependsOn"] == "ExportsQueue"
    assert merged["SendDigests"]["DependsOn"] == "DigestsQueue"
    assert merged["NoteMailEvents"]["DependsOn"] == "MailEventsQueue"
    mappings = of_type(created, "AWS::Lambda::EventSourceMapping")
    assert len(mappings) == len(FUNCTIONS) - 2  # the API and the schedule are called, not fed
    for name, mapping in mappings.items():
        assert mapping["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name


def test_streams_give_up_in_the_end_and_that_of_activity_says_so(created: dict[str, Any]) -> None:
    streams = {
        mapping["Properties"]["EventSourceArn"]["Fn::GetAtt"][0]: mapping["Properties"]
        for mapping in of_type(created, "AWS::Lambda::EventSourceMapping").values()
        if "StartingPosition" in mapping["Properties"]
    }
    assert streams.keys() == {"ActivityTable", "ProgressTable"}
    for stream in streams.values():
        assert stream["MaximumRetryAttempts"] == 10
        assert stream["BisectBatchOnFunctionError"] is True
    assert streams["ActivityTable"]["DestinationConfig"]["OnFailure"]["Destination"] == {
        "Fn::GetAtt": ["ActivityFailuresQueue", "Arn"]
    }
    # What is missed of listening is made good by the listener's next report.
    assert "DestinationConfig" not in streams["ProgressTable"]


def test_a_message_stays_invisible_six_times_as_long_as_its_function_may_run(merged: dict[str, Any]) -> None:
    for function, queue in (
        ("ProcessUploads", "UploadsQueue"),
        ("RejectDeadUploads", "UploadsDeadQueue"),
        ("Deliver", "DeliveriesQueue"),
        ("SendDigests", "DigestsQueue"),
        ("WriteExports", "ExportsQueue"),
        ("NoteMailEvents", "MailEventsQueue"),
    ):
        timeout = merged[function]["Properties"]["Timeout"]
        assert merged[queue]["Properties"]["VisibilityTimeout"] == 6 * timeout


def test_names_carry_the_stage(merged: dict[str, Any], stage: str) -> None:
    for table in of_type(merged, "AWS::DynamoDB::Table").values():
        assert table["Properties"]["TableName"]["Fn::Sub"].startswith("earshot-${Stage}-")
    for queue in of_type(merged, "AWS::SQS::Queue").values():
        assert queue["Properties"]["QueueName"]["Fn::Sub"].startswith("earshot-${Stage}-")
    for name in FUNCTIONS:
        variables = merged[name]["Properties"]["Environment"]["Variables"]
        assert variables["EARSHOT_STAGE"] == stage
        assert variables["EARSHOT_UPLOADS_QUEUE"] == f"earshot-{stage}-uploads"
        assert variables["EARSHOT_UPLOADS_DEAD_QUEUE"] == f"earshot-{stage}-uploads-dead"
        assert variables["EARSHOT_DELIVERIES_QUEUE"] == f"earshot-{stage}-deliveries"
        assert variables["EARSHOT_EXPORTS_QUEUE"] == f"earshot-{stage}-exports"
        assert variables["EARSHOT_DIGESTS_QUEUE"] == f"earshot-{stage}-digests"
        assert variables["EARSHOT_MAIL_EVENTS_QUEUE"] == f"earshot-{stage}-mail-events"
        assert "EARSHOT_LISTENER" not in variables
        assert variables["EARSHOT_SECRETS_PARAMETER"] == f"/earshot/{stage}/secrets"


def test_what_people_made_outlives_the_stack(merged: dict[str, Any]) -> None:
    kept = of_type(merged, "AWS::DynamoDB::Table") | of_type(merged, "AWS::S3::Bucket")
    for name, resource in kept.items():
        assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain", name


def test_tables_are_encrypted_can_be_restored_and_in_production_not_be_deleted(
    merged: dict[str, Any],
) -> None:
    tables = of_type(merged, "AWS::DynamoDB::Table")
    assert len(tables) >= 6
    for name, table in tables.items():
        properties = table["Properties"]
        assert properties["BillingMode"] == "PAY_PER_REQUEST", name
        assert properties["SSESpecification"]["SSEEnabled"], name
        recovery = properties["PointInTimeRecoverySpecification"]
        assert recovery["PointInTimeRecoveryEnabled"], name
        assert properties["DeletionProtectionEnabled"] == {"Fn::If": ["IsProduction", True, False]}, name


def test_every_dead_letter_queue_has_an_alarm(merged: dict[str, Any]) -> None:
    queues = of_type(merged, "AWS::SQS::Queue")
    dead = {
        queue["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for queue in queues.values()
        if "RedrivePolicy" in queue["Properties"]
    }
    for value in walk(merged):
        match value:
            case {"OnFailure": {"Destination": {"Fn::GetAtt": [str(name), "Arn"]}}}:
                dead.add(name)
    fed = {"UploadsQueue", "DeliveriesQueue", "DigestsQueue", "MailEventsQueue", "ExportsQueue"}
    assert dead == queues.keys() - fed
    alarms = of_type(merged, "AWS::CloudWatch::Alarm").values()
    watched = {
        dimension["Value"]["Fn::GetAtt"][0]
        for alarm in alarms
        for dimension in alarm["Properties"].get("Dimensions", [])
        if dimension["Name"] == "QueueName"
    }
    assert watched == dead
    for alarm in alarms:
        assert alarm["Properties"]["AlarmActions"] == [{"Ref": "AlarmTopic"}]


def test_every_function_has_an_alarm_and_keeps_its_logs_for_a_while(merged: dict[str, Any]) -> None:
    alarms = of_type(merged, "AWS::CloudWatch::Alarm").values()
    watched = {
        dimension["Value"]["Ref"]
        for alarm in alarms
        for dimension in alarm["Properties"].get("Dimensions", [])
        if dimension["Name"] == "FunctionName"
    }
    assert watched == FUNCTIONS.keys()
    logged = {
        group["Properties"]["LogGroupName"]["Fn::Sub"]: group["Properties"]["RetentionInDays"]
        for group in of_type(merged, "AWS::Logs::LogGroup").values()
    }
    assert logged == {f"/aws/lambda/${{{name}}}": 30 for name in FUNCTIONS}


def test_an_alarm_looks_for_what_is_logged_where_ses_takes_no_mails(merged: dict[str, Any]) -> None:
    [watched] = of_type(merged, "AWS::Logs::MetricFilter").values()
    assert watched["DependsOn"] in of_type(merged, "AWS::Logs::LogGroup")
    assert f'"{bulk.REFUSED}"' in watched["Properties"]["FilterPattern"]
    [metric] = watched["Properties"]["MetricTransformations"]
    alarm = merged["MailsRefusedAlarm"]["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"]) == (metric["MetricNamespace"], metric["MetricName"])


def test_the_bucket_is_private_encrypted_and_takes_nothing_in_the_clear(merged: dict[str, Any]) -> None:
    bucket = merged["MediaBucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    [denied] = merged["MediaBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_what_api_gateway_says_itself_is_what_the_function_would_say(merged: dict[str, Any]) -> None:
    body = merged["RestAPI"]["Properties"]["DefinitionBody"]
    said = body["x-amazon-apigateway-gateway-responses"]
    assert said == resources.gateway_responses()
    ours = {
        "NotFound": errors.NotFound(),
        "BodyTooLarge": errors.BodyTooLarge(requests.MOST_BODY_BYTES),
        "Unavailable": errors.Unavailable(),
        "InvalidRequest": errors.InvalidRequest("This request could not be understood."),
    }
    for reason, response in said.items():
        content = json.loads(response["responseTemplates"]["application/json"])
        error = ours[content["Code"]]
        assert content == {"Code": type(error).__name__, "Message": str(error)}, reason
        assert response["statusCode"] == error.STATUS_CODE, reason
        headers = {
            name.removeprefix("gatewayresponse.header."): value.strip("'")
            for name, value in response["responseParameters"].items()
        }
        assert headers.items() >= error.headers().items(), reason
        assert "$" not in str(response), "nothing of the request is repeated"


def test_whatever_the_browser_asks_for_arrives_as_it_is(merged: dict[str, Any]) -> None:
    body = merged["RestAPI"]["Properties"]["DefinitionBody"]
    assert body["x-amazon-apigateway-binary-media-types"] == ["*/*"]
    assert merged["RestAPI"]["Properties"]["MinimumCompressionSize"] == 1024


@pytest.mark.parametrize("file", FUNCTIONS.values())
def test_a_policy_names_actions_and_resources_one_by_one(file: str) -> None:
    policy = json.loads((deploy.ROOT / ".chalice" / file).read_text("utf-8"))
    for statement in policy["Statement"]:
        assert statement["Effect"] == "Allow"
        assert not [action for action in statement["Action"] if "*" in action], statement["Sid"]
        for resource in statement["Resource"]:
            if statement["Action"] in (["dynamodb:ListStreams"], ["ses:GetAccount"]):
                assert resource == "*"  # it takes no other
                continue
            arn = resource["Fn::Sub"]
            service = arn.removeprefix("arn:${AWS::Partition}:").partition(":")[0]
            assert {action.split(":")[0] for action in statement["Action"]} == {service}, statement["Sid"]
            stays_in_the_stage = "${Stage}" in arn or fnmatchcase(arn, "*/aws/lambda/${AWS::StackName}-*")
            # Which address mails come from is a setting; SES decides by its verified identities.
            assert stays_in_the_stage or arn.endswith(":identity/*"), statement["Sid"]


def test_each_function_has_its_own_policy_and_no_other(merged: dict[str, Any]) -> None:
    for name, file in FUNCTIONS.items():
        role = merged[name]["Properties"]["Role"]["Fn::GetAtt"][0]
        properties = merged[role]["Properties"]
        assert "ManagedPolicyArns" not in properties
        [attached] = properties["Policies"]
        written = json.loads((deploy.ROOT / ".chalice" / file).read_text("utf-8"))
        assert attached["PolicyDocument"] == written
