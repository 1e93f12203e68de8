"""Signing in with a browser: to the provider and back, the cookie, and its end."""

import time
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib import errors, settings, times
from chalicelib.auth import session, signin
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
    [cookie] = [each for each in answer.headers["Set-Cookie"] if each.startswith("earshot_session=")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_the_page_can_tell_one_sign_in_from_another_and_nothing_more(browser: Browser) -> None:
    marks = []
    for _ in range(2):
        for cookie in browser.comes_back(browser.starts()).headers["Set-Cookie"]:
            if "HttpOnly" not in cookie:
                name, _, value = cookie.partition(";")[0].partition("=")
                assert name == session.SIGN_IN
                assert f"Max-Age={7 * 24 * 3600}" in cookie
                marks.append(value)
    assert len(marks) == len(set(marks)) == 2
    browser.cookies.pop(session.NAME)
    assert browser.call("GET", "/v1/me").status == 401


def test_over_tls_no_other_host_can_set_or_read_the_cookies(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "BASE_URL", "https://earshot.example.com/")
    answer = browser.comes_back(browser.starts())
    for cookie in answer.headers["Set-Cookie"]:
        assert cookie.startswith("__Host-")
        assert {"Secure", "Path=/"} <= set(cookie.split("; "))
        assert ("HttpOnly" in cookie) == (session.SIGN_IN not in cookie)
        assert "Domain" not in cookie
    browser.call("GET", "/v1/me").expect(200)
    browser.cookies["earshot_session"] = browser.cookies.pop("__Host-earshot_session")
    assert browser.call("GET", "/v1/me").status == 401


def test_a_way_back_serves_once(browser: Browser) -> None:
    query = browser.starts()
    assert browser.comes_back(query).status == 303
    assert signin.COOKIE not in browser.cookies
    assert browser.comes_back(query).expect(400)["Code"] == "SignInFailed"


def test_a_way_back_serves_ten_minutes(browser: Browser) -> None:
    url, cookie = signin.start("#/home", times.now())
    state = parse_qs(urlsplit(url).query)["state"][0]
    with pytest.raises(errors.SignInFailed):
        signin.finish(
            cookie.partition(";")[0], state, "a-code", times.now() + signin.LASTS + timedelta(seconds=1)
        )


def test_other_cookies_of_the_host_do_not_hide_the_session(browser: Browser) -> None:
    browser.signs_in()
    session_cookie = f"{session.NAME}={browser.cookies[session.NAME]}"
    for others in ('a={"b": "c"}; %s', "x; %s", "=; ;; %s", '%s; q="', "not%%20ours=1; %s; b=ü"):
        answer = browser.world.call("GET", "/v1/me", headers={"Cookie": others % session_cookie})
        answer.expect(200)


@pytest.mark.parametrize(
    "name", ["x" * 5000, "\U0001f600" * 5000, "A\r\nSet-Cookie: b=c"], ids=["x", "smiles", "line"]
)
def test_a_name_of_any_length_fits_the_cookie(browser: Browser, name: str) -> None:
    answer = browser.comes_back(browser.starts(), name=name)
    assert all(len(cookie.encode()) < 4096 for cookie in answer.headers["Set-Cookie"])
    assert len(browser.call("GET", "/v1/me").expect(200)["name"]) <= 100


@pytest.mark.parametrize(
    "place", ["https://evil.example", "//evil.example", "javascript:alert(1)", "/x", "#\r\nX: y"]
)
def test_no_sign_in_leads_elsewhere(world: World, place: str) -> None:
    from urllib.parse import quote

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


def test_while_the_provider_is_away_nobody_gets_in_and_is_told_to_try_again(browser: Browser) -> None:
    query = browser.starts()
    provider.is_down = True
    try:
        answer = browser.comes_back(query)
        assert answer.expect(503)["Code"] == "Unavailable"
        assert int(answer.headers["Retry-After"]) > 0
        page = browser.call("GET", "/signin/callback?code=x&state=" + query["state"], Accept="text/html")
        assert page.headers["Location"] == "http://127.0.0.1:8000/#/signin?problem=Unavailable"
        query = browser.starts()  # where the provider lives is remembered
    finally:
        provider.is_down = False
    assert browser.comes_back(query).status == 303


def test_signing_out_takes_the_session_away(browser: Browser) -> None:
    browser.signs_in().call("POST", "/signout", b"", **PAGE).expect(204)
    assert browser.call("GET", "/v1/me").status == 401


def test_another_page_signs_nobody_out(browser: Browser) -> None:
    browser.signs_in()
    for page in ({"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        answer = browser.call("POST", "/signout", b"", Content_Type="application/json", **page)
        assert answer.expect(400)["Code"] == "ForeignPage"
    browser.call("GET", "/v1/me").expect(200)


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
    assert "Set-Cookie" not in browser.call("GET", "/settings.json").headers
    assert "Set-Cookie" not in browser.call("GET", "/v1/workspaces/unknown").headers
    assert session.NAME in browser.call("GET", "/v1/me").headers["Set-Cookie"]


def test_an_admin_ends_the_sessions_of_a_member(ann: Person, ben: Person) -> None:
    ben.get(ben.place).expect(200)
    ann.delete(f"{ann.place}/members/{ben.member_id}/sessions").expect(204)
    assert ben.get(ben.place).expect(401)["Code"] == "SessionEnded"
    assert ben.get("/v1/me").expect(401)["Code"] == "SessionEnded"
    ann.get(ann.place).expect(200)


def test_members_end_their_own_sessions_and_nobody_elses(ann: Person, ben: Person) -> None:
    ben.delete(f"{ben.place}/members/{ann.member_id}/sessions").expect(404)
    ben.delete(f"{ben.place}/members/{ben.member_id}/sessions").expect(204)
    assert ben.get(ben.place).expect(401)["Code"] == "SessionEnded"


def test_one_who_signs_in_again_goes_on(world: World, ann: Person, ben: Person) -> None:
    ann.delete(f"{ann.place}/members/{ben.member_id}/sessions").expect(204)
    again = world.person(ben.email, iat=int(time.time()) + 1)
    again.get(ben.place).expect(200)
    again.get("/v1/me").expect(200)


def test_joining_ends_no_session_begun_before(world: World) -> None:
    desk = world.person("ann@acme.example", iat=int(time.time()) - 3600)
    phone = world.founder("ann@acme.example", workspace="Acme")
    assert desk.get("/v1/me").expect(200)["workspaces"][0]["name"] == "Acme"
    desk.get(phone.place).expect(200)


def test_signed_in_people_go_on_while_the_provider_is_away(browser: Browser) -> None:
    browser.signs_in()
    provider.is_down = True
    try:
        browser.call("GET", "/v1/me").expect(200)
    finally:
        provider.is_down = False
