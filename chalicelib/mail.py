"""E-mail through SES, sent raw so that headers and both parts arrive as they were made (RFC 5322)."""

from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formataddr, parseaddr
from typing import Final

from chalicelib import aws, settings

CONFIGURATION_SET: Final = settings.name("mails")
"""By which SES tells what becomes of a mail."""


def address(text: str) -> str:
    """An address as two of them are compared: letters in lower case, but only those of ASCII.

    Unicode would make one address of two people's: its lower case of the Kelvin sign is a ``k``.
    """
    return text.strip().encode().lower().decode()


def as_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as SES takes them."""
    return [{"Name": name, "Value": value} for name, value in tags.items()]


def send(
    *,
    to: str,
    subject: str,
    text: str,
    html: str,
    headers: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Send one mail to one address, as text and as HTML.

    What becomes of it is told with its tags. Raises botocore's ClientError.
    """
    message = EmailMessage()
    name, address = parseaddr(settings.MAIL_FROM)
    message["From"] = formataddr((name, address))
    message["To"] = to
    message["Subject"] = subject
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    aws.client("sesv2").send_email(
        FromEmailAddress=settings.MAIL_FROM,
        Destination={"ToAddresses": [to]},
        Content={"Raw": {"Data": message.as_bytes()}},
        EmailTags=as_tags(tags or {}),
        ConfigurationSetName=CONFIGURATION_SET,
    )
