"""The address in a mail by which no more of its kind come: one click, and no session.

https://www.rfc-editor.org/rfc/rfc8058
"""

import hmac
from pathlib import Path
from typing import Final, Literal

import msgspec

from chalicelib import errors, settings
from chalicelib.auth import keys
from chalicelib.digests import wishes
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Member

List = Literal["digest", "feedback"]
"""The kinds of mails that one can have no more of."""

ONE_CLICK: Final = "List-Unsubscribe=One-Click"


QUESTION: Final[dict[List, str]] = {
    "digest": "Earshot then sends you no digests of what is new. You can have them again in your settings.",
    "feedback": "Earshot then sends you no mails about feedback. You find it on your page all the same.",
}
DONE: Final[dict[List, str]] = {
    "digest": "Earshot sends you no more digests. If you miss them, your settings have them.",
    "feedback": "Earshot sends you no more mails about feedback. If you miss them, your settings have them.",
}

TEMPLATES: Final = Path(__file__).with_name("templates")


def token(workspace_id: str, member_id: str, of: List) -> str:
    """What stands in the address for one member and one kind of mail; URL-safe, and without an end."""
    return ".".join(
        (workspace_id, member_id, of, keys.keyed_hash("unsubscribe", workspace_id, member_id, of))
    )


def url(workspace_id: str, member_id: str, of: List) -> str:
    """The whole address."""
    return f"{settings.BASE_URL}u/{token(workspace_id, member_id, of)}"


def headers(address: str) -> dict[str, str]:
    """What mail programs show their own button by."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": ONE_CLICK}


def read(token_: str) -> tuple[Member, List]:
    """Whom and which mails an address is about. Raises `NotFound` where it is none of ours."""
    parts = token_.split(".")
    if len(parts) != 4:
        raise errors.NotFound
    workspace_id, member_id, of, mark = parts
    if not hmac.compare_digest(
        mark.encode(), keys.keyed_hash("unsubscribe", workspace_id, member_id, of).encode()
    ):
        raise errors.NotFound
    return members.get(workspace_id, member_id), msgspec.convert(of, List)


def unsubscribe(token_: str) -> List:
    """Send no more mails of the kind that an address is about. Raises `NotFound`."""
    member, of = read(token_)
    wishes.end(member, {"every": "off"} if of == "digest" else {"feedback": False})
    return of
