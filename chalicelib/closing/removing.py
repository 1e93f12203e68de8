"""Removing a workspace when its day has come, step by step and as often as it takes.

First it is closed: from then on nobody gets in, nothing can be taken back and no link leads there. Half an
hour later, when no request, upload or export that was let in before is under way any more, everything of it
is removed. Each run goes on from what is still there: whatever is killed, late or done twice comes to the
same. The workspace itself goes last, once all steps were made anew and nothing was left to remove; until then
the next run stands in the calendar.
"""

import time
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec

from chalicelib import aws
from chalicelib.aws import updated
from chalicelib.closing.asking import KIND
from chalicelib.closing.steps import FIRST, STEPS, Removing
from chalicelib.due import planning, slots
from chalicelib.due.models import Due
from chalicelib.erasing.going import BUDGET_SECONDS
from chalicelib.erasing.work import TRIES, StillChanging
from chalicelib.workspaces.models import Workspace

SETTLES_IN: Final = timedelta(minutes=30)
"""By then nothing is under way any more that was let in before: a form to upload lasts 15 minutes."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How far it has come: the step, and whether anything was removed since the first of this round.

    ``settled`` says that nothing is under way any more.
    """

    step: int = 0
    removed: bool = False
    settled: bool = False


def go_on(due: Due, *, now: datetime, seconds: float = BUDGET_SECONDS) -> Due | None:
    """Go on removing a workspace, unless it was taken back; what is due of the kind `asking.KIND`.

    Gives back the rest of what can go on at once; all steps made, they are made anew a slot later.
    """
    workspace_id = due.workspace_id
    if not _is_closed(workspace_id, now):
        return None
    state = msgspec.convert(due.details or {}, State)
    state = _carried_on(Removing(workspace_id, now), state, stops_at=time.monotonic() + seconds)
    is_through = state.step == len(STEPS if state.settled else FIRST)
    if is_through and state.settled and not state.removed:
        Workspace(workspace_id).delete()
        return None
    at = now + (SETTLES_IN if is_through and not state.settled else slots.SLOT)
    if is_through:
        state = State(settled=True)
    rest = aws.transact(
        partial(
            planning.plan,
            kind=KIND,
            id_=workspace_id,
            at=at,
            workspace_id=workspace_id,
            now=now,
            details=msgspec.to_builtins(state),
        )
    )
    return None if is_through else rest


def _is_closed(workspace_id: str, now: datetime) -> bool:
    """Whether the workspace is to be removed now; from then on nobody can take that back."""
    for _ in range(TRIES):
        workspace = aws.found(Workspace, workspace_id)
        if workspace is None:
            return False
        if workspace.closed_at is not None:
            return True
        if workspace.closes_at is None or workspace.closes_at > now:
            return False
        as_read = (Workspace.closes_at == workspace.closes_at) & Workspace.closed_at.does_not_exist()
        updated(Workspace(workspace_id), [Workspace.closed_at.set(now)], as_read)
    raise StillChanging(workspace_id)


def _carried_on(of: Removing, state: State, *, stops_at: float) -> State:
    """Do what there is time for; the state after it."""
    steps = STEPS if state.settled else FIRST
    while state.step < len(steps):
        for done in steps[state.step](of):
            state = msgspec.structs.replace(state, removed=state.removed or done.changes > 0)
            if time.monotonic() >= stops_at:
                return state
        state = msgspec.structs.replace(state, step=state.step + 1)
    return state
