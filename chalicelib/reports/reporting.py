"""Reporting something, and what became of what one has reported."""

from datetime import datetime
from functools import partial
from typing import Any

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors, times
from chalicelib.reports import things
from chalicelib.reports.models import MOST_A_DAY, MOST_REPORTERS, Case, Reason, Reported
from chalicelib.reports.things import Named
from chalicelib.workspaces import quotas
from chalicelib.workspaces.models import Member, Quota

Sent = tuple[Reported, Case | None]


def report(me: Member, named: Named, reason: Reason, text: str | None, *, now: datetime) -> Sent:
    """The caller's report of something that they may see; once each, so that it can be repeated.

    Raises `NotFound`, `OwnWords`, `NobodyToDecide`, `ReportedByMany`, `QuotaReached`, `TrackNotReady`.
    """
    case = things.found(me, named, now=now)
    made = Reported(
        me.member_id,
        Reported.note_of(case.report_id),
        workspace_id=me.workspace_id,
        kind=case.kind,
        reason=reason,
        text=text,
        reported_at=now,
    )
    there = _made_before(made)
    if there is not None:
        return there, at(me.workspace_id, case.report_id)
    things.check_decided(case)
    aws.repeat(partial(_reported, me, case, made, now))
    return made, at(me.workspace_id, case.report_id)


def sent(me: Member, *, limit: int, after: dict[str, Any] | None) -> tuple[list[Sent], dict[str, Any] | None]:
    """What the caller has reported, with what became of it, and the position behind it."""
    found = Reported.of_member(me.member_id, limit=limit, after=after)
    notes = [note for note in found if note.workspace_id == me.workspace_id]
    keys = [(me.workspace_id, note.report_id) for note in notes]
    cases = {case.report_id: case for case in Case.batch_get(keys, consistent_read=True)}
    shown = sorted(notes, key=lambda note: note.reported_at, reverse=True)
    return [(note, cases.get(note.report_id)) for note in shown], aws.behind(found, notes)


def at(workspace_id: str, report_id: str) -> Case | None:
    """A case as of now, whoever asks; None where there is none."""
    return aws.found(Case, workspace_id, report_id)


def _reported(me: Member, case: Case, made: Reported, now: datetime) -> bool:
    """Write it all in one transaction; False where somebody reported the same thing meanwhile."""
    present = at(me.workspace_id, case.report_id)
    mine = {"reason": made.reason, "text": made.text, "at": times.epoch_ms(now), "place": case.place}
    if present is not None and len(present.reports.as_dict()) >= MOST_REPORTERS:
        raise errors.ReportedByMany
    sentence = f"You may report {MOST_A_DAY} things a day. Go on tomorrow."
    quotas.check(me, Quota.reports, MOST_A_DAY, sentence, now=now)

    def fill(transaction: TransactWrite) -> None:
        if present is None:
            case.reports = {me.member_id: mine}
            case.reported_at = now
            transaction.save(case, condition=Case.report_id.does_not_exist())
        else:
            transaction.update(
                Case(me.workspace_id, case.report_id),
                actions=[
                    _of(me.member_id).set(mine),
                    Case.place.set(case.place),
                    Case.reported_at.set(now),
                    Case.status.set("open"),
                    Case.version.add(1),
                    *_undecided(present, case),
                ],
                condition=Case.version == present.version,
            )
        transaction.save(made, condition=Reported.note.does_not_exist())
        quotas.count(transaction, me, Quota.reports, MOST_A_DAY, now=now)

    return aws.written(fill) or _made_before(made) is not None


def _undecided(present: Case, case: Case) -> list[Action]:
    """What was decided, and said to its author, elsewhere is nothing to those who decide here."""
    if present.place == case.place:
        return []
    return [each.remove() for each in (Case.decided_by, Case.decided_at, Case.reason, Case.note)]


def _of(member_id: str) -> Any:
    """Where in a case the report of a member is."""
    return Case.reports[member_id]


def _made_before(made: Reported) -> Reported | None:
    return aws.found(Reported, made.member_id, made.note)
