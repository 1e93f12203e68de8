"""A zip on its way into S3: a multipart upload, its parts gathered on disk, its checkpoints beside it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final

import msgspec
from botocore.exceptions import ClientError

from chalicelib import aws, settings
from chalicelib.exports import zips
from chalicelib.exports.models import Export
from chalicelib.exports.packing import File, Sent, State

PART_BYTES: Final = 16 * 1024 * 1024
"""From which on a part is sent: ten thousand of them make 160 GB."""

LEAST_BYTES: Final = 5 * 1024 * 1024
"""What S3 takes as a part that is not the last."""

MOST_PARTS: Final = 10_000
CHECKSUM: Final = "CRC32"


@dataclass(frozen=True)
class Part:
    """What follows in the zip from this offset on, in a file that is gone with its process."""

    begins_at: int
    file: BinaryIO

    @classmethod
    @contextmanager
    def begun(cls, begins_at: int) -> Iterator["Part"]:
        """An empty one."""
        with TemporaryFile() as file:
            yield cls(begins_at, file)

    @property
    def size(self) -> int:
        return self.file.tell()

    def add(self, file: File) -> zips.Entry:
        """Write a file of the zip."""
        return zips.add(self.file, file.name, file.blocks, file.modified, begins_at=self.begins_at)

    def end(self, entries: Iterable[zips.Entry]) -> None:
        """Write the directory, behind which nothing comes."""
        for block in zips.directory(entries, begins_at=self.begins_at + self.size):
            self.file.write(block)


def key_of(export: Export) -> str:
    """Where the zip goes; it says nothing of what lies there."""
    return f"exports/{_hash(export)}.zip"


def checkpoint_key(export: Export, state: State) -> str:
    """Where this turn says how far it has come after so many parts."""
    return f"exports/{_hash(export)}/{int(export.turn)}-{len(state.parts)}.json"


def begin(export: Export) -> str:
    """Begin an upload; its id. One that nobody ends the bucket's lifecycle ends."""
    begun = aws.client("s3").create_multipart_upload(
        **_zip(export), ContentType="application/zip", ChecksumAlgorithm=CHECKSUM
    )
    return str(begun["UploadId"])


def send(export: Export, state: State, part: Part) -> Sent:
    """Send what has gathered as the next part; sent again, it takes the place of the first."""
    part.file.seek(0)
    sent = aws.client("s3").upload_part(
        **_zip(export),
        UploadId=state.upload_id,
        PartNumber=len(state.parts) + 1,
        Body=part.file,
        ChecksumAlgorithm=CHECKSUM,
    )
    return Sent(sent["ETag"], sent.get(f"Checksum{CHECKSUM}"))


def complete(export: Export, state: State) -> None:
    """Make the zip of its parts."""
    aws.client("s3").complete_multipart_upload(
        **_zip(export),
        UploadId=state.upload_id,
        MultipartUpload={
            "Parts": [
                {"PartNumber": number, "ETag": sent.etag}
                | ({f"Checksum{CHECKSUM}": sent.checksum} if sent.checksum else {})
                for number, sent in enumerate(state.parts, 1)
            ]
        },
    )


def size_of(export: Export) -> int | None:
    """How large the zip is, None where it is not there."""
    found = _unless_gone(lambda: aws.client("s3").head_object(**_zip(export)))
    return None if found is None else int(found["ContentLength"])


def is_gone(error: ClientError) -> bool:
    """Whether S3 knows nothing, or nothing any more, of what was asked for."""
    return error.response["Error"]["Code"] in ("NoSuchUpload", "NoSuchKey", "404")


def save(key: str, state: State) -> None:
    """Keep how far the zip has come."""
    aws.client("s3").put_object(
        Bucket=settings.MEDIA_BUCKET,
        Key=key,
        Body=msgspec.json.encode(state),
        ContentType="application/json",
    )


def load(key: str) -> State | None:
    """How far the zip had come, None where that is gone."""
    found = _unless_gone(lambda: aws.client("s3").get_object(Bucket=settings.MEDIA_BUCKET, Key=key))
    return None if found is None else msgspec.json.decode(found["Body"].read(), type=State)


def forget(key: str) -> None:
    """Remove a checkpoint that another has followed."""
    aws.client("s3").delete_object(Bucket=settings.MEDIA_BUCKET, Key=key)


def _unless_gone(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except ClientError as error:
        if not is_gone(error):
            raise
        return None


def _zip(export: Export) -> dict[str, str]:
    return {"Bucket": settings.MEDIA_BUCKET, "Key": key_of(export)}


def _hash(export: Export) -> str:
    return hashlib.sha256(f"{export.audience_key}#{export.export_id}".encode()).hexdigest()[:32]
