"""Erasing what lies in the bucket, many objects at once."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from chalicelib import aws, settings

AT_ONCE: Final = 1000
"""What S3 takes in one DeleteObjects, and gives in one list."""


class NotErased(Exception):
    """S3 has not erased some of the objects; it is done again later."""


def erase(keys: Iterable[str]) -> int:
    """Erase these, also where they are not there; how many there were to erase."""
    rest, count = iter(keys), 0
    while some := list(islice(rest, AT_ONCE)):
        answer = aws.client("s3").delete_objects(
            Bucket=settings.MEDIA_BUCKET,
            Delete={"Objects": [{"Key": key} for key in some], "Quiet": True},
        )
        failed = answer.get("Errors", [])
        if failed:
            raise NotErased(f"{len(failed)} objects: {failed[0]['Code']}")
        count += len(some)
    return count


def erase_below(prefix: str) -> Iterator[int]:
    """Erase everything whose key begins so, some at a time; how many each time."""
    for page in _pages("list_objects_v2", prefix):
        found = [entry["Key"] for entry in page.get("Contents", [])]
        if found:
            yield erase(found)


def end_uploads_below(prefix: str) -> None:
    """End the multipart uploads whose key begins so, with the parts that they have."""
    for page in _pages("list_multipart_uploads", prefix):
        for upload in page.get("Uploads", []):
            aws.client("s3").abort_multipart_upload(
                Bucket=settings.MEDIA_BUCKET, Key=upload["Key"], UploadId=upload["UploadId"]
            )


def _pages(operation: str, prefix: str) -> Iterable[dict[str, Any]]:
    pages: Iterable[dict[str, Any]] = (
        aws.client("s3").get_paginator(operation).paginate(Bucket=settings.MEDIA_BUCKET, Prefix=prefix)
    )
    return pages
