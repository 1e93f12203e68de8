"""What an answer means: accepted, later again, not at all, or only after somebody has looked at it.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
https://learn.microsoft.com/en-us/azure/logic-apps/logic-apps-http-endpoint
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Literal

from chalicelib.announcements.addresses import Kind
from chalicelib.announcements.outbound import Answer

Meaning = Literal["accepted", "later", "refused", "attention", "unanswered"]
"""``refused`` is this one post; ``attention`` is all that would follow; ``unanswered`` is nobody knows."""

LONGEST_WAIT: Final = timedelta(hours=6)
"""What an answer may ask for at most."""

LONGEST_SHOWN: Final = 300
"""Characters of an answer that are shown."""

TRY_LATER: Final = frozenset({408, 425, 429})

SLACK_ATTENTION: Final = {
    "no_service": "Slack does not know this webhook any more. Make a new one and connect it.",
    "no_service_id": "Slack does not know this webhook any more. Make a new one and connect it.",
    "no_active_hooks": "This webhook was switched off in Slack. Make a new one and connect it.",
    "no_team": "Slack does not know this team any more. Connect another one.",
    "team_disabled": "This team was closed in Slack. Connect another one.",
    "invalid_token": "Slack does not take this webhook any more. Make a new one and connect it.",
    "channel_not_found": "The channel is not there any more. Make a webhook for another one and connect it.",
    "channel_is_archived": "The channel was archived. Bring it back in Slack, or connect another one.",
    "action_prohibited": "An admin of Slack does not allow this. Ask them, or connect another channel.",
    "posting_to_general_channel_denied": "Not everybody may post into this channel. Ask an admin of Slack.",
    "user_not_found": "Whom this webhook posts to is not there any more. Make a new one and connect it.",
}
"""What somebody has to mend, by the word that Slack answers with."""


@dataclass(frozen=True)
class Verdict:
    """What an answer means, in a sentence for who has connected it."""

    meaning: Meaning
    sentence: str
    wait: timedelta | None = None
    """How long the other side asks to be left alone."""


def of(kind: Kind, answer: Answer, *, now: datetime) -> Verdict:
    """What an answer means for a connection of this kind."""
    status, word = answer.status, answer.text.strip()
    if 200 <= status < 300:
        return Verdict("accepted", "It was accepted.")
    if status in TRY_LATER or status >= 500:
        return Verdict(
            "later",
            f"The other side answered {status}. Earshot tries again.",
            asked_to_wait(answer.headers.get("retry-after"), now=now),
        )
    if 300 <= status < 400:
        return Verdict(
            "attention", "The address leads elsewhere, and Earshot follows no redirect. Connect the new one."
        )
    match kind:
        case "slack":
            if word in SLACK_ATTENTION:
                return Verdict("attention", SLACK_ATTENTION[word])
            return Verdict("refused", f"Slack answered {status} and did not post this.")
        case "teams":
            return Verdict(
                "attention",
                f"The workflow answered {status}. Look in Teams whether it is still there and switched on.",
            )
        case "webhook":
            if status == 410:
                return Verdict(
                    "attention", "The other side wants no more of this (410). Connect it again if it does."
                )
            return Verdict("later", f"The other side answered {status}. Earshot tries again.")


def asked_to_wait(retry_after: str | None, *, now: datetime) -> timedelta | None:
    """What ``Retry-After`` asks for, in seconds or as a date (RFC 9110, 10.2.3); at most `LONGEST_WAIT`."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return min(max(until - now, timedelta(0)), LONGEST_WAIT)
