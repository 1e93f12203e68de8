"""Multipart uploads of the emulator: as S3 takes them, through `kill -9`, and never in memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra import emulator
from infra.emulator import Emulator
from infra.kept_uploads import LEAST_BYTES
from tests.infra.emulated import BUCKET, PAGE_ORIGIN, client

WHERE = {"Bucket": BUCKET, "Key": "exports/one.zip"}
LARGE = b"a" * LEAST_BYTES


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Emulator]:
    one = emulator.start(tmp_path, 0, page_origin=PAGE_ORIGIN, stage="test")
    yield one
    one.stop()


def begun(s3: Any) -> str:
    return str(s3.create_multipart_upload(**WHERE, ContentType="application/zip")["UploadId"])


def sends(s3: Any, upload_id: str, number: int, body: bytes) -> dict[str, Any]:
    """A part as completing wants it named."""
    sent = s3.upload_part(
        **WHERE, UploadId=upload_id, PartNumber=number, Body=body, ChecksumAlgorithm="CRC32"
    )
    assert sent["ChecksumCRC32"]
    return {"PartNumber": number, "ETag": sent["ETag"]}


def completes(s3: Any, upload_id: str, *parts: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = s3.complete_multipart_upload(
        **WHERE, UploadId=upload_id, MultipartUpload={"Parts": list(parts)}
    )
    return answer


def refused(s3: Any, upload_id: str, *parts: dict[str, Any]) -> str:
    with pytest.raises(ClientError) as error:
        completes(s3, upload_id, *parts)
    return str(error.value.response["Error"]["Code"])


def is_there(s3: Any) -> bool:
    """Whether the two parts are one object: its size, and what it has where they meet."""
    found = s3.get_object(**WHERE, Range=f"bytes={LEAST_BYTES - 2}-")
    assert found["ContentRange"].endswith(f"/{LEAST_BYTES + 7}")
    assert found["ContentType"] == "application/zip"
    return bool(found["Body"].read() == b"aathe end")


def test_parts_in_any_order_and_sent_again_become_one_object(running: Emulator, tmp_path: Path) -> None:
    s3 = client(running, "s3")
    upload_id = begun(s3)
    last = sends(s3, upload_id, 2, b"the end")
    former = sends(s3, upload_id, 1, b"b" * LEAST_BYTES)
    first = sends(s3, upload_id, 1, LARGE)
    assert refused(s3, upload_id, former, last) == "InvalidPart"
    assert completes(s3, upload_id, first, last)["ETag"].endswith('-2"')
    assert is_there(s3)
    assert list((tmp_path / "uploads").iterdir()) == []
    assert refused(s3, upload_id, first, last) == "NoSuchUpload"


def test_what_s3_refuses_is_refused(running: Emulator) -> None:
    s3 = client(running, "s3")
    upload_id = begun(s3)
    small, large = sends(s3, upload_id, 1, b"small"), sends(s3, upload_id, 2, LARGE)
    assert refused(s3, upload_id, small, large) == "EntityTooSmall"
    assert refused(s3, upload_id, large, small) == "InvalidPartOrder"
    assert refused(s3, upload_id, {"PartNumber": 3, "ETag": large["ETag"]}) == "InvalidPart"
    for odd in ("unknown", "..", "0" * 32):
        assert refused(s3, odd, large) == "NoSuchUpload"
    with pytest.raises(ClientError, match="NoSuchUpload"):
        s3.upload_part(Bucket=BUCKET, Key="exports/other", UploadId=upload_id, PartNumber=1, Body=b"a part")
    for number in (0, 10_001):
        with pytest.raises(ClientError, match="InvalidArgument"):
            sends(s3, upload_id, number, b"a part")
    s3.abort_multipart_upload(**WHERE, UploadId=upload_id)
    assert refused(s3, upload_id, large) == "NoSuchUpload"


def test_what_was_under_way_goes_on_after_a_restart_and_what_was_made_stays(tmp_path: Path) -> None:
    running = emulator.start(tmp_path, 0, page_origin=PAGE_ORIGIN, stage="test")
    s3 = client(running, "s3")
    upload_id = begun(s3)
    first = sends(s3, upload_id, 1, LARGE)
    running.stop()
    (tmp_path / "uploads" / "fresh-cut-off").mkdir()

    running = emulator.start(tmp_path, 0, page_origin=PAGE_ORIGIN, stage="test")
    s3 = client(running, "s3")
    last = sends(s3, upload_id, 2, b"the end")
    completes(s3, upload_id, first, last)
    running.stop()

    running = emulator.start(tmp_path, 0, page_origin=PAGE_ORIGIN, stage="test")
    try:
        assert is_there(client(running, "s3"))
        assert list((tmp_path / "uploads").iterdir()) == []
    finally:
        running.stop()
