"""A member's loop through a playlist: gain, apply, feedback, reflect; entered anywhere, seen by nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.auth import membership
from chalicelib.conversations import loop_gain, loop_nudges, loop_thanks, voice
from chalicelib.conversations.loop_models import SHOWN, Shown, Stages
from chalicelib.playlists import library
from chalicelib.playlists.models import Entry, Playlist
from chalicelib.progress import standing
from chalicelib.progress.models import Key
from chalicelib.progress.standing import Standing
from chalicelib.tracks import uploads
from chalicelib.tracks.models import is_former
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Member

Found = tuple[list[Stages], dict[str, Any] | None]


@dataclass(frozen=True)
class Note:
    """What a member writes or records about what they learned."""

    text: str | None
    track_id: str | None


@dataclass(frozen=True)
class Loop:
    """A member's loop, with the playlist and how much of it they have heard, 0 to 1."""

    playlist: Playlist
    stages: Stages
    heard: Fraction


def opened(me: Member, playlist_id: str) -> Loop:
    """The caller's loop through a playlist that they may open, as of now. Raises `NotFound`."""
    playlist = library.opened(me, playlist_id)
    needed = [entry for entry in _playable(me, playlist) if not entry.optional]
    return Loop(playlist, _stages(me.member_id, playlist_id), loop_gain.share(needed, _standings(me, needed)))


def is_enough(loop: Loop) -> bool:
    """Whether so much was heard that the playlist can be gained."""
    return loop_gain.is_gained(loop.heard)


def gain(me: Member, playlist_id: str, *, now: datetime) -> Loop:
    """The caller's loop, gained where enough was heard; it is asked for use later, and gained only once.

    Raises `NotFound`, `NotGained`.
    """
    loop = opened(me, playlist_id)
    if loop.stages.gained_at is not None:
        return loop
    if not is_enough(loop):
        raise errors.NotGained(int(100 * loop.heard), loop_gain.NEEDED_PERCENT)

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            loop.stages,
            actions=[Stages.gained_at.set(now)],
            condition=Stages.gained_at.does_not_exist(),
        )
        loop_nudges.plan(transaction, me, playlist_id, now=now)

    aws.written(fill)  # somebody who gains it on two devices has gained it
    return opened(me, playlist_id)


def apply(me: Member, playlist_id: str, note: Note, *, now: datetime) -> Loop:
    """The caller's loop with what they tried, in place of an earlier note.

    Raises `NotFound` where the track is not their own, `TrackNotReady`.
    """
    library.opened(me, playlist_id)
    if note.track_id is not None and not uploads.of_speaker(me, note.track_id, now=now).is_ready:
        raise errors.TrackNotReady
    optional = [(Stages.applied_text, note.text), (Stages.applied_track_id, note.track_id)]
    _update(me, playlist_id, [Stages.applied_at.set(now), *map(_set_or_remove, optional)])
    return opened(me, playlist_id)


def forget_application(me: Member, playlist_id: str) -> None:
    """Take back what the caller said to have tried. Raises `NotFound`."""
    library.opened(me, playlist_id)
    _update(
        me,
        playlist_id,
        [Stages.applied_at.remove(), Stages.applied_text.remove(), Stages.applied_track_id.remove()],
    )


def reflect(me: Member, playlist_id: str, note: Note, *, teach_back_to: str | None, now: datetime) -> Loop:
    """The caller's loop with what they keep of it, in place of an earlier note.

    It is private unless it goes, as a teach-back, to the speaker of one of the playlist's tracks. Raises
    `NotFound`, `OwnTrack`, and what `voice.recorded` raises.
    """
    playlist = library.opened(me, playlist_id)
    said = voice.recorded(me, note.track_id, now=now) if note.track_id else None
    if teach_back_to is not None:
        [entry] = _of_tracks(_playable(me, playlist), [teach_back_to])
        loop_thanks.send(
            me, entry.speaker_id, teach_back_to, "teach_back", now=now, text=note.text, said=said
        )
    optional = [
        (Stages.reflected_text, note.text),
        (Stages.reflected_track_id, note.track_id),
        (Stages.taught_id, teach_back_to),
    ]
    _update(me, playlist_id, [Stages.reflected_at.set(now), *map(_set_or_remove, optional)])
    return opened(me, playlist_id)


def forget_reflection(me: Member, playlist_id: str) -> None:
    """Take back what the caller kept for themselves; a teach-back that was sent stays. Raises `NotFound`."""
    library.opened(me, playlist_id)
    _update(
        me,
        playlist_id,
        [
            Stages.reflected_at.remove(),
            Stages.reflected_text.remove(),
            Stages.reflected_track_id.remove(),
            Stages.taught_id.remove(),
        ],
    )


def answer_use(
    me: Member, playlist_id: str, used: bool, track_ids: Sequence[str] | None, *, now: datetime
) -> Loop:
    """The caller's loop after whether they used it; a yes thanks the speakers, each once.

    Those of these tracks or, where none are named, of all that the caller has heard of. Raises `NotFound`
    where one of the tracks is not in the playlist.
    """
    playlist = library.opened(me, playlist_id)
    if used:
        playable = _playable(me, playlist)
        helped = _heard_of(me, playable) if track_ids is None else _of_tracks(playable, track_ids)
        by_speaker = {entry.speaker_id: entry for entry in reversed(helped)}
        for speaker_id, entry in by_speaker.items():
            if speaker_id != me.member_id and not is_former(speaker_id):
                loop_thanks.send(me, speaker_id, str(entry.track_id), "used", now=now)
    _update(me, playlist_id, [Stages.used.set(used), Stages.answered_at.set(now)])
    return opened(me, playlist_id)


def of_member(member: Member, *, limit: int, after: dict[str, Any] | None) -> Found:
    """A member's loops, those of the newest playlists first, and the position behind them."""
    found = Stages.of_member(member.member_id, limit=limit, after=after)
    shown = list(found)
    return shown, aws.behind(found, shown)


def show_mentor(me: Member) -> str:
    """Let the caller's present mentor see their stages; the mentor's id. Raises `NoMentor`."""
    mentor = membership.refreshed(me).mentor
    if mentor is None:
        raise errors.NoMentor("There is nobody to show this to.")
    aws.patiently(Shown(me.member_id, mentor_id=mentor.member_id).save)
    return str(mentor.member_id)


def hide_from_mentor(me: Member) -> None:
    """Let nobody see the caller's stages."""
    aws.patiently(Shown(me.member_id, SHOWN).delete)


def shown_to(member: Member) -> str | None:
    """The mentor who sees a member's stages, None where nobody does; a new mentor does not by themselves."""
    if member.mentor is None:
        return None
    shown = aws.found(Shown, member.member_id, SHOWN)
    if shown is None:
        return None
    return str(shown.mentor_id) if shown.mentor_id == member.mentor.member_id else None


def of_mentee(me: Member, member_id: str, *, limit: int, after: dict[str, Any] | None) -> Found:
    """The loops of a new hire of the caller's, or one's own: none where they do not show them.

    Raises `NotFound` where the caller is not their mentor.
    """
    member = members.get(me.workspace_id, member_id)
    if member_id != me.member_id:
        mentor = member.mentor if member.is_active else None
        if mentor is None or mentor.member_id != me.member_id:
            raise errors.NotFound
        if shown_to(member) != me.member_id:
            return [], None
    return of_member(member, limit=limit, after=after)


def _stages(member_id: str, playlist_id: str) -> Stages:
    note = Stages.note_of(playlist_id)
    return aws.found(Stages, member_id, note) or Stages(member_id, note)


def _update(me: Member, playlist_id: str, actions: list[Action]) -> None:
    stages = Stages(me.member_id, Stages.note_of(playlist_id))
    aws.patiently(lambda: stages.update(actions=actions))


def _set_or_remove(optional: tuple[Any, str | None]) -> Action:
    path, value = optional
    action: Action = path.remove() if value is None else path.set(value)
    return action


def _playable(me: Member, playlist: Playlist) -> list[Entry]:
    return [entry for entry in playlist.in_order if entry.is_for(me)]


def _of_tracks(playable: Sequence[Entry], track_ids: Sequence[str]) -> list[Entry]:
    """An entry for each of these tracks. Raises `NotFound` where there is none."""
    by_track = {entry.track_id: entry for entry in reversed(playable)}
    if not set(track_ids) <= by_track.keys():
        raise errors.NotFound
    return [by_track[track_id] for track_id in track_ids]


def _heard_of(me: Member, playable: Sequence[Entry]) -> list[Entry]:
    standings = _standings(me, playable)
    return [entry for entry in playable if loop_gain.share([entry], standings)]


def _standings(me: Member, entries: Sequence[Entry]) -> dict[Key, Standing]:
    keys = [(str(entry.track_id), entry.revision) for entry in entries]
    return standing.of_member(me.member_id, keys, consistent=True) if keys else {}
