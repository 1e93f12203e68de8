"""E-mail through SES, sent raw so that headers and both parts arrive as they were made (RFC 5322)."""

from email.message import EmailMessage
from email.utils import formataddr, parseaddr

from chalicelib import aws, settings


def address(text: str) -> str:
    """An address as two of them are compared: letters in lower case, but only those of ASCII.

    Unicode would make one address of two people's: its lower case of the Kelvin sign is a ``k``.
    """
    return text.strip().encode().lower().decode()


def send(*, to: str, subject: str, text: str, html: str) -> None:
    """Send one mail to one address, as text and as HTML. Raises botocore's ClientError."""
    message = EmailMessage()
    name, address = parseaddr(settings.MAIL_FROM)
    message["From"] = formataddr((name, address))
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    aws.client("sesv2").send_email(
        FromEmailAddress=settings.MAIL_FROM,
        Destination={"ToAddresses": [to]},
        Content={"Raw": {"Data": message.as_bytes()}},
    )
