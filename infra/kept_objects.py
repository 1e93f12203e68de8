"""S3 of the emulator: every current object is a file before the request is answered.

moto keeps the keys, versions and metadata; the bytes are read from the files, never held.
Files that no current object needs go at the next start.
"""

import io
import re
import shutil
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from moto.s3.models import FakeKey, S3Backend
from moto.s3.notifications import S3NotificationEvent, send_event

from infra.journal import Journal, StoredObject
from infra.s3_gate import CorsRule, Upload


class FileOnDisk(io.RawIOBase):
    """The bytes of one object, opened only while they are read."""

    def __init__(self, path: Path) -> None:
        self.path, self._at = path, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET:
            raise io.UnsupportedOperation("only from the start")
        self._at = offset
        return offset

    def read(self, size: int | None = -1) -> bytes:
        with self.path.open("rb") as file:
            file.seek(self._at)
            block = file.read(-1 if size is None else size)
        self._at += len(block)
        return block


class KeptObjects:
    """The objects of the buckets, their files and their journal."""

    def __init__(self, backend: S3Backend, journal: Journal, folder: Path, account: str) -> None:
        self._backend, self._journal, self._account = backend, journal, account
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def restore(self) -> None:
        """Put every object kept into its bucket, saying nothing to anyone."""
        stored = self._journal.objects()
        needed = {one.file for one in stored}
        for path in self.folder.iterdir():
            if path.name not in needed:
                path.unlink()
        for one in stored:
            key = self._backend.put_object(one.bucket, one.key, b"", etag=one.etag, disable_notification=True)
            self._read_from(key, self.folder / one.file, one.size)
            key.set_metadata(dict(one.metadata))
            key.last_modified = datetime.fromisoformat(one.modified_at)

    def announce(self) -> None:
        """Tell of every object once more, to whom the bucket's notification names."""
        for bucket_name, bucket in self._backend.buckets.items():
            for name in list(bucket.keys):
                key = self._current(bucket_name, name)
                if key is not None:
                    self._tell(bucket, key)

    def keep_upload(self, bucket_name: str, name: str, upload: Upload) -> None:
        """Keep a file that came through a presigned POST, then tell of it; never in memory."""
        path = self.folder / uuid.uuid4().hex
        upload.path.rename(path)
        key = self._backend.put_object(bucket_name, name, b"", etag=upload.md5, disable_notification=True)
        self._read_from(key, path, upload.size)
        key.set_metadata({"Content-Type": upload.content_type, **upload.metadata})
        self._save(bucket_name, key, path)
        self._tell(self._backend.buckets[bucket_name], key)

    def written(self, method: str, path: str, query: str, body: bytes) -> None:
        """Keep what a request changed that moto has just answered with success."""
        bucket_name, _, name = unquote(path).lstrip("/").partition("/")
        if bucket_name not in self._backend.buckets:
            return
        if method == "POST" and not name and "delete" in query.split("&")[0]:
            for deleted in _names_to_delete(body):
                self._keep(bucket_name, deleted)
        elif name:
            self._keep(bucket_name, name)

    def cors_rules(self, bucket_name: str) -> list[CorsRule] | None:
        """The CORS rules of a bucket; None where there is no such bucket."""
        bucket = self._backend.buckets.get(bucket_name)
        if bucket is None:
            return None
        return [
            CorsRule(
                origins=tuple(rule.allowed_origins or ()),
                methods=tuple(rule.allowed_methods or ()),
                headers=tuple(rule.allowed_headers or ()),
                exposed=tuple(rule.exposed_headers or ()),
                max_age_seconds=None if rule.max_age_seconds is None else int(rule.max_age_seconds),
            )
            for rule in bucket.cors
        ]

    def _keep(self, bucket_name: str, name: str) -> None:
        key = self._current(bucket_name, name)
        if key is None:
            self._journal.forget_object(bucket_name, name)
            return
        buffer = key._value_buffer  # moto offers no other way to keep bytes elsewhere
        if isinstance(buffer, FileOnDisk):
            path = buffer.path
        else:
            path = self.folder / uuid.uuid4().hex
            with path.open("wb") as file:
                buffer.seek(0)
                shutil.copyfileobj(buffer, file, 1024 * 1024)
            self._read_from(key, path, key.size)
        self._save(bucket_name, key, path)

    def _save(self, bucket_name: str, key: Any, path: Path) -> None:
        self._journal.save_object(
            StoredObject(
                bucket=bucket_name,
                key=key.name,
                file=path.name,
                size=key.size,
                etag=key.etag.strip('"'),
                metadata=dict(key.metadata),
                modified_at=key.last_modified.isoformat(),
            )
        )

    def _current(self, bucket_name: str, name: str) -> Any:
        key = self._backend.buckets[bucket_name].keys.get(name)
        return key if isinstance(key, FakeKey) else None

    def _tell(self, bucket: Any, key: Any) -> None:
        send_event(self._account, S3NotificationEvent.OBJECT_CREATED_POST_EVENT, bucket, key)

    @staticmethod
    def _read_from(key: Any, path: Path, size: int) -> None:
        key._value_buffer.close()
        key._value_buffer = FileOnDisk(path)
        key.contentsize = size
        key.disposed = True  # there is nothing left for moto to close


def _names_to_delete(body: bytes) -> list[str]:
    return [element.text or "" for element in read_xml(body).iterfind("Object/Key")]


def read_xml(body: bytes) -> ElementTree.Element:
    """The body of one of S3's own requests, without its name space."""
    # Only requests that this machine's own server has signed come behind the gate: no stranger's XML is read.
    return ElementTree.fromstring(re.sub(rb' xmlns="[^"]*"', b"", body))  # noqa: S314
