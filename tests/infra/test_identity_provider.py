"""The provider of one machine, asked as a browser and a server ask it."""

import base64
import hashlib
import json
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from werkzeug.test import Client, TestResponse

from infra.identity_provider import IdentityProvider
from infra.journal import DataFolderError

BASE = "http://127.0.0.1:8123"
BACK = f"{BASE}/signin/callback"
SECRET = "a client secret of this machine"
VERIFIER = "v" * 50

# oidc-provider-mock is pinned, and uses what a later Authlib will not have.
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")


def challenge(verifier: str = VERIFIER) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


class Browser:
    """Somebody at the login page, and the server that exchanges the code."""

    def __init__(self, folder: Path) -> None:
        self.client = Client(IdentityProvider(folder, BASE, client_id="earshot-local", client_secret=SECRET))

    def authorize(self, form: dict[str, str] | None = None, **changes: Any) -> TestResponse:
        query = {
            "response_type": "code",
            "client_id": "earshot-local",
            "redirect_uri": BACK,
            "scope": "openid email profile",
            "state": "s" * 20,
            "nonce": "n" * 20,
            "code_challenge": challenge(),
            "code_challenge_method": "S256",
        } | changes
        present = {name: value for name, value in query.items() if value is not None}
        target = f"/oauth2/authorize?{urlencode(present)}"
        return self.client.get(target) if form is None else self.client.post(target, data=form)

    def code(self, email: str = "ann@acme.example", name: str = "") -> str:
        answer = self.authorize({"sub": email, "name": name})
        assert answer.status_code == 302
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert query["state"] == ["s" * 20]
        return str(query["code"][0])

    def exchange(self, issued: str, /, **changes: Any) -> TestResponse:
        form = {
            "grant_type": "authorization_code",
            "code": issued,
            "redirect_uri": BACK,
            "client_id": "earshot-local",
            "client_secret": SECRET,
            "code_verifier": VERIFIER,
        } | changes
        return self.client.post(
            "/oauth2/token", data={name: value for name, value in form.items() if value is not None}
        )

    def claims(self, token: str) -> dict[str, Any]:
        [key] = jwt.PyJWKSet.from_dict(json.loads(self.client.get("/jwks").data)).keys
        claims: dict[str, Any] = jwt.decode(
            token, key.key, algorithms=["RS256"], audience="earshot-local", issuer=BASE
        )
        return claims


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(tmp_path)


def test_the_token_says_who_signed_in_and_for_how_long(browser: Browser) -> None:
    token = json.loads(browser.exchange(browser.code("Ann.Lee@Acme.example")).data)["id_token"]
    claims = browser.claims(token)
    assert claims["sub"] == claims["email"] == "ann.lee@acme.example"
    assert claims["email_verified"] is True
    assert claims["name"] == "Ann Lee"
    assert claims["nonce"] == "n" * 20
    assert claims["exp"] - claims["iat"] == 3600
    assert abs(claims["iat"] - time.time()) < 5


def test_a_name_given_once_is_kept(browser: Browser) -> None:
    browser.code("ann@acme.example", "Ann of Acme")
    token = json.loads(browser.exchange(browser.code("ann@acme.example")).data)["id_token"]
    assert browser.claims(token)["name"] == "Ann of Acme"


def test_the_configuration_names_the_issuer_whatever_the_host_header_says(browser: Browser) -> None:
    answer = browser.client.get("/.well-known/openid-configuration", headers={"Host": "elsewhere.example"})
    configuration = json.loads(answer.data)
    assert configuration["issuer"] == BASE
    assert configuration["token_endpoint"] == f"{BASE}/oauth2/token"
    assert configuration["code_challenge_methods_supported"] == ["S256"]


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": None},
        {"code_verifier": "w" * 50},
        {"code_verifier": challenge()},
        {"code": "made-up"},
        {"redirect_uri": f"{BASE}/elsewhere"},
        {"client_secret": "another"},
        {"client_secret": None},
        {"client_id": "another"},
    ],
    ids=str,
)
def test_a_code_is_exchanged_only_by_who_asked_for_it(browser: Browser, changes: dict[str, Any]) -> None:
    answer = browser.exchange(browser.code(), **changes)
    assert answer.status_code in (400, 401)
    assert "id_token" not in json.loads(answer.data)


def test_a_code_is_exchanged_once_and_a_wrong_verifier_spends_it(browser: Browser) -> None:
    code = browser.code()
    assert browser.exchange(code).status_code == 200
    assert browser.exchange(code).status_code == 400
    code = browser.code()
    assert browser.exchange(code, code_verifier="w" * 50).status_code == 400
    assert browser.exchange(code).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge": "short"},
        {"redirect_uri": "https://elsewhere.example/"},
        {"redirect_uri": "//elsewhere.example/"},
        {"client_id": "another"},
    ],
    ids=str,
)
def test_a_sign_in_without_pkce_or_off_this_machine_is_refused(
    browser: Browser, changes: dict[str, Any]
) -> None:
    for form in (None, {"sub": "ann@acme.example"}):
        answer = browser.authorize(form, **changes)
        assert answer.status_code == 400
        assert "Location" not in answer.headers


@pytest.mark.parametrize("typed", ["", "ann", "ann@", "a b@c", "<b>@acme.example"])
def test_what_is_no_address_is_asked_for_again(browser: Browser, typed: str) -> None:
    answer = browser.authorize({"sub": typed})
    assert answer.status_code == 400
    assert "not an e-mail address" in answer.text
    assert "<b>" not in answer.text


def test_the_page_offers_who_signed_in_before_and_obeys_a_strict_policy(browser: Browser) -> None:
    browser.code("ann@acme.example", "Ann <i>Lee</i>")
    answer = browser.authorize()
    policy = answer.headers["Content-Security-Policy"]
    [nonce] = re.findall(r"'nonce-([^']+)'", policy)
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert f'<style nonce="{nonce}">' in answer.text
    assert "style=" not in answer.text
    assert 'name="sub" value="ann@acme.example"' in answer.text
    assert "Ann &lt;i&gt;Lee&lt;/i&gt;" in answer.text


def test_people_and_the_key_outlive_the_process(tmp_path: Path) -> None:
    before = Browser(tmp_path)
    token = json.loads(before.exchange(before.code("ann@acme.example", "Ann Lee")).data)["id_token"]
    after = Browser(tmp_path)
    assert after.claims(token)["name"] == "Ann Lee"
    assert "Ann Lee" in after.authorize().text
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("file", ["people.json", "signing_key.json"])
@pytest.mark.parametrize("content", ["{", "3", '[{"sub": 1}]', '{"kty": "RSA"}'])
def test_a_broken_file_is_named(tmp_path: Path, file: str, content: str) -> None:
    (tmp_path / file).write_text(content)
    with pytest.raises(DataFolderError, match=file):
        Browser(tmp_path)
