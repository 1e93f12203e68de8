"""Multipart uploads of the emulator: every part is a file before the request is answered, so that it stays.

moto would hold the parts, and then the whole object, in memory, and lose what is under way with its process.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

import hashlib
import json
import re
import shutil
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qs, unquote
from wsgiref.types import StartResponse, WSGIEnvironment

from infra.kept_objects import read_xml
from infra.s3_gate import Upload, answer_in_xml
from infra.signatures import RefusedError

LEAST_BYTES = 5 * 1024 * 1024
"""Of every part but the last."""

MOST_PARTS = 10_000
BLOCK = 1024 * 1024
ENDED_AFTER_S = 24 * 60 * 60
"""The bucket's own lifecycle ends what nobody has gone on with for a day."""

FRESH = "fresh-"
"""How begins what is not whole yet."""

CHECKSUM = "x-amz-checksum-crc32"


@dataclass(frozen=True)
class Request:
    """A request that is about a multipart upload; ``upload_id`` is None where it begins one."""

    method: str
    bucket: str
    key: str
    upload_id: str | None
    part: int | None

    @classmethod
    def of(cls, environ: WSGIEnvironment) -> "Request | None":
        """The request, None where it is about something else."""
        query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        if "uploads" not in query and "uploadId" not in query:
            return None
        bucket, _, key = unquote(environ["PATH_INFO"].encode("latin-1").decode()).lstrip("/").partition("/")
        [upload_id] = query.get("uploadId", [None])
        [part] = query.get("partNumber", [None])
        number = int(part) if part and part.isdecimal() else None
        return cls(environ["REQUEST_METHOD"], bucket, key, upload_id, number)


class KeptUploads:
    """The uploads that are under way, each a folder; `keep` stores the object that becomes of one."""

    def __init__(self, folder: Path, keep: Callable[[str, str, Upload], None]) -> None:
        self._folder, self._keep, self._lock = folder, keep, threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.iterdir():
            if left.name.startswith(FRESH) or time.time() - left.stat().st_mtime > ENDED_AFTER_S:
                shutil.rmtree(left)

    def answer(self, request: Request, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        """What S3 says. Raises `RefusedError`."""
        match request.method, request.upload_id:
            case "POST", None:
                return self._begin(request, environ, start)
            case "PUT", str():
                return self._take(request, environ, start)
            case "POST", str():
                return self._complete(request, environ, start)
            case "DELETE", str():
                shutil.rmtree(self._of(request))
                start("204 No Content", [])
                return []
        raise RefusedError(405, "MethodNotAllowed", "The specified method is not allowed.")

    def _begin(self, request: Request, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        upload_id = uuid.uuid4().hex
        fresh = self._folder / f"{FRESH}{upload_id}"
        fresh.mkdir()
        about = {
            "bucket": request.bucket,
            "key": request.key,
            "metadata": {
                "Content-Type": environ.get("CONTENT_TYPE") or "binary/octet-stream",
                **({"Cache-Control": caching} if (caching := environ.get("HTTP_CACHE_CONTROL")) else {}),
            },
        }
        (fresh / "about.json").write_text(json.dumps(about))
        fresh.rename(self._folder / upload_id)
        values = {"Bucket": request.bucket, "Key": request.key, "UploadId": upload_id}
        return answer_in_xml(start, "InitiateMultipartUploadResult", values)

    def _take(self, request: Request, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        folder = self._of(request)
        if request.part is None or not 1 <= request.part <= MOST_PARTS:
            raise RefusedError(
                400,
                "InvalidArgument",
                f"Part number must be an integer between 1 and {MOST_PARTS}, inclusive",
            )
        fresh = folder / f"{FRESH}{uuid.uuid4().hex}"
        md5 = hashlib.md5(usedforsecurity=False)
        with fresh.open("wb") as file:
            source: BinaryIO = environ["wsgi.input"]
            left = int(environ.get("CONTENT_LENGTH") or 0)
            while left and (block := source.read(min(BLOCK, left))):
                left -= len(block)
                md5.update(block)
                file.write(block)
        if left:
            fresh.unlink()
            raise RefusedError(
                400, "IncompleteBody", "You did not provide the number of bytes you announced."
            )
        with self._lock:
            for former in folder.glob(f"{request.part:05}-*"):
                former.unlink()
            fresh.rename(folder / f"{request.part:05}-{md5.hexdigest()}")
        headers = [("ETag", f'"{md5.hexdigest()}"'), ("Content-Length", "0")]
        if checksum := environ.get(f"HTTP_{CHECKSUM.upper().replace('-', '_')}"):
            headers.append((CHECKSUM, checksum))
        start("200 OK", headers)
        return []

    def _complete(self, request: Request, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        folder = self._of(request)
        named = _named(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        if not named or [number for number, _ in named] != sorted({number for number, _ in named}):
            raise RefusedError(400, "InvalidPartOrder", "The list of parts was not in ascending order.")
        paths = [folder / f"{number:05}-{etag}" for number, etag in named]
        if not all(path.exists() for path in paths):
            raise RefusedError(400, "InvalidPart", "One or more of the specified parts could not be found.")
        if any(path.stat().st_size < LEAST_BYTES for path in paths[:-1]):
            raise RefusedError(
                400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size"
            )
        about = json.loads((folder / "about.json").read_text())
        whole = folder / "whole"
        with whole.open("wb") as file:
            for path in paths:
                with path.open("rb") as part:
                    shutil.copyfileobj(part, file, BLOCK)
        digests = b"".join(bytes.fromhex(etag) for _, etag in named)
        etag = f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(named)}"
        metadata = about["metadata"]
        upload = Upload(whole, whole.stat().st_size, etag, metadata.pop("Content-Type"), metadata)
        self._keep(request.bucket, request.key, upload)
        shutil.rmtree(folder)
        values = {"Bucket": request.bucket, "Key": request.key, "ETag": f'"{etag}"'}
        return answer_in_xml(start, "CompleteMultipartUploadResult", values)

    def _of(self, request: Request) -> Path:
        """The folder of the upload that a request names."""
        folder = self._folder / str(request.upload_id)
        if re.fullmatch("[0-9a-f]{32}", str(request.upload_id)) and folder.is_dir():
            about = json.loads((folder / "about.json").read_text())
            if (about["bucket"], about["key"]) == (request.bucket, request.key):
                return folder
        raise RefusedError(
            404,
            "NoSuchUpload",
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been "
            "aborted or completed.",
            UploadId=str(request.upload_id),
        )


def _named(body: bytes) -> list[tuple[int, str]]:
    """The parts that are to be the object, with their ETags."""
    return [
        (int(part.findtext("PartNumber") or 0), (part.findtext("ETag") or "").strip('"'))
        for part in read_xml(body).iterfind("Part")
    ]
