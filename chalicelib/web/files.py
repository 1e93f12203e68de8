"""The client's files: ours from ``static/``, third parties' from ``vendor/``; to the browser one folder."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from chalicelib import aws, settings

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/manifest+json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
}
HERE = Path(__file__).parent


@dataclass(frozen=True)
class File:
    """A file as it is sent."""

    body: bytes
    content_type: str
    etag: str


@cache
def _paths() -> dict[str, Path]:
    folders = HERE / "static", HERE / "vendor"
    return {path.name: path for folder in folders for path in sorted(folder.glob("*"))}


def named(name: str) -> File | None:
    """The file with this name, None where there is none."""
    path = _paths().get(name)
    return _read(path) if path and path.suffix in CONTENT_TYPES else None


@cache
def _read(path: Path) -> File:
    body = path.read_bytes()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return File(body, CONTENT_TYPES[path.suffix], etag)


@cache
def content_security_policy(*embedded_in: str) -> str:
    """What a page may load and where it may send: itself and the media bucket, nothing inline.

    Only these origins may show it in a frame.

    https://www.w3.org/TR/CSP3/
    """
    s3 = _bucket_origin()
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self'",
            "img-src 'self' data:",
            f"connect-src 'self' {s3}",
            f"media-src 'self' blob: {s3}",
            "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            " ".join(["frame-ancestors", *(embedded_in or ["'none'"])]),
        ]
    )


def _bucket_origin() -> str:
    url = urlsplit(
        aws.client("s3").generate_presigned_url(
            "get_object", Params={"Bucket": settings.MEDIA_BUCKET, "Key": "media/any"}
        )
    )
    return f"{url.scheme}://{url.netloc}"
