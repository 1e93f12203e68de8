"""Deciding what becomes of what was reported: hiding it from everybody but its author, or leaving it.

Who decides is who looks after the place where it was said: the admins of a workspace, the owner or mentor of
a group, and never who said it.

An answer that was spoken is hidden with its track, and shown again with it, where that is for the same place:
what an admin has hidden is not to be heard in the library. A track that is for more people than a group's
answer is not the group's to hide; it can be reported by itself.
"""

from datetime import datetime
from functools import partial
from typing import Any

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.activity import log
from chalicelib.auth import membership
from chalicelib.conversations import voice
from chalicelib.conversations.feedback_models import Feedback
from chalicelib.conversations.question_models import Answer
from chalicelib.groups import finding
from chalicelib.playlists import spreading
from chalicelib.reports import things
from chalicelib.reports.models import Case, Reason
from chalicelib.reports.reporting import at
from chalicelib.reports.things import Thing
from chalicelib.tracks import consent, uploads
from chalicelib.tracks.models import HIDDEN, Hidden, Track, former_id
from chalicelib.tracks.views import AudioView
from chalicelib.workspaces.models import Member


def waiting(
    me: Member, group_id: str | None, *, decided: bool, limit: int, after: dict[str, Any] | None
) -> tuple[list[Case], dict[str, Any] | None]:
    """What the caller decides about in the workspace, or in a group of theirs, and the position behind it.

    Raises `NotFound` where the caller decides about nothing there.
    """
    if group_id is None:
        membership.admin(me.workspace_id)
        place = me.workspace_key
    else:
        place = finding.owned(me, group_id).key
    is_open = Case.status == "open"
    wanted = ~Case.author_id.is_in(*_as_author(me)) & (~is_open if decided else is_open)
    found = Case.of_place(place, wanted, limit=limit, after=after)
    shown = list(found)
    return shown, aws.behind(found, shown)


def opened(me: Member, report_id: str) -> Case:
    """A case that the caller decides, as of now.

    Raises `NotFound`, after the same reads whether it is another's to decide or not there.
    """
    case = at(me.workspace_id, report_id)
    admin = membership.refreshed(me).is_admin
    if case is None or case.author_id in _as_author(me):
        raise errors.NotFound
    kind, _, place_id = case.place.partition("#")
    if kind == "g":
        finding.owned(me, place_id)
    elif not admin:
        raise errors.NotFound
    return case


def decide(
    me: Member,
    report_id: str,
    *,
    hide: bool,
    reason: Reason | None,
    note: str | None,
    expected_version: int | None,
    now: datetime,
) -> Case:
    """The case after it was decided; its author is told where something changed for them.

    What was hidden can be shown again, and the other way round. Raises `NotFound`, also where there is
    nothing any more to hide or it is for others by now, and `StaleVersion`.
    """
    aws.repeat(partial(_decided, me, report_id, hide, reason, note, expected_version, now))
    case = opened(me, report_id)
    track = things.spoken_in(case, things.of_case(case))
    if track is not None and track.is_ready:
        spreading.carry(track)
    return case


def audio(me: Member, report_id: str, *, now: datetime) -> AudioView:
    """Where those who decide can hear what was reported, also while it is hidden.

    Raises `NotFound`, also where it was taken back or narrowed to others since.
    """
    case = opened(me, report_id)
    thing = things.of_case(case)
    if not things.is_there(case, thing):
        raise errors.NotFound
    if isinstance(thing, Feedback):
        return voice.audio(me.workspace_id, thing.voice_track_id, thing.voice_revision, now=now)
    track = things.spoken_in(case, thing)
    if track is None or not track.is_ready:
        raise errors.NotFound
    if not things.is_for_them(case, track):
        raise errors.NotFound
    return uploads.signed(track, now=now)


def _as_author(me: Member) -> tuple[str, str]:
    """Who the caller is as an author, also of what was reported while they had left and named nobody."""
    return me.member_id, former_id(me.member_id)


def _decided(
    me: Member,
    report_id: str,
    hide: bool,
    reason: Reason | None,
    note: str | None,
    expected_version: int | None,
    now: datetime,
) -> bool:
    case = opened(me, report_id)
    if expected_version not in (None, case.version):
        raise errors.StaleVersion({"report_id": report_id, "version": int(case.version)})
    thing = things.of_case(case)
    spoken = things.spoken_in(case, thing) if case.kind == "answer" else None
    if hide and not things.is_there(case, thing):
        raise errors.NotFound
    why = reason or _first_reason(case)
    status = "hidden" if hide else "left"
    if case.status == status and (case.reason, case.note) == (why, note):
        return True
    hidden = Hidden(at=now, reason=why, note=note) if hide else None
    goes_with = _goes_with(case, spoken, hide=hide)

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Case(me.workspace_id, report_id),
            actions=[
                Case.status.set(status),
                Case.decided_by.set(me.member_id),
                Case.decided_at.set(now),
                Case.reason.set(why),
                Case.note.remove() if note is None else Case.note.set(note),
                Case.version.add(1),
                *([Case.track_id.set(spoken.track_id)] if spoken and goes_with else []),
            ],
            condition=Case.version == case.version,
        )
        if thing is not None and (hide or _was_hidden(case, thing)):
            _turn(transaction, me, case, thing, hidden, now)
        if spoken is not None and goes_with:
            with_it = Hidden(at=now, reason=why, note=note, with_report=report_id) if hide else None
            _turn_track(transaction, spoken, with_it, now)

    return aws.written(fill)


def _was_hidden(case: Case, thing: Thing) -> bool:
    """Whether it was hidden by itself: a track that was hidden with an answer is shown with that."""
    return thing.hidden is not None and (case.kind != "track" or thing.hidden.with_report is None)


def _goes_with(case: Case, track: Track | None, *, hide: bool) -> bool:
    """Whether the track of an answer is hidden or shown with it; what was hidden by itself stays so."""
    if track is None or not track.is_ready:
        return False
    if track.hidden is not None:
        return bool(track.hidden.with_report == case.report_id)
    return hide and bool(track.meant_audience == case.place)


def _turn(
    transaction: TransactWrite, me: Member, case: Case, thing: Thing, hidden: Hidden | None, now: datetime
) -> None:
    """Hide it or show it again as it was read, and tell its author once."""
    if isinstance(thing, Track):
        _turn_track(transaction, thing, hidden, now)
    elif isinstance(thing, Answer):
        transaction.update(
            Answer(thing.question_id, thing.answer_id),
            actions=[Answer.hidden.remove() if hidden is None else Answer.hidden.set(hidden)],
            condition=Answer.answer_id.exists(),
        )
    else:
        transaction.update(
            Feedback(thing.receiver_id, thing.feedback_id),
            actions=[Feedback.hidden.remove() if hidden is None else Feedback.hidden.set(hidden)],
            condition=Feedback.feedback_id.exists(),
        )
    if (thing.hidden is None) != (hidden is None):
        log.record(
            transaction,
            "words_shown" if hidden is None else "words_hidden",
            f"m#{case.author_id}",
            workspace_id=me.workspace_id,
            actor_id=None,
            now=now,
            track_id=case.track_id if case.kind == "track" else None,
            question_id=case.question_id,
        )


def _turn_track(transaction: TransactWrite, track: Track, hidden: Hidden | None, now: datetime) -> None:
    """Hide a track or show it again as it was read; the stream's reader carries it on."""
    transaction.update(
        Track(track.workspace_id, track.track_id),
        actions=[
            *_of_track(track, hidden),
            *consent.carried(track, now),
            Track.version.add(1),
            Track.changed_at.set(now),
        ],
        condition=Track.version == track.version,
    )
    log.record(
        transaction,
        "track_changed",
        f"m#{track.speaker_id}",
        workspace_id=track.workspace_id,
        actor_id=None,
        now=now,
        track_id=track.track_id,
    )


def _of_track(track: Track, hidden: Hidden | None) -> list[Action]:
    """A hidden track is its speaker's alone, and keeps whom it is meant for."""
    if hidden is None:
        return [*consent.placed(track, str(track.meant_audience), hidden=False), Track.hidden.remove()]
    if track.hidden is not None:
        actions: list[Action] = [HIDDEN.reason.set(hidden.reason)]
        for path, value in ((HIDDEN.note, hidden.note), (HIDDEN.with_report, hidden.with_report)):
            actions.append(path.remove() if value is None else path.set(value))
        return actions
    return [*consent.placed(track, str(track.meant_audience), hidden=True), Track.hidden.set(hidden)]


def _first_reason(case: Case) -> str:
    """The reason of who reported first, where who decides gives none."""
    return str(min(case.reports_here.values(), key=lambda report: report["at"])["reason"])
