"""Trying a connection with a real post, and the real answer."""

import math
import uuid
from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import UpdateError

from chalicelib import aws, errors
from chalicelib.announcements import connecting, posting, queueing
from chalicelib.announcements.connecting import Tried
from chalicelib.announcements.models import Connection, changes
from chalicelib.announcements.verdicts import Verdict
from chalicelib.workspaces.models import Member, Workspace


def try_out(workspace_id: str, connection_id: str, *, now: datetime) -> Tried:
    """Post something to see what is answered; a connection that needed attention and is well goes on.

    Raises `NotFound`, and `QuotaReached` as long as the other side wants to be left alone.
    """
    me, connection = connecting.mine(workspace_id, connection_id)
    content = posting.compose_test(connection, _place(connection), now=now)
    _take_turn(connection, now)
    verdict, answer = posting.send(connection, content, post_id=str(uuid.uuid4()), now=now)
    _note(connection, _after(connection, verdict, me, now))
    if verdict.meaning == "accepted" and connection.status == "active":
        queueing.look(connection, posting.PACES[connection.kind])
    said = "" if answer is None else posting.said(answer, connection.secret)
    return Tried(
        connection,
        verdict.meaning == "accepted",
        verdict.sentence,
        None if answer is None else answer.status,
        said,
    )


def _note(connection: Connection, after: dict[str, Any]) -> None:
    """Note what came of it, patiently: it was posted, and asking again would post again."""
    for _ in aws.attempts():
        try:
            connecting.changed(connection, **after)
        except UpdateError as error:
            if not aws.is_transient(error):
                raise
            failed = error
        else:
            return
    raise failed


def _after(connection: Connection, verdict: Verdict, me: Member, now: datetime) -> dict[str, Any]:
    """What a connection is like after this came of trying it."""
    after: dict[str, Any] = {"last_said": verdict.sentence}
    if verdict.meaning == "accepted":
        after |= {"last_accepted_at": now, "failures": 0, "next_allowed_at": None}
        if connection.status == "attention":
            after |= {"status": "active", "attention": None, "vouched_by": me.member_id}
    if verdict.meaning == "attention" and connection.status != "paused":
        after |= {"status": "attention", "attention": verdict.sentence}
    if verdict.wait is not None:
        after["paced_until"] = now + verdict.wait
    return after


def _take_turn(connection: Connection, now: datetime) -> None:
    """Note that something is posted now, so that nothing else is at the same moment."""
    free = Connection.paced_until.does_not_exist() | (Connection.paced_until <= now)
    taken = changes(paced_until=now + posting.PACES[connection.kind], last_tried_at=now)
    if not aws.updated(connection, taken, Connection.connection_id.exists() & free):
        wait = max(timedelta(seconds=1), (connection.paced_until or now) - now)
        seconds = math.ceil(wait.total_seconds())
        raise errors.QuotaReached(
            f"Something was posted there a moment ago. Try again in {seconds} s.", seconds
        )


def _place(connection: Connection) -> str:
    """What a test calls that of which it tells: a group's purpose is for its members alone."""
    if connection.group_id is not None:
        return "your group"
    return str(Workspace.get(connection.workspace_id, consistent_read=True).name)
