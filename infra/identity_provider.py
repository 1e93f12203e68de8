"""The OpenID provider of one machine: anybody signs in with any e-mail address.

oidc-provider-mock does the protocol; here stand its memory, its login page, and what it leaves out:
PKCE (RFC 7636), a client secret that is compared, and redirects that stay on this machine.
"""

import base64
import hashlib
import json
import os
import re
import secrets
import threading
import time
import warnings
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

import flask
from authlib.deprecate import AuthlibDeprecationWarning
from jinja2 import FileSystemLoader

from infra import pages, private_files
from infra.journal import DataFolderError

warnings.simplefilter("ignore", AuthlibDeprecationWarning)  # oidc-provider-mock is pinned, and uses them

from authlib.jose import RSAKey  # noqa: E402
from oidc_provider_mock import _app as library  # noqa: E402
from oidc_provider_mock._storage import (  # noqa: E402
    AuthorizationCode,
    Client,
    ClientAllowAny,
    Storage,
    User,
)

TOKEN_LASTS = timedelta(hours=1)
CODE_LASTS_S = 300
SHOWN_PEOPLE = 20
EMAIL = re.compile(r"[^@\s<>\"',;]{1,64}@[^@\s<>\"',;]{1,189}")
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class IdentityProvider:
    """A WSGI application that is the provider `base_url` (without a slash at the end)."""

    def __init__(self, data_folder: Path, base_url: str, *, client_id: str, client_secret: str) -> None:
        # The protocol asks for TLS; on loopback there is none.
        os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
        self._host = urlsplit(base_url).netloc
        self._people = People(data_folder, client_id, client_secret)
        self._flask = flask.Flask(__name__)
        self._flask.jinja_loader = FileSystemLoader(pages.TEMPLATES)
        self._register()
        self._flask.before_request(self._before)
        self._flask.after_request(self._after)
        self._flask.context_processor(self._for_pages)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        # The issuer is made of the Host header, and must be the one that Earshot expects.
        answer: Iterable[bytes] = self._flask({**environ, "HTTP_HOST": self._host}, start)
        return answer

    def _register(self) -> None:
        """Put the library's routes into the application, with our memory in place of its own."""
        config = library.Config(require_client_registration=True, access_token_max_age=TOKEN_LASTS)
        own, library.Storage = library.Storage, lambda: self._people
        try:
            self._flask.register_blueprint(library.blueprint, config=config)
        finally:
            library.Storage = own

    def _before(self) -> Any:
        request = flask.request
        for name in ("redirect_uri", "post_logout_redirect_uri"):
            place = request.values.get(name)
            if place is not None and not _is_on_this_machine(place):
                return self._problem(f"{name} leads off this machine.")
        if request.path == "/oauth2/authorize":
            return self._before_authorizing()
        if request.path == "/oauth2/token" and request.form.get("grant_type") == "authorization_code":
            return self._before_exchanging()
        return None

    def _before_authorizing(self) -> Any:
        asked = flask.request.args
        if asked.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(
            asked.get("code_challenge", "")
        ):
            return self._problem("Sign-in needs PKCE: a code_challenge with code_challenge_method S256.")
        if flask.request.method == "POST" and flask.request.form.get("action") != "deny":
            email = flask.request.form.get("sub", "").strip()
            if not EMAIL.fullmatch(email):
                flask.g.problem, flask.g.typed = "This is not an e-mail address. Try another.", email
                return flask.render_template("authorization_form.html"), 400
            self._people.meet(email, flask.request.form.get("name", "").strip()[:100])
        return None

    def _before_exchanging(self) -> Any:
        form = flask.request.form
        if self._people.proves(form.get("code", ""), form.get("code_verifier", ""), time.time()):
            return None
        refusal = {"error": "invalid_grant", "error_description": "The code is not for this code_verifier."}
        return flask.jsonify(refusal), 400

    def _problem(self, description: str) -> Any:
        if flask.request.path == "/oauth2/token":
            return flask.jsonify({"error": "invalid_request", "error_description": description}), 400
        return flask.render_template("error.html", description=description), 400

    def _after(self, response: flask.Response) -> flask.Response:
        if response.mimetype == "text/html":
            response.headers.update(pages.headers(_nonce()))
        else:
            response.headers.setdefault("Cache-Control", "no-store")
        if flask.request.path == "/.well-known/openid-configuration" and response.is_json:
            configuration = {**response.get_json(), "code_challenge_methods_supported": ["S256"]}
            response.set_data(json.dumps(configuration))
        return response

    def _for_pages(self) -> dict[str, Any]:
        return {
            "nonce": _nonce(),
            "people": self._people.recent(),
            "problem": flask.g.get("problem", ""),
            "typed": flask.g.get("typed", ""),
        }


class People(Storage):  # type: ignore[misc]  # the library is untyped here
    """Who signed in, the signing key and the codes under way; people and key outlive the process."""

    def __init__(self, folder: Path, client_id: str, client_secret: str) -> None:
        self._file, self._lock = folder / "people.json", threading.RLock()
        self._codes: dict[str, tuple[str, float]] = {}
        super().__init__()
        self.jwk = _signing_key(folder / "signing_key.json")
        self._client = Client(
            id=client_id,
            secret=client_secret,
            redirect_uris=ClientAllowAny(),
            allowed_scopes=Client.SCOPES_SUPPORTED,
            token_endpoint_auth_method=ClientAllowAny(),
        )
        for person in private_files.read(self._file, list) or []:
            try:
                super().store_user(User(sub=person["sub"], claims=dict(person["claims"])))
                self._recent_subjects.append(person["sub"])
            except (KeyError, TypeError, ValueError) as error:
                raise DataFolderError(f"{self._file} is not what Earshot wrote there.") from error

    def meet(self, email: str, name: str) -> None:
        """Somebody signs in; a name given changes the one known."""
        subject = email.lower()
        with self._lock:
            known = self.get_user(subject)
            claims = dict(known.claims) if known else {"name": _name_of(subject)}
            if name:
                claims["name"] = name
            self.store_user(User(sub=subject, claims={**claims, "email": subject, "email_verified": True}))

    def recent(self) -> list[dict[str, Any]]:
        """Names and addresses of who signed in last."""
        with self._lock:
            people = [self.get_user(subject) for subject in self._recent_subjects]
        return [
            {"name": person.claims.get("name", person.sub), "email": person.claims["email"]}
            for person in people
            if person is not None and "email" in person.claims
        ][:SHOWN_PEOPLE]

    def proves(self, code: str, verifier: str, now: float) -> bool:
        """Whether this verifier belongs to the code; a code can be tried once, and not for long."""
        with self._lock:
            challenge, issued_at = self._codes.pop(code, ("", 0.0))
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        holds = (
            VERIFIER.fullmatch(verifier) is not None
            and secrets.compare_digest(challenge, digest)
            and now - issued_at < CODE_LASTS_S
        )
        if not holds:
            self.remove_authorization_code(code)
        return holds

    def get_client(self, id: str) -> Client | None:
        return self._client if id == self._client.id else super().get_client(id)

    def get_user(self, sub: str) -> Any:
        return super().get_user(sub.strip().lower())

    def store_user(self, user: User) -> None:
        with self._lock:
            super().store_user(User(sub=user.sub.strip().lower(), claims=user.claims))
            self._save()

    def record_subject(self, sub: str) -> None:
        with self._lock:
            super().record_subject(sub.strip().lower())
            self._save()

    def store_authorization_code(self, code: AuthorizationCode) -> None:
        with self._lock:
            now = time.time()
            for old, (_, issued_at) in list(self._codes.items()):
                if now - issued_at > CODE_LASTS_S:
                    del self._codes[old]
                    self.remove_authorization_code(old)
            self._codes[code.code] = flask.request.args["code_challenge"], now
            super().store_authorization_code(code)

    def _save(self) -> None:
        subjects = [*self._recent_subjects, *(sub for sub in self._users if sub not in self._recent_subjects)]
        private_files.write(
            self._file,
            [{"sub": sub, "claims": self._users[sub].claims} for sub in subjects if sub in self._users],
        )


def _nonce() -> str:
    """The nonce of the page that is being made."""
    if "nonce" not in flask.g:
        flask.g.nonce = secrets.token_urlsafe(16)
    nonce: str = flask.g.nonce
    return nonce


def _is_on_this_machine(place: str) -> bool:
    try:
        return urlsplit(place).hostname in ("127.0.0.1", "localhost", "::1")
    except ValueError:
        return False


def _name_of(email: str) -> str:
    """`Ann Lee` for `ann.lee@acme.example`, until somebody says otherwise."""
    return (
        " ".join(part.capitalize() for part in re.split(r"[._+-]+", email.partition("@")[0]) if part) or email
    )


def _signing_key(file: Path) -> Any:
    kept = private_files.read(file, dict)
    if kept is None:
        key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, is_private=True)
        kept = key.as_dict(is_private=True, kid=key.thumbprint())
        private_files.write(file, kept)
    try:
        return RSAKey.import_key(kept)
    except ValueError as error:
        raise DataFolderError(f"{file} is not the key that Earshot wrote there.") from error
