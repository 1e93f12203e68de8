"""Using a running Earshot as a browser does, without the page."""

import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests

ANSWER_S = 60
LONGEST_PAGE = 100
SESSION = "earshot_session"


class Refused(Exception):
    """Earshot, its provider or S3 did not do what was asked; ``code`` is what Earshot calls it."""

    def __init__(self, why: str, code: str | None = None) -> None:
        super().__init__(why)
        self.code = code


class Browser:
    """Somebody's browser: it signs in at the provider's page, keeps cookies, and says where it comes from."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session, self._lock = requests.Session(), threading.Lock()
        self._session.trust_env = False
        self._session.headers["Origin"] = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}"

    def signs_in(self, email: str, name: str) -> None:
        """As on the login page: the address, the name, the button. Raises `Refused`."""
        page = self._session.get(f"{self.url}signin", timeout=ANSWER_S)
        arrived = self._session.post(page.url, data={"sub": email, "name": name}, timeout=ANSWER_S)
        if not arrived.ok or SESSION not in self._session.cookies:
            raise Refused(f"{email} could not sign in: {arrived.status_code} {arrived.text[:200]}")

    def cookies(self) -> dict[str, str]:
        """What says who is signed in, by name, for a browser that shows pages."""
        return {cookie.name: str(cookie.value) for cookie in self._session.cookies}

    def asks(self, method: str, path: str, body: Any = None, *, idempotency_key: str | None = None) -> Any:
        """What the API answers. Raises `Refused`."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        with self._lock:  # a session is one thread's at a time
            answer = self._session.request(
                method, f"{self.url}v1/{path}", json=body, headers=headers, timeout=ANSWER_S
            )
        if not answer.ok:
            refused = answer.json()
            raise Refused(f"{method} {path} was refused: {refused['Message']}", refused["Code"])
        return answer.json() if answer.content else None

    def all_of(self, path: str) -> Iterator[dict[str, Any]]:
        """Every item of a list. Raises `Refused`."""
        after = ""
        while True:
            page = self.asks("GET", f"{path}?limit={LONGEST_PAGE}{after}")
            yield from page["items"]
            if page["next"] is None:
                return
            after = f"&after={page['next']}"


def uploads(form: dict[str, Any], audio: bytes) -> None:
    """Send audio to S3 with a presigned POST. Raises `Refused`."""
    with requests.Session() as s3:
        s3.trust_env = False
        sent = s3.post(form["url"], data=form["fields"], files={"file": ("audio", audio)}, timeout=ANSWER_S)
    if not sent.ok:
        raise Refused(f"S3 did not take an upload: {sent.status_code} {sent.text[:300]}")
