"""The client's files: ours from ``static/``, third parties' from ``vendor/``; to the browser one folder."""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from chalicelib import aws, settings

CONTENT_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}
HERE = Path(__file__).parent
KEPT = {".css", ".js", ".svg", ".wasm"}
"""What a browser keeps, to open the page without a network."""

WORKER = "sw.js"
NAMES_A_FILE = re.compile(r"""["'](?:\./|static/)?([\w-]+\.\w+)["']""")
"""How a file of the client names another that it loads."""

COMMENT = re.compile(rb"^[ \t]*(?:/\*(?:(?!\*/).)*\*/[ \t]*|//[^\n]*)$", re.M | re.S)
"""Lines of our scripts and styles that are for who reads them here: a sixth of what a phone would fetch."""


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
    if path.suffix in {".css", ".js"} and path.parent.name == "static":
        body = COMMENT.sub(lambda found: b"\n" * found[0].count(b"\n"), body)
    return File(body, CONTENT_TYPES[path.suffix], f'"{version(body)}"')


def version(*parts: bytes) -> str:
    """What is another one as soon as any of these is."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


@cache
def page() -> File:
    """The client's page; it is another one under another policy."""
    file = _read(_paths()["index.html"])
    policy = content_security_policy().encode()
    return File(file.body, file.content_type, f'"{version(file.body, policy)}"')


@cache
def service_worker() -> File:
    """The client's service worker, which begins with the version of each file that the page is made of."""
    files = {"": page()} | {f"static/{name}": _file(name) for name in loaded_from("index.html")}
    worker = _file(WORKER)
    body = head_of_worker({path: file.etag.strip('"') for path, file in files.items()}) + worker.body
    return File(body, worker.content_type, f'"{version(body)}"')


def head_of_worker(versions: dict[str, str]) -> bytes:
    """What a service worker begins with: the version of each file that it keeps, by its path."""
    return f"const FILES = {json.dumps(versions, indent=1)};\n".encode()


def loaded_from(name: str) -> list[str]:
    """The files that are kept of those that this one loads, at once or ever."""
    found, unread = set[str](), [name]
    while unread:
        named = set(NAMES_A_FILE.findall(_file(unread.pop()).body.decode(errors="replace")))
        new = {each for each in named & _paths().keys() if Path(each).suffix in KEPT} - found - {WORKER}
        found |= new
        unread += new
    return sorted(found)


def _file(name: str) -> File:
    return _read(_paths()[name])


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
