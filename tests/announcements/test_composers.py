"""What is posted, at every limit of who takes it, and with hostile names."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest

from chalicelib.announcements import slack, teams, webhooks, wording
from chalicelib.announcements.wording import EVENTS, News
from tests.announcements.some_news import EACH, MORE, NOW, URL, each, happened, longest

WIDEST = ("a", "&", "<", "€", "\N{GRINNING FACE}", "\\", '"')
"""One unit; five when escaped; a character of three bytes, one of two units and four bytes; two in JSON."""

HOSTILE = "<!channel> <https://evil.example|Sign in> & *_~`@here ![x](http://evil.example) [y](javascript:z)"


def posted_to_slack(news: list[News]) -> dict[str, Any]:
    """A post, which keeps to every limit of Slack's."""
    post: dict[str, Any] = json.loads(slack.compose(news, MORE))
    texts = [post["text"]]
    assert units(post["text"]) > 0
    assert len(post["blocks"]) <= 50
    for block in post["blocks"]:
        assert block["type"] in ("header", "section", "context")
        assert len(block.get("fields", [])) <= 10
        for text in [block["text"]] if "text" in block else block["elements"]:
            assert 0 < units(text["text"]) <= (150 if block["type"] == "header" else 3000)
            texts.append(text["text"])
    assert sum(map(units, texts)) < 10_000
    assert (post["unfurl_links"], post["unfurl_media"]) == (False, False)
    return post


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def card_of(body: bytes) -> dict[str, Any]:
    """The card of a post, which keeps to every limit of Teams'."""
    assert len(body) <= 20_000
    post = json.loads(body)
    assert post["type"] == "message"
    [attachment] = post["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["contentUrl"] is None
    card: dict[str, Any] = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.2")
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for run in runs(card)} == {"TextRun"}
    assert all(run["text"] for run in runs(card))
    return card


def runs(card: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for block in card["body"]:
        yield from block["inlines"]


def words(card: dict[str, Any]) -> list[str]:
    return ["".join(run["text"] for run in block["inlines"]) for block in card["body"]]


@pytest.mark.parametrize("name", EACH)
def test_what_happened_is_one_sentence_with_the_names_in_it(name: str) -> None:
    said = wording.plain(each(name))
    for field in ("track", "playlist", "question", "group", "topic"):
        if EACH[name].get(field):
            assert f"“{EACH[name][field]}”" in said
    assert said.startswith("Ben") or "round" in said
    leading = [part for part in wording.sentence(each(name)) if not isinstance(part, str) and part.leads]
    assert len(leading) == 1


def test_every_event_has_its_words() -> None:
    assert {given["event"] for given in EACH.values()} == set(EVENTS)
    assert set(wording.OF_WORKSPACES) | set(wording.OF_GROUPS) == set(EVENTS)


@pytest.mark.parametrize(
    ("left", "said"), [(2, ": 2 seats left"), (1, ": 1 seat left"), (0, ": everybody wanted has been heard")]
)
def test_an_open_call_says_how_many_seats_are_left(left: int, said: str) -> None:
    assert wording.plain(each("A voice in it", seats_left=left)).endswith(f"“Clause nine”{said}")
    assert wording.plain(each("A voice in it", seats_left=None)).endswith("“Clause nine”")


def test_nobody_stands_where_nobody_is_to_know() -> None:
    assert wording.plain(each("A question", who=None)) == "Somebody asked a question about “A pitch”"
    assert not {field.name for field in fields(News)} & {"asker", "asker_id", "author", "actor_id", "text"}


def test_a_post_to_slack_is_a_header_a_sentence_and_a_text_for_notifications() -> None:
    post = posted_to_slack([each("A track added")])
    header, section = post["blocks"]
    assert header["text"] == {"type": "plain_text", "text": "A new track in a playlist", "emoji": False}
    assert section["text"]["text"] == f"Ben added “A pitch” to the playlist <{URL}|How to sell>"
    assert section["text"]["verbatim"] is True
    assert post["text"] == "Ben added “A pitch” to the playlist “How to sell”"


@pytest.mark.parametrize("character", WIDEST)
@pytest.mark.parametrize("name", EACH)
def test_the_longest_names_fit_everywhere(name: str, character: str) -> None:
    news = longest(name, character)
    post = posted_to_slack([news])
    assert len(post["blocks"]) == 2
    card_of(teams.compose([news], MORE, "message"))
    body, taken = webhooks.compose([news], workspace_id="w", group_id=None)
    assert (taken, len(body) <= webhooks.MOST_BYTES) == (1, True)


def test_a_name_of_200_emoji_stands_there_whole_but_where_slack_has_no_room_for_more() -> None:
    title = "\N{GRINNING FACE}" * 200
    assert title in words(card_of(teams.compose([happened(playlist=title)], MORE, "message")))[1]
    said = posted_to_slack([happened(playlist=title)])["blocks"][1]["text"]["text"]
    assert said.count("\N{GRINNING FACE}") == 200
    # Of the text for notifications, which has 500 units, no emoji is cut in half.
    assert posted_to_slack([happened(playlist=title * 2)])["text"].endswith("\N{GRINNING FACE}…")


@pytest.mark.parametrize(("length", "kept"), [(149, 149), (150, 150), (151, 149)])
def test_a_header_has_150_units(length: int, kept: int) -> None:
    text = slack.shortened("x" * length, slack.LONGEST_HEADER)
    assert text.count("x") == kept
    assert units(text) <= 150


@pytest.mark.parametrize("many", [1, 2, 19, 20, 21, 100, 500])
@pytest.mark.parametrize("character", WIDEST)
def test_a_burst_is_one_post_which_says_how_much_it_leaves_out(many: int, character: str) -> None:
    news = [longest("A voice in it", character) for _ in range(many)]
    post = posted_to_slack(news)
    said = [block for block in post["blocks"] if block["type"] == "section"]
    more = [block["elements"][0]["text"] for block in post["blocks"] if block["type"] == "context"]
    assert more == ([f"<{MORE}|and {many - len(said)} more>"] if many > len(said) else [])
    told = words(card_of(teams.compose(news, MORE, "message")))
    listed = [line for line in told[1:] if "open call" in line]
    assert told[1 + len(listed) :] == ([f"and {many - len(listed)} more"] if many > len(listed) else [])
    assert said
    assert listed
    if many > 1:
        assert told[0] == post["blocks"][0]["text"]["text"] == f"{many} things are new in Earshot"


@pytest.mark.parametrize("many", [20, 21])
def test_a_post_tells_twenty_things_at_most(many: int) -> None:
    post = posted_to_slack([happened() for _ in range(many)])
    assert len([block for block in post["blocks"] if block["type"] == "section"]) == 20
    assert len(post["blocks"]) == 1 + 20 + (many > 20)


def test_what_people_write_is_only_text_to_slack() -> None:
    post = posted_to_slack([each("A track added", who=HOSTILE, track=HOSTILE, playlist=HOSTILE)])
    said = post["blocks"][1]["text"]["text"]
    assert said.count("<") == said.count(">") == 1  # our own link
    assert said.count("&lt;!channel&gt;") == 3
    assert "<" not in post["text"]
    assert slack.escaped("<&>\"'*_`") == "&lt;&amp;&gt;\"'*_`"
    assert json.loads(slack.compose_test("<!here>"))["text"].count("<") == 0


def test_what_people_write_is_only_text_to_teams() -> None:
    news = each("A track added", who=HOSTILE, track=HOSTILE, playlist=HOSTILE)
    card = card_of(teams.compose([news], MORE, "message"))
    assert words(card)[1].count(HOSTILE) == 3
    links = [run["selectAction"] for run in runs(card) if "selectAction" in run]
    assert links == [{"type": "Action.OpenUrl", "url": URL}]
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open in Earshot", "url": URL}]


def test_some_workflows_get_the_bare_card() -> None:
    whole = card_of(teams.compose([happened()], MORE, "message"))
    assert json.loads(teams.compose([happened()], MORE, "card")) == whole
    assert json.loads(teams.compose_test("Acme", MORE, "card"))["type"] == "AdaptiveCard"
    assert "Do you see this card?" in words(card_of(teams.compose_test("Acme", MORE, "message")))


def test_a_webhook_tells_everything_until_it_is_full_and_what_is_left_for_the_next() -> None:
    news = [longest("A track added", "\N{GRINNING FACE}") for _ in range(50)]
    told = 0
    while told < len(news):
        body, taken = webhooks.compose(news[told:], workspace_id="w", group_id="g")
        assert len(body) <= 20_000
        assert taken > 0
        told += taken
    more, _ = webhooks.compose(news[: len(news) - told + 1], workspace_id="w", group_id="g")
    assert json.loads(more)["data"]["group_id"] == "g"


def test_a_webhook_has_a_type_a_timestamp_and_what_happened() -> None:
    body, taken = webhooks.compose([each("A voice in it")], workspace_id="w", group_id=None)
    post = json.loads(body)
    assert (taken, post["type"], post["timestamp"]) == (1, "announcement", "2026-11-24T09:00:00Z")
    [event] = post["data"]["events"]
    assert event | {"text": ""} == {
        "id": "a-1",
        "event": "open_call",
        "at": "2026-11-24T09:00:00Z",
        "who": "Ben",
        "text": "",
        "track": "Two weeks",
        "playlist": "Clause nine",
        "group": None,
        "topic": None,
        "seats_left": 2,
        "url": URL,
    }
    assert json.loads(webhooks.compose_test(workspace_id="w", group_id=None, now=NOW))["type"] == "test"


def test_a_webhook_is_signed_as_standard_webhooks_has_it() -> None:
    secret = webhooks.secret_of(bytes(range(32)))
    headers = webhooks.signed(b'{"a":1}', secret=secret, message_id="msg_1", now=NOW)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = hmac.new(key, b'msg_1.1795510800.{"a":1}', hashlib.sha256).digest()
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1795510800",
        "webhook-signature": f"v1,{base64.b64encode(expected).decode()}",
    }
