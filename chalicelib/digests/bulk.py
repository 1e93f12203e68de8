"""Mails through SES in bulk: one call for up to fifty of them, within the account's rate and daily quota.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendBulkEmail.html
"""

import logging
from collections import Counter
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

LASTING: Final = frozenset(
    {"ACCOUNT_SENDING_PAUSED", "ACCOUNT_SUSPENDED", "CONFIGURATION_SET_SENDING_PAUSED"}
)
"""Of these, what does not pass by itself: somebody has to see to it."""

PASSING: Final = frozenset({"LimitExceededException", "ThrottlingException", "TooManyRequestsException"})
"""What SES refuses a whole call with that passes by itself."""

REFUSED: Final = "SES takes no mails"
"""What the log says where that lasts; an alarm looks for it (``infra/resources.yaml``)."""

MOST_BYTES: Final = 900_000
"""Of one call; SES takes 1 MB."""

SHARE: Final = 0.4
"""Of the account's rate: two workers send at once, and invitations and feedback want some of it too."""

TEMPLATE: Final = {
    "Subject": "{{subject}}",
    "Text": "{{text}}{{address}}{{text_after}}",
    "Html": "{{html}}{{address}}{{html_after}}",
}
"""Everything is written here, and SES escapes nothing: it only puts the pieces together."""


@dataclass(frozen=True)
class Letter:
    """What a mail says: its text and HTML up to the address of its reader's own, and after it."""

    subject: str
    text: tuple[str, str]
    html: tuple[str, str]

    @property
    def words(self) -> dict[str, str]:
        """As the template names them."""
        return {
            "subject": self.subject,
            "text": self.text[0],
            "text_after": self.text[1],
            "html": self.html[0],
            "html_after": self.html[1],
        }


@dataclass(frozen=True)
class Mail:
    """One letter to one address, with its reader's own address in it and the headers beside it."""

    to: str
    letter: Letter
    address: str
    headers: dict[str, str]
    tags: dict[str, str]

    @property
    def text(self) -> str:
        return self.address.join(self.letter.text)

    @property
    def html(self) -> str:
        return self.address.join(self.letter.html)


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
    # What most of them say is said once.
    common = Counter(one.letter for one in mails).most_common(1)[0][0]
    default = msgspec.json.encode(common.words).decode()
    entries = [_entry(one, common) for one in mails]
    if len(mails) > 1 and len(default) + len(msgspec.json.encode(entries)) > MOST_BYTES:
        half = len(mails) // 2
        return send(mails[:half]) + send(mails[half:])
    try:
        answer = aws.client("sesv2", once=True).send_bulk_email(
            FromEmailAddress=settings.MAIL_FROM,
            DefaultContent={"Template": {"TemplateContent": TEMPLATE, "TemplateData": default}},
            BulkEmailEntries=entries,
            ConfigurationSetName=mail.CONFIGURATION_SET,
        )
    except (ConnectTimeoutError, EndpointConnectionError):
        return [LATER] * len(mails)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        code = error.response["Error"]["Code"]
        if status < 500 and code not in PASSING:
            log.error(REFUSED, extra={"code": code})
        else:
            log.warning("SES did not take digests", extra={"code": code})
        return [LATER if status < 500 else UNANSWERED] * len(mails)
    except aws.UNANSWERED:
        return [UNANSWERED] * len(mails)
    results = answer["BulkEmailEntryResults"]
    for lasting in LASTING & {str(each["Status"]) for each in results}:
        log.error(REFUSED, extra={"code": lasting})
    return [_result(each) for each in results]


def _entry(one: Mail, common: Letter) -> dict[str, Any]:
    words = {"address": one.address} | ({} if one.letter == common else one.letter.words)
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
