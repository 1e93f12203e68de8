"""Signing in with a browser: to the provider and back, the cookie, and its end."""

from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib import times
from chalicelib.auth import session
from tests.environment import provider
from tests.world import Answer, Person, World

PAGE = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}


class Browser:
    """Keeps cookies between calls."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cookies: dict[str, str] = {}

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.world.call(method, path, headers=sent, body=body)
        set_cookie = answer.headers.get("Set-Cookie", [])
        for header in [set_cookie] if isinstance(set_cookie, str) else set_cookie:
            for name, morsel in SimpleCookie(header).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return answer

    def starts(self) -> dict[str, str]:
        """The query that the browser takes to the provider."""
        answer = self.call("GET", "/signin?next=%23/w/1/library")
        assert answer.status == 303
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return {name: values[0] for name, values in query.items()}

    def comes_back(self, query: dict[str, str], **claims: Any) -> Answer:
        provider.codes["a-code"] = provider.token("ann@acme.example", **({"nonce": query["nonce"]} | claims))
        return self.call("GET", f"/signin/callback?code=a-code&state={query['state']}")

    def signs_in(self) -> "Browser":
        assert self.comes_back(self.starts()).status == 303
        return self


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(world)


def test_signing_in_leads_back_to_where_one_was(browser: Browser) -> None:
    query = browser.starts()
    assert query["code_challenge_method"] == "S256"
    assert query["scope"] == "openid email profile"
    answer = browser.comes_back(query)
    assert answer.headers["Location"] == "http://127.0.0.1:8000/#/w/1/library"
    assert browser.call("GET", "/v1/me").expect(200)["email"] == "ann@acme.example"
    assert provider.exchanged[-1]["code_verifier"]
    assert provider.exchanged[-1]["redirect_uri"] == "http://127.0.0.1:8000/signin/callback"


def test_the_cookie_cannot_be_read_by_the_page(browser: Browser) -> None:
    answer = browser.comes_back(browser.starts())
    [cookie] = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    "place", ["https://evil.example", "//evil.example", "javascript:alert(1)", "/x", "#\r\nX: y"]
)
def test_no_sign_in_leads_elsewhere(world: World, place: str) -> None:
    from urllib.parse import quote

    from chalicelib.auth import signin

    browser = Browser(world)
    answer = browser.call("GET", f"/signin?next={quote(place, safe='')}")
    query = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    assert browser.comes_back(query).headers["Location"] == "http://127.0.0.1:8000/"
    assert signin.PLACE.fullmatch(place) is None


def test_another_browsers_way_back_is_refused(world: World, browser: Browser) -> None:
    query = browser.starts()
    assert Browser(world).comes_back(query).expect(400)["Code"] == "SignInFailed"


def test_a_wrong_state_nonce_or_code_is_refused(browser: Browser) -> None:
    query = browser.starts()
    assert browser.comes_back(query | {"state": "x"}).expect(400)["Code"] == "SignInFailed"
    assert browser.comes_back(query, nonce="another").expect(400)["Code"] == "SignInFailed"
    assert browser.comes_back(query, nonce=None).expect(400)["Code"] == "SignInFailed"
    assert browser.comes_back(query, iss="https://evil.example").expect(400)["Code"] == "SignInFailed"
    wrong = browser.call("GET", f"/signin/callback?code=unknown&state={query['state']}")
    assert wrong.expect(400)["Code"] == "SignInFailed"
    assert browser.call("GET", "/v1/me").status == 401


def test_a_person_is_led_back_to_the_page_when_signing_in_fails(browser: Browser) -> None:
    answer = browser.call("GET", "/signin/callback?error=access_denied", Accept="text/html,*/*")
    assert answer.status == 303
    assert answer.headers["Location"] == "http://127.0.0.1:8000/#/signin?problem=SignInFailed"


def test_signing_out_takes_the_session_away(browser: Browser) -> None:
    browser.signs_in().call("POST", "/signout", b"", **PAGE)
    assert browser.call("GET", "/v1/me").status == 401


def test_a_tampered_cookie_is_nobody(browser: Browser) -> None:
    browser.signs_in()
    whole = browser.cookies[session.NAME]
    for broken in (whole[:-1], whole[1:], "x", "", whole.swapcase()):
        browser.cookies[session.NAME] = broken
        assert browser.call("GET", "/v1/me").status == 401


def test_a_change_must_come_from_our_own_page(browser: Browser) -> None:
    browser.signs_in()
    body = b'{"name": "Acme"}'
    kind = {"Content_Type": "application/json"}
    for refused in (
        {},
        {"Sec_Fetch_Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ):
        answer = browser.call("POST", "/v1/workspaces", body, **kind, **refused)
        assert answer.expect(400)["Code"] == "ForeignPage"
    for accepted in ({"Sec_Fetch_Site": "same-origin"}, {"Origin": "http://127.0.0.1:8000"}):
        browser.call("POST", "/v1/workspaces", body, **kind, **accepted).expect(201)


def test_a_session_slides_for_twelve_hours_and_ends_after_seven_days() -> None:
    now = times.now()
    begun = session.begun(provider.issuer, "ann", "ann@acme.example", "Ann", now)

    def sent(moment_of_renewal: timedelta) -> str:
        header = session.cookie(begun, now + moment_of_renewal)
        return header.partition(";")[0]

    fresh = sent(timedelta())
    assert session.read(fresh, now + timedelta(hours=11, minutes=59)) is not None
    assert session.read(fresh, now + timedelta(hours=12)) is None
    late = sent(timedelta(days=6, hours=23))
    assert "Max-Age=3600" in session.cookie(begun, now + timedelta(days=6, hours=23))
    assert session.read(late, now + timedelta(days=7)) is None


def test_an_older_session_is_renewed_in_passing(browser: Browser) -> None:
    browser.signs_in()
    assert "Set-Cookie" not in browser.call("GET", "/v1/me").headers
    begun = session.read(f"{session.NAME}={browser.cookies[session.NAME]}", times.now())
    assert begun is not None
    aged = session.cookie(begun, times.now() - timedelta(minutes=16))
    browser.cookies[session.NAME] = aged.partition(";")[0].partition("=")[2]
    assert session.NAME in browser.call("GET", "/v1/me").headers["Set-Cookie"]


def test_an_admin_ends_the_sessions_of_a_member(ann: Person, ben: Person) -> None:
    ben.get(ben.place).expect(200)
    ann.delete(f"{ann.place}/members/{ben.member_id}/sessions").expect(204)
    assert ben.get(ben.place).expect(401)["Code"] == "SessionEnded"
    assert ben.get("/v1/me").expect(401)["Code"] == "SessionEnded"
    ann.get(ann.place).expect(200)


def test_signed_in_people_go_on_while_the_provider_is_away(browser: Browser) -> None:
    browser.signs_in()
    provider.is_down = True
    try:
        browser.call("GET", "/v1/me").expect(200)
    finally:
        provider.is_down = False
