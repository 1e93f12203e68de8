"""Mails through SES in bulk: one call for up to fifty of them, within the account's rate and daily quota.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendBulkEmail.html
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError

from chalicelib import aws, mail, settings

log = logging.getLogger(__name__)

SENT: Final = "sent"
LATER: Final = "later"
"""SES certainly did not take it and will later; every other result says why it was not sent."""

UNANSWERED: Final = "unanswered"
"""SES was asked and nothing came back: whether it was sent nobody knows."""

WILL_BE_TAKEN: Final = frozenset(
    {
        "ACCOUNT_DAILY_QUOTA_EXCEEDED",
        "ACCOUNT_SENDING_PAUSED",
        "ACCOUNT_SUSPENDED",
        "ACCOUNT_THROTTLED",
        "CONFIGURATION_SET_SENDING_PAUSED",
        "TRANSIENT_FAILURE",
    }
)
"""What SES says of a mail that it will take another time."""

MOST_BYTES: Final = 900_000
"""Of one call; SES takes 1 MB."""

SHARE: Final = 0.4
"""Of the account's rate: two workers send at once, and invitations and feedback want some of it too."""

WORDS: Final = {"Subject": "{{subject}}", "Text": "{{text}}", "Html": "{{html}}"}
"""The template: everything is written here, where SES escapes nothing."""


@dataclass(frozen=True)
class Mail:
    """One mail to one address, with the headers that it has beside them."""

    to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    tags: dict[str, str]


@dataclass
class Pace:
    """How fast mails may be sent, and how many more today."""

    per_second: float
    left: float

    def took(self, mails: int, sleep: Callable[[float], object]) -> None:
        """Wait until as many more may be sent."""
        self.left -= mails
        sleep(mails / self.per_second)


def pace() -> Pace:
    """What SES allows this account now."""
    quota = aws.client("sesv2").get_account()["SendQuota"]
    most = quota["Max24HourSend"]
    left = float("inf") if most < 0 else most - quota["SentLast24Hours"]  # -1: unlimited
    return Pace(max(quota["MaxSendRate"] * SHARE, 0.1), left)


def send(mails: Sequence[Mail]) -> list[str]:
    """What became of each of these mails, at most fifty: `SENT`, `LATER`, or why it was not sent."""
    entries = [_entry(one) for one in mails]
    if len(mails) > 1 and len(msgspec.json.encode(entries)) > MOST_BYTES:
        half = len(mails) // 2
        return send(mails[:half]) + send(mails[half:])
    try:
        answer = aws.client("sesv2").send_bulk_email(
            FromEmailAddress=settings.MAIL_FROM,
            DefaultContent={"Template": {"TemplateContent": WORDS, "TemplateData": "{}"}},
            BulkEmailEntries=entries,
            ConfigurationSetName=mail.CONFIGURATION_SET,
        )
    except (ConnectTimeoutError, EndpointConnectionError):
        return [LATER] * len(mails)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        log.warning("SES did not take digests", extra={"code": error.response["Error"]["Code"]})
        return [LATER if status < 500 else UNANSWERED] * len(mails)
    except aws.UNANSWERED:
        return [UNANSWERED] * len(mails)
    return [_result(each) for each in answer["BulkEmailEntryResults"]]


def _entry(one: Mail) -> dict[str, Any]:
    words = {"subject": one.subject, "text": one.text, "html": one.html}
    return {
        "Destination": {"ToAddresses": [one.to]},
        "ReplacementEmailContent": {
            "ReplacementTemplate": {"ReplacementTemplateData": msgspec.json.encode(words).decode()}
        },
        "ReplacementHeaders": [{"Name": name, "Value": value} for name, value in one.headers.items()],
        "ReplacementTags": mail.as_tags(one.tags),
    }


def _result(entry: dict[str, Any]) -> str:
    status = str(entry["Status"])
    if status == "SUCCESS":
        return SENT
    return LATER if status in WILL_BE_TAKEN else status.lower()
