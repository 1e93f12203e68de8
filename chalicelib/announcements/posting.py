"""One post to one connection: what is sent, and what came of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from chalicelib import settings
from chalicelib.announcements import addresses, outbound, slack, teams, verdicts, webhooks
from chalicelib.announcements.addresses import Kind
from chalicelib.announcements.models import Connection, Secret, Style
from chalicelib.announcements.outbound import Answer, NoAnswer, NotPublic, NotSent
from chalicelib.announcements.verdicts import Verdict
from chalicelib.announcements.wording import News

PACES: Final = {
    "slack": timedelta(seconds=1),
    "teams": timedelta(seconds=15),
    "webhook": timedelta(seconds=1),
}
"""How long a host is left alone after each post."""

NOT_PUBLIC: Final = "The address leads to no public host. Connect one that the internet can reach."
UNREACHABLE: Final = "The other side cannot be reached. Earshot tries again."
UNANSWERED: Final = (
    "No answer came within 5 seconds. Whether it was posted nobody knows, so it is not posted a second time."
)
UNANSWERED_WEBHOOK: Final = (
    "No answer came within 5 seconds. Earshot tries again under the same webhook-id, "
    "by which a repetition shows."
)


def compose(connection: Connection, news: Sequence[News]) -> tuple[bytes, int]:
    """The body of a post, and how much of this it tells, from the first on."""
    match connection.kind:
        case "slack":
            return slack.compose(news, home(connection)), len(news)
        case "teams":
            return teams.compose(news, home(connection), style_of(connection)), len(news)
    return webhooks.compose(news, workspace_id=connection.workspace_id, group_id=connection.group_id)


def compose_test(connection: Connection, place: str, *, now: datetime) -> bytes:
    """The body of a post by which somebody tries a connection; ``place`` is what it tells of."""
    match connection.kind:
        case "slack":
            return slack.compose_test(place)
        case "teams":
            return teams.compose_test(place, home(connection), style_of(connection))
    return webhooks.compose_test(workspace_id=connection.workspace_id, group_id=connection.group_id, now=now)


def send(
    connection: Connection, body: bytes, *, post_id: str, now: datetime
) -> tuple[Verdict, Answer | None]:
    """Post this, and say what came of it."""
    secret = connection.secret
    kind: Kind = msgspec.convert(connection.kind, Kind)
    headers = {}
    if secret.signing is not None:
        headers = webhooks.signed(body, secret=secret.signing, message_id=post_id, now=now)
    try:
        address = addresses.read(kind, secret.url, listener=settings.LISTENER)
        answer = outbound.client().post(address, body, headers)
    except NotPublic:
        return Verdict("attention", NOT_PUBLIC), None
    except NotSent:
        return Verdict("later", UNREACHABLE), None
    except NoAnswer:
        return Verdict("unanswered", UNANSWERED_WEBHOOK if kind == "webhook" else UNANSWERED), None
    return verdicts.of(kind, answer, now=now), answer


def said(answer: Answer, secret: Secret) -> str:
    """The beginning of an answer, without the secret that it may repeat."""
    target = addresses.read_target(secret.url)
    text = answer.text.replace(secret.url, "…").replace(target, "…") if len(target) > 1 else answer.text
    return text[: verdicts.LONGEST_SHOWN]


def home(connection: Connection) -> str:
    """Where everything is that a post leaves out."""
    place = f"{settings.BASE_URL}#/w/{connection.workspace_id}"
    return f"{place}/activity" if connection.group_id is None else f"{place}/group/{connection.group_id}"


def style_of(connection: Connection) -> Style:
    return "card" if connection.style == "card" else "message"
