"""The library: listing, changing and taking back tracks."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib import aws, errors
from chalicelib.activity import log
from chalicelib.activity.models import Activity
from chalicelib.auth import audience
from chalicelib.tracks import consent as consents
from chalicelib.tracks import transcribing, uploads
from chalicelib.tracks.models import HIDDEN_AFTER, UPLOAD, Consent, Track
from chalicelib.tracks.views import ConsentView, TrackView
from chalicelib.workspaces.models import Member

TRIES = 5
"""How often a change is tried again that meets another one."""

on_consent: list[Callable[[Track], object]] = []
"""Told of a track whose consent was changed, before that is answered; app.py says who is."""

on_taken_back: list[Callable[[Track, datetime], object]] = []
"""Told of a track that was taken back, before that is answered; app.py says who is."""

Found = tuple[list[Track], dict[str, Any] | None]


def newest(me: Member, *, limit: int, after: dict[str, Any] | None) -> Found:
    """What the whole workspace may hear, newest first, and the position behind it."""
    found = Track.of_audience(me.workspace_key, limit=limit, after=after)
    return list(found), found.last_evaluated_key


def of_group(me: Member, group_id: str, *, limit: int, after: dict[str, Any] | None) -> Found:
    """What a group of the caller's may hear, newest first, and the position behind it. Raises `NotFound`."""
    found = Track.of_audience(audience.of_group(me, group_id), limit=limit, after=after)
    shown = list(found)
    return shown, aws.behind(found, shown)


def by_speaker(
    me: Member, speaker_id: str, *, limit: int, after: dict[str, Any] | None, now: datetime
) -> Found:
    """What a speaker has published for the caller; of oneself also what is on its way or was rejected."""
    if speaker_id == me.member_id:
        visible = (Track.audience_key.exists() | Track.retired_at.exists()) | (
            (UPLOAD.status != "awaiting_upload") | (UPLOAD.created_at > now - HIDDEN_AFTER)
        )
    else:
        visible = Track.audience_key.is_in(*audience.keys_of(me))
    found = Track.of_speaker(speaker_id, visible, limit=limit, after=after)
    shown = list(found)
    return shown, aws.behind(found, shown)


def visible(me: Member, track_ids: set[str], *, retired: bool = False) -> dict[str, Track]:
    """Those of these tracks that the caller may hear now, or has spoken, by id; with those that are retired,
    or without.
    """
    found = Track.batch_get([(me.workspace_id, track_id) for track_id in track_ids])
    return {
        track.track_id: track
        for track in found
        if track.is_ready
        and (retired or not track.is_retired)
        and (audience.may_open(me, track.known_to) or track.speaker_id == me.member_id)
    }


def change(
    me: Member,
    track_id: str,
    *,
    said: Mapping[str, Any],
    consent: ConsentView | None,
    expected_version: int | None,
    now: datetime,
) -> Track:
    """The track with another title, description, topics or language, or with another consent.

    Its file is tagged anew by the stream's reader, where that says something else by then.

    Raises `NotFound` where it is not the caller's own, `StaleVersion`, and what `consent.agreed` raises.
    """
    for _ in range(TRIES):
        track = uploads.of_speaker(me, track_id, now=now)
        if expected_version not in (None, track.version):
            break
        given = None if consent is None else consents.agreed(me, consent, track.consent)
        key = consents.audience_key(track, given) if given and track.is_ready else None
        told = key if key and not track.is_withheld and not _was_for(track, key) else None
        actions = _changes(track, said, given, key, told, now)
        if not actions or _written(me, track, actions, told=told, now=now):
            changed = uploads.of_speaker(me, track_id, now=now)
            if consent is not None and changed.is_ready:
                for tell in on_consent:
                    tell(changed)
            return changed
    raise errors.StaleVersion(msgspec.to_builtins(TrackView.of(track, me)))


def take_back(me: Member, track_id: str, *, now: datetime) -> None:
    """Delete a track of one's own; the stream's reader erases its audio. Raises `NotFound`."""
    for _ in range(TRIES):
        track = uploads.of_speaker(me, track_id, now=now)
        if deleted(track, actor_id=me.member_id, now=now):
            for tell in on_taken_back:
                tell(track, now)
            return
    raise errors.StaleVersion(msgspec.to_builtins(TrackView.of(track, me)))


def deleted(
    track: Track,
    *,
    actor_id: str,
    now: datetime,
    provided: Callable[[TransactWrite], object] = lambda _: None,
) -> bool:
    """Delete the track as it was read, provided that; the stream's reader takes away what it leaves.

    False where it has changed since, or what is provided does not hold.
    """

    def fill(transaction: TransactWrite) -> None:
        provided(transaction)
        transaction.delete(track, condition=(Track.version == track.version) & _entered_as_read(track))
        log.record(
            transaction,
            "track_taken_back",
            f"m#{track.speaker_id}",
            workspace_id=track.workspace_id,
            actor_id=actor_id,
            now=now,
            track_id=track.track_id,
            details={"keys": keys_of(track), "entered": sorted(track.entered or ())},
        )

    return aws.written(fill)


def name_speaker(activity: Activity) -> None:
    """Carry a member's new name into their tracks, after a ``member_renamed`` activity.

    What follows from ``track_changed`` carries it on, into the file where the speaker is named there.
    """
    member = aws.found(Member, activity.workspace_id, activity.details["member_id"])
    if member is None:  # erased since
        return
    for track in Track.of_speaker(member.member_id):
        if track.speaker_name != member.name:
            _name(track, member, activity.at)


def _name(track: Track, member: Member, now: datetime) -> None:
    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            Track(track.workspace_id, track.track_id),
            actions=[Track.speaker_name.set(member.name), Track.changed_at.set(now)],
            condition=Track.speaker_id == member.member_id,  # not where their name was taken out meanwhile
        )
        if track.consent.named_publicly:
            log.record(
                transaction,
                "track_changed",
                member.own_key,
                workspace_id=track.workspace_id,
                actor_id=member.member_id,
                now=now,
                track_id=track.track_id,
            )

    aws.written(fill)


def _written(me: Member, track: Track, actions: list[Action], *, told: str | None, now: datetime) -> bool:
    """Change the track as it was read; False where it has changed since.

    ``told`` is the audience that hears of the track by this change.
    """

    def fill(transaction: TransactWrite) -> None:
        tell = partial(
            log.record,
            transaction,
            workspace_id=me.workspace_id,
            actor_id=me.member_id,
            now=now,
            track_id=track.track_id,
        )
        transaction.update(
            Track(me.workspace_id, track.track_id),
            actions=[*actions, Track.version.add(1), Track.changed_at.set(now)],
            condition=Track.version == track.version,
        )
        tell("track_changed", me.own_key)
        if told:
            tell("track_published", told)

    return aws.written(fill)


def _entered_as_read(track: Track) -> Condition:
    """That no playlist has taken it in since, nor let go of it."""
    if track.entered is None:
        return Track.entered.does_not_exist()
    condition: Condition = Track.entered == track.entered
    return condition


def _changes(
    track: Track,
    said: Mapping[str, Any],
    given: Consent | None,
    key: str | None,
    told: str | None,
    now: datetime,
) -> list[Action]:
    actions: list[Action] = []
    for name, value in said.items():
        path = getattr(Track, name)
        if value != getattr(track, name):
            actions.append(path.remove() if value is None else path.set(value))
    if given is not None:
        actions.append(Track.consent.set(given))
    if key is not None:
        actions += [*consents.placed(track, key, aside=False), *consents.carried(track, now)]
        if track.is_set_aside:  # its speaker is back, and decides anew
            actions.append(Track.set_aside_at.remove())
    if told is not None:
        actions.append(Track.published_at.set(now))
    return actions


def _was_for(track: Track, key: str) -> bool:
    """Whether everybody in this audience, or its speaker alone, could hear the track already."""
    return key == f"m#{track.speaker_id}" or audience.covers(track.audience_key, key, track.workspace_id)


def keys_of(track: Track) -> list[str]:
    """Everything of a track that lies in the bucket, or may come to lie there."""
    keys = uploads.media_keys(track)
    if track.upload is not None:
        keys.append(uploads.key_of(track))
    return [*keys, *map(uploads.next_key, keys), *transcribing.keys(track)]
