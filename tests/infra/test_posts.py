"""What plays Slack, Teams and other programs on one machine, posted to as Earshot does."""

from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from chalicelib.announcements import slack, teams, verdicts, webhooks
from chalicelib.announcements.outbound import Answer
from infra.posts import KEPT, SLACK_REFUSES, Posts
from tests.announcements.some_news import EACH, MORE, NOW, URL, each, happened


@pytest.fixture
def browser() -> Client:
    return Client(Posts())


def posted(browser: Client, channel: str, body: bytes, **headers: str) -> TestResponse:
    return browser.post(f"/posts/{channel}", data=body, content_type="application/json", headers=headers)


def test_the_page_says_which_addresses_to_connect(browser: Client) -> None:
    page = browser.get("/posts")
    assert page.status_code == 200
    assert "Nothing has been posted yet" in page.text
    for kind in ("slack", "teams", "webhook"):
        assert f"http://localhost/posts/{kind}/sales" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert browser.head("/posts").data == b""


@pytest.mark.parametrize("name", EACH)
def test_everything_that_is_announced_is_shown_as_its_place_shows_it(browser: Client, name: str) -> None:
    news = [each(name, who="<b>Ben & Co.</b>", url=URL)]
    answer = posted(browser, "slack/sales", slack.compose(news, MORE))
    assert (answer.status_code, answer.text) == (200, "ok")
    assert posted(browser, "teams/sales", teams.compose(news, MORE, "message")).status_code == 202
    content, _ = webhooks.compose(news, workspace_id="w", group_id=None)
    signed = webhooks.signed(content, secret=webhooks.secret_of(bytes(32)), message_id="m-1", now=NOW)
    assert posted(browser, "webhook/sales", content, **signed).status_code == 204
    page = browser.get("/posts/").text
    assert page.count('<div class="post">') == 3
    assert page.count(f'<a href="{URL}">') == 3
    assert page.count(f'<a class="button" href="{URL}">Open in Earshot</a>') == 1
    assert "<b>Ben" not in page
    assert "m-1" in page
    if "round" not in name:
        assert page.count("<p>&lt;b&gt;Ben &amp; Co.&lt;/b&gt;") == 2


@pytest.mark.parametrize(
    ("channel", "style", "is_shown"),
    [
        ("sales", "message", True),
        ("sales", "card", False),
        ("bare", "card", True),
        ("bare", "message", False),
    ],
)
def test_a_workflow_accepts_everything_and_shows_what_it_can(
    browser: Client, channel: str, style: Any, is_shown: bool
) -> None:
    answer = posted(browser, f"teams/{channel}", teams.compose_test("Acme", MORE, style))
    assert answer.status_code == 202
    page = browser.get("/posts").text
    assert ("<b>Do you see this card?</b>" in page) == is_shown
    assert ("Nothing is shown" in page) != is_shown


@pytest.mark.parametrize("word", SLACK_REFUSES)
def test_some_channels_refuse_everything_in_slacks_words(browser: Client, word: str) -> None:
    answer = posted(browser, f"slack/{word}", slack.compose_test("Acme"))
    assert answer.text == word
    means = verdicts.of("slack", Answer(answer.status_code, {}, answer.text), now=NOW)
    assert means.meaning == "attention"


@pytest.mark.parametrize(
    ("channel", "body"),
    [
        ("slack/sales", b"{}"),
        ("slack/sales", b"not json"),
        ("slack/sales", b'{"text": "x", "blocks": [{"type": "section"}]}'),
        (
            "slack/sales",
            b'{"text": "x", "blocks": [{"type": "section", "text": {"text": "<javascript:x|y>"}}]}',
        ),
        ("teams/sales", b"[]"),
        ("teams/sales", b'{"type": "message"}'),
        ("webhook/sales", b'{"type": "test"}'),
        ("slack/sales", b'{"text": "' + b"x" * 70_000 + b'"}'),
    ],
)
def test_what_cannot_be_read_is_refused(browser: Client, channel: str, body: bytes) -> None:
    assert posted(browser, channel, body).status_code == 400
    assert 'href="javascript' not in browser.get("/posts").text


def test_what_another_page_can_send_without_asking_is_refused(browser: Client) -> None:
    body = slack.compose_test("Acme")
    assert browser.post("/posts/slack/sales", data=body, content_type="text/plain").status_code == 400
    assert "Nothing has been posted yet" in browser.get("/posts").text


@pytest.mark.parametrize(
    "path", ["/posts/discord/x", "/posts/slack", "/posts/slack/a/b", "/posts/slack/%3Cb%3E"]
)
def test_other_channels_are_not_there(browser: Client, path: str) -> None:
    assert browser.post(path, data=b"{}", content_type="application/json").status_code == 404
    assert browser.get(path).status_code == 404


def test_the_newest_posts_are_shown_first_and_so_many_of_them(browser: Client) -> None:
    for number in range(KEPT + 1):
        posted(browser, "slack/sales", slack.compose([happened(playlist=f"Number {number} of it")], MORE))
    page = browser.get("/posts").text
    assert page.count('<div class="post">') == KEPT
    assert "Number 0 of it" not in page
    assert page.index(f"Number {KEPT} of it") < page.index("Number 1 of it")
