"""The files of tracks in the bucket: read by ranges, stored, erased, or left to the bucket's lifecycle."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.transactions import TransactWrite

from chalicelib import aws, settings
from chalicelib.activity import log as activity_log
from chalicelib.tracks.models import Track
from chalicelib.tracks.rejections import Rejected

ATTEMPT_LASTS = timedelta(seconds=120)
"""How long one attempt at a file may take: the timeout of the function."""

FOLDER = "earshot-track-"
GONE = ("404", "NoSuchKey", "MethodNotAllowed")
"""How S3 says that there is no object, or only the mark of an erased one."""


class Stored:
    """An object read by ranges, always the same one even where another is put under its key."""

    def __init__(self, key: str) -> None:
        try:
            head = aws.client("s3").head_object(Bucket=settings.MEDIA_BUCKET, Key=key)
        except ClientError as error:
            raise _missing(error) from error
        self.size: int = head["ContentLength"]
        self._of = {"Bucket": settings.MEDIA_BUCKET, "Key": key, "IfMatch": head["ETag"]}

    def read(self, offset: int, length: int) -> bytes:
        """These bytes of the object."""
        body: bytes = self._get(Range=f"bytes={offset}-{offset + length - 1}").read()
        return body

    def download(self, path: Path) -> Path:
        """The whole object in a file, in constant memory."""
        with path.open("wb") as file:
            for chunk in self._get().iter_chunks(1 << 20):
                file.write(chunk)
        return path

    def _get(self, **part: str) -> Any:
        try:
            return aws.client("s3").get_object(**self._of, **part)["Body"]
        except ClientError as error:
            raise _missing(error) from error


def store(file: Path, key: str, content_type: str) -> None:
    """Put a file into the bucket, to be delivered with this type."""
    aws.client("s3").upload_file(
        str(file),
        settings.MEDIA_BUCKET,
        key,
        ExtraArgs={"ContentType": content_type, "CacheControl": "private, max-age=86400"},
    )


def erase(*keys: str) -> None:
    """Erase files for good."""
    for key in keys:
        aws.client("s3").delete_object(Bucket=settings.MEDIA_BUCKET, Key=key)


def tell_replaced(transaction: TransactWrite, track: Track, keys: list[str], now: datetime) -> None:
    """Add to the transaction that these files of a track are replaced; what follows is `supersede`."""
    activity_log.record(
        transaction,
        "audio_replaced",
        track.own_key,
        workspace_id=track.workspace_id,
        actor_id=track.speaker_id,
        now=now,
        track_id=track.track_id,
        details={"keys": keys},
    )


def supersede(*keys: str) -> None:
    """Leave replaced files to the bucket's lifecycle, for whoever is listening to them at this moment."""
    for key in keys:
        try:
            aws.client("s3").put_object_tagging(
                Bucket=settings.MEDIA_BUCKET,
                Key=key,
                Tagging={"TagSet": [{"Key": "superseded", "Value": "yes"}]},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for one attempt. Those of attempts that were killed go first: Lambda keeps them, in 512 MB."""
    for left in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        with suppress(FileNotFoundError):  # another attempt's, which has just ended
            if time.time() - left.stat().st_mtime > ATTEMPT_LASTS.total_seconds():
                shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=FOLDER) as folder:
        yield Path(folder)


def _missing(error: ClientError) -> Exception:
    """What S3's answer means: the upload is gone, or cannot be had now."""
    return Rejected("upload_missing") if error.response["Error"]["Code"] in GONE else error
