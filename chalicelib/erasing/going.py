"""Erasing somebody, step by step and as often as it takes.

Each run goes on where the last one stopped, from what is still there: whatever is killed, late or done twice
comes to the same. The member goes last, once all steps were made anew and nothing was left to change: so
nothing that was written meanwhile, by a request let in before or by the stream, stays behind.
"""

import time
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec
from pynamodb.transactions import TransactWrite

from chalicelib import aws
from chalicelib.activity.models import Activity
from chalicelib.auth import membership
from chalicelib.due import planning, slots
from chalicelib.due.models import Due
from chalicelib.erasing.colleagues import activity, colleagues
from chalicelib.erasing.conversations import feedback, questions, thanks
from chalicelib.erasing.groups import groups
from chalicelib.erasing.own import connections, exports, invitations, listening, welcoming
from chalicelib.erasing.playlists import playlists, ways
from chalicelib.erasing.recordings import recordings
from chalicelib.erasing.reported import reports
from chalicelib.erasing.work import Erasing, Step
from chalicelib.workspaces.models import Member

KIND: Final = "erasure"
"""The kind of what is due."""

BEGINS_IN: Final = timedelta(minutes=10)
"""By then no request and no export of theirs is under way any more."""

BUDGET_SECONDS: Final = 60.0
"""After which the rest is left until other things that are due have had their turn."""

STEPS: Final[tuple[Step, ...]] = (
    groups,
    recordings,
    questions,
    feedback,
    thanks,
    reports,
    colleagues,
    playlists,
    ways,
    exports,
    listening,
    invitations,
    welcoming,
    connections,
    activity,
)

TABLES: Final = {
    "activity": "theirs and what they did is deleted",
    "answers": "deleted",
    "connections": "somebody else has to vouch",
    "deliveries": "names nobody: ids of activity, for three days",
    "digests": "deleted",
    "doors": "deleted",
    "due": "names nobody but by id; whatever comes due finds nothing and is deleted",
    "exports": "their own are deleted with the zip; others' name them no more",
    "feedback": "given and received is deleted",
    "feeds": "deleted",
    "groups": "they leave; topics and invitations name them no more",
    "invitations": "that to their address is deleted; those they sent name them no more",
    "loops": "deleted; what they asked others to hear somebody has asked",
    "members": "deleted last",
    "playlists": "passed on, or deleted where nobody would miss it; entries name them no more",
    "progress": "deleted",
    "questions": "deleted, or without a name where somebody answered; anonymous ones stay as they are",
    "quotas": "deleted",
    "reach": "deleted by the stream of progress",
    "reports": "theirs is somebody's, without its text; cases about what is gone are deleted",
    "rounds": "texts are deleted, recordings stay as somebody's",
    "shares": "links that they made to what was theirs are deleted",
    "thanks": "sent and received is deleted",
    "tracks": "deleted, or without a name, by consent",
    "workspaces": "no admin any more from the moment it is asked; what new hires are to hear its owner asks",
    "written": "deleted",
}
"""What erasure does with each table."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How far it has come: the step, behind what in it, and whether anything was changed since the first."""

    member_id: str
    step: int = 0
    after: str | None = None
    changed: bool = False


def begin(happened: Activity) -> None:
    """Plan the erasing of a member, after a ``member_erasing`` activity."""
    state = State(member_id=happened.details["member_id"])
    at = happened.at + BEGINS_IN
    aws.transact(partial(_plan, state=state, workspace_id=happened.workspace_id, at=at, now=happened.at))


def go_on(due: Due, *, now: datetime, seconds: float = BUDGET_SECONDS) -> Due | None:
    """Go on erasing; what is due of the kind `KIND`. Gives back the rest of what can go on at once.

    All steps made, they are made anew a slot later and no earlier: by then the stream has brought what
    followed from them.
    """
    state = msgspec.convert(due.details, State)
    member = aws.found(Member, due.workspace_id, state.member_id)
    if member is None:
        return None
    if member.erasing_at is None:
        return None
    state = _carried_on(member, state, now, stops_at=time.monotonic() + seconds)
    is_through = state.step == len(STEPS)
    if is_through and not state.changed:
        member.delete(Member.erasing_at.exists())
        membership.forget(member.workspace_id, member.member_id)
        return None
    if is_through:
        state = State(member_id=member.member_id)
    at = now + slots.SLOT
    rest = aws.transact(partial(_plan, state=state, workspace_id=member.workspace_id, at=at, now=now))
    return None if is_through else rest


def _carried_on(member: Member, state: State, now: datetime, *, stops_at: float) -> State:
    """Do what there is time for; the state after it."""
    while state.step < len(STEPS):
        for done in STEPS[state.step](Erasing(member, state.after, now)):
            changed = state.changed or done.changes > 0
            state = msgspec.structs.replace(state, after=done.after, changed=changed)
            if time.monotonic() >= stops_at:
                return state
        state = msgspec.structs.replace(state, step=state.step + 1, after=None)
    return state


def _plan(transaction: TransactWrite, state: State, workspace_id: str, at: datetime, now: datetime) -> Due:
    return planning.plan(
        transaction,
        KIND,
        state.member_id,
        at=at,
        workspace_id=workspace_id,
        now=now,
        details=msgspec.to_builtins(state),
    )
