"""What an answer means, by who gave it."""

from datetime import timedelta

import pytest

from chalicelib.announcements import verdicts
from chalicelib.announcements.addresses import Kind
from chalicelib.announcements.outbound import Answer
from chalicelib.announcements.verdicts import LONGEST_WAIT, SLACK_ATTENTION, Meaning
from tests.announcements.some_news import NOW

ANSWERS: list[tuple[Kind, int, str, Meaning]] = [
    ("slack", 200, "ok", "accepted"),
    ("teams", 200, "", "accepted"),
    ("teams", 202, "", "accepted"),
    ("webhook", 204, "", "accepted"),
    *(("slack", status, word, "attention") for word in SLACK_ATTENTION for status in (403, 404, 410)),
    ("slack", 400, "invalid_payload", "refused"),
    ("slack", 400, "no_text", "refused"),
    ("slack", 400, "too_many_attachments", "refused"),
    ("slack", 413, "", "refused"),
    ("slack", 429, "rate_limited", "later"),
    ("slack", 500, "rollup_error", "later"),
    ("teams", 401, "", "attention"),
    ("teams", 404, "WorkflowNotFound", "attention"),
    ("teams", 400, "TriggerInputSchemaMismatch", "attention"),
    ("teams", 408, "", "later"),
    ("teams", 429, "", "later"),
    ("teams", 502, "", "later"),
    ("webhook", 400, "", "later"),
    ("webhook", 404, "", "later"),
    ("webhook", 410, "", "attention"),
    ("webhook", 425, "", "later"),
    ("webhook", 503, "", "later"),
    *((kind, 302, "", "attention") for kind in ("slack", "teams", "webhook")),
]


@pytest.mark.parametrize(("kind", "status", "text", "meaning"), ANSWERS)
def test_an_answer_means(kind: Kind, status: int, text: str, meaning: Meaning) -> None:
    verdict = verdicts.of(kind, Answer(status, {}, text), now=NOW)
    assert verdict.meaning == meaning
    assert verdict.sentence.endswith(".")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30),
        (" 1 ", 1),
        ("0", 0),
        ("Tue, 24 Nov 2026 09:01:00 GMT", 60),
        ("Tue, 24 Nov 2026 08:00:00 GMT", 0),
        ("999999999", LONGEST_WAIT.total_seconds()),
        ("9" * 400, LONGEST_WAIT.total_seconds()),
        ("Tue, 24 Nov 2099 09:01:00 GMT", LONGEST_WAIT.total_seconds()),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
    ],
)
def test_how_long_an_answer_asks_to_wait(text: str | None, seconds: float | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert verdicts.asked_to_wait(text, now=NOW) == expected
    headers = {} if text is None else {"retry-after": text}
    assert verdicts.of("slack", Answer(429, headers, ""), now=NOW).wait == expected
