from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra import emulator
from infra.emulator import Emulator
from infra.resources import Resources
from tests.infra.emulated import BUCKET, PAGE_ORIGIN, client, queue_url


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    folder = tmp_path_factory.mktemp("data")
    one = emulator.start(folder, 0, page_origin=PAGE_ORIGIN, stage="test")
    yield one
    one.stop()


@pytest.fixture
def s3(running: Emulator) -> Any:
    return client(running, "s3")


TABLES = {
    "workspaces": (["workspace_id"], {}),
    "members": (["workspace_id", "member_id"], {"identity": ["identity_key"]}),
    "invitations": (["workspace_id", "invitation_id"], {"email": ["email", "workspace_id"]}),
    "tracks": (
        ["workspace_id", "track_id"],
        {
            "library": ["audience_key", "published_at"],
            "searched": ["audience_key", "changed_at"],
            "said": ["audience_key", "words_at"],
            "speaker": ["speaker_id", "published_at"],
            "review": ["speaker_id", "review_on"],
        },
    ),
    "quotas": (["member_id", "day"], {}),
    "playlists": (
        ["workspace_id", "playlist_id"],
        {
            "audience": ["audience_key", "changed_at"],
            "owner": ["owner_id", "changed_at"],
        },
    ),
    "progress": (["member_id", "track_key"], {}),
    "loops": (["member_id", "playlist_id"], {"playlist": ["playlist_id", "member_id"]}),
    "reach": (["track_id", "place"], {}),
    "activity": (["audience_key", "activity_id"], {}),
    "connections": (
        ["workspace_id", "connection_id"],
        {"audience": ["audience_key", "connection_id"]},
    ),
    "deliveries": (["connection_id", "delivery_id"], {}),
    "exports": (["audience_key", "export_id"], {}),
    "reports": (["workspace_id", "report_id"], {"place": ["place", "reported_at"]}),
    "shares": (["token_hash"], {"item": ["item_key", "created_at"]}),
    "digests": (["workspace_id", "member_id"], {}),
    "feeds": (["member_id"], {"token": ["token_hash"]}),
    "due": (["slot", "name"], {}),
    "groups": (["workspace_id", "group_id"], {"open": ["open_to", "created_at"]}),
    "rounds": (["group_id", "opens_at"], {}),
    "doors": (["place", "member_id"], {}),
    "thanks": (["speaker_id", "thanks_id"], {"sent": ["speaker_id", "sent_at"]}),
    "feedback": (
        ["member_id", "feedback_id"],
        {
            "received": ["delivered_to", "delivered_at"],
            "given": ["given_by", "given_at"],
            "published": ["published_on", "published_at"],
        },
    ),
    "questions": (
        ["workspace_id", "question_id"],
        {
            "place": ["listed_in", "listed_as"],
            "open": ["waits_for", "listed_as"],
        },
    ),
    "answers": (["question_id", "answer_id"], {}),
    "written": (["member_id", "note"], {"asked": ["member_id", "listed_as"]}),
}
EXPIRING = {"invitations", "tracks", "quotas", "activity", "deliveries", "exports", "shares"}
STREAMED = {"activity", "progress"}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_its_keys_indexes_and_time_to_live(running: Emulator, name: str) -> None:
    dynamodb = client(running, "dynamodb")
    table = dynamodb.describe_table(TableName=f"earshot-test-{name}")["Table"]
    keys, indexes = TABLES[name]
    assert [key["AttributeName"] for key in table["KeySchema"]] == keys
    assert {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table.get("GlobalSecondaryIndexes", [])
    } == indexes
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    expiry = dynamodb.describe_time_to_live(TableName=table["TableName"])
    status = expiry["TimeToLiveDescription"]["TimeToLiveStatus"]
    assert status == ("ENABLED" if name in EXPIRING else "DISABLED")
    stream = table.get("StreamSpecification", {}).get("StreamViewType")
    assert stream == ("NEW_IMAGE" if name in STREAMED else None)


def test_creating_again_changes_nothing(running: Emulator) -> None:
    resources = Resources("test", page_origin=PAGE_ORIGIN)
    resources.create_tables(client(running, "dynamodb"))
    resources.create_queues(client(running, "sqs"))
    resources.create_bucket(client(running, "s3"))
    assert len(client(running, "dynamodb").list_tables()["TableNames"]) == len(TABLES)


def test_an_upload_tried_five_times_is_dead(running: Emulator) -> None:
    sqs = client(running, "sqs")
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url(sqs, "uploads"), AttributeNames=["All"])[
        "Attributes"
    ]
    assert attributes["VisibilityTimeout"] == "720"
    assert '"maxReceiveCount": 5' in attributes["RedrivePolicy"]
    assert "earshot-test-uploads-dead" in attributes["RedrivePolicy"]


def test_the_bucket_is_private_encrypted_and_versioned(s3: Any) -> None:
    block = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert all(block.values())
    assert len(block) == 4
    encryption = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]
    [rule] = encryption["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"


def test_only_the_page_may_use_the_bucket_from_a_browser(s3: Any) -> None:
    [rule] = s3.get_bucket_cors(Bucket=BUCKET)["CORSRules"]
    assert rule["AllowedOrigins"] == [PAGE_ORIGIN]
    assert rule["AllowedMethods"] == ["GET", "HEAD", "POST"]
    assert "Content-Range" in rule["ExposeHeaders"]


def test_what_is_left_over_expires(s3: Any) -> None:
    rules = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    by_id = {rule["ID"]: rule for rule in rules}
    assert by_id["uploads-expire"]["Expiration"]["Days"] == 15
    assert by_id["uploads-expire"]["Filter"]["Prefix"] == "uploads/"
    exports = by_id["exports-expire"]
    assert (exports["Filter"]["Prefix"], exports["Expiration"]["Days"]) == ("exports/", 7)
    assert exports["NoncurrentVersionExpiration"]["NoncurrentDays"] == 1
    superseded = by_id["superseded-audio-expires"]
    assert superseded["Filter"]["And"]["Tags"] == [{"Key": "superseded", "Value": "yes"}]
    assert superseded["Filter"]["And"]["Prefix"] == "media/"
    old = by_id["old-versions-expire"]["NoncurrentVersionExpiration"]
    assert old["NoncurrentDays"] == 7
    unfinished = by_id["unfinished-uploads-expire"]["AbortIncompleteMultipartUpload"]
    assert unfinished["DaysAfterInitiation"] == 1


def test_only_uploads_are_announced(s3: Any) -> None:
    configuration = s3.get_bucket_notification_configuration(Bucket=BUCKET)
    [queue] = configuration["QueueConfigurations"]
    assert queue["QueueArn"].endswith(":earshot-test-uploads")
    assert queue["Events"] == ["s3:ObjectCreated:*"]
    [rule] = queue["Filter"]["Key"]["FilterRules"]
    assert (rule["Name"].lower(), rule["Value"]) == ("prefix", "uploads/")


def test_a_mapping_in_a_short_form_is_refused(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text("Resources: !Transform {Name: x}")
    with pytest.raises(ValueError, match="!Transform of a mapping is not read here"):
        Resources("test", template=template)


def test_other_answers_than_not_found_are_not_swallowed(s3: Any) -> None:
    class Forbidden:
        def head_bucket(self, Bucket: str) -> None:  # noqa: N803  # boto3's name
            error = {"Error": {"Code": "403"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
            raise ClientError(error, "HeadBucket")

    with pytest.raises(ClientError, match="403"):
        Resources("test").create_bucket(Forbidden())
