"""What SES makes of a bulk of mails: one of each entry, with its words in the template (which moto lacks).

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendBulkEmail.html
"""

import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any, Final

MOST: Final = 50
"""Entries of one call."""

MOST_BYTES: Final = 1_000_000
"""Of one call; more is refused."""

WORD: Final = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")


class Refused(Exception):
    """SES refuses the whole of it."""


def mails(request: dict[str, Any]) -> Iterator[bytes]:
    """Each mail as it travels. Raises `Refused`."""
    entries, template = request["BulkEmailEntries"], request["DefaultContent"]["Template"]
    if not 1 <= len(entries) <= MOST:
        raise Refused(f"Between 1 and {MOST} entries, not {len(entries)}.")
    if len(json.dumps(request, ensure_ascii=False).encode()) > MOST_BYTES:
        raise Refused(f"At most {MOST_BYTES} bytes.")
    defaults = json.loads(template.get("TemplateData") or "{}")
    for entry in entries:
        replaced = entry.get("ReplacementEmailContent", {}).get("ReplacementTemplate", {})
        words = defaults | json.loads(replaced.get("ReplacementTemplateData") or "{}")
        message = EmailMessage()
        message["From"] = request["FromEmailAddress"]
        message["To"] = ", ".join(entry["Destination"]["ToAddresses"])
        content = {part: _filled(text, words) for part, text in template["TemplateContent"].items()}
        message["Subject"] = content["Subject"]
        headers = {each["Name"]: each["Value"] for each in template.get("Headers") or []}
        for name, value in (
            headers | {each["Name"]: each["Value"] for each in entry.get("ReplacementHeaders") or []}
        ).items():
            message[name] = value
        message.set_content(content["Text"])
        message.add_alternative(content["Html"], subtype="html")
        yield message.as_bytes()


def _filled(text: str, words: dict[str, str]) -> str:
    """The text with the words in it, of which nothing is escaped. Raises `Refused` where one is missing."""
    try:
        return WORD.sub(lambda found: words[found[1]], text)
    except KeyError as error:
        raise Refused(f"{error} is not among the words.") from error
