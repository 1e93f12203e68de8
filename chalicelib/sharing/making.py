"""Making a link, listing the links of a track or playlist, and taking one back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.exceptions import DeleteError

from chalicelib import errors, times
from chalicelib.aws import is_failed_condition
from chalicelib.playlists import library as playlists
from chalicelib.sharing import addresses, opening
from chalicelib.sharing.models import MOST_SHARES, TIDIED_AFTER, Kind, Share, key_of
from chalicelib.tracks import uploads
from chalicelib.workspaces import founding
from chalicelib.workspaces.models import Member


@dataclass(frozen=True)
class Wanted:
    """What somebody asks of a link."""

    label: str | None
    days: int
    start_ms: int
    origins: Collection[str]


def make(me: Member, kind: Kind, item_id: str, wanted: Wanted, *, now: datetime) -> tuple[Share, str]:
    """A new share, and its token, which is told this once.

    Raises `NotFound` where the caller may not share it, `PublicLinksForbidden`, `NotForThePublic` where no
    speaker has agreed to one, `TooManyShares`, and `InvalidRequest` where the start lies behind
    the end of what plays first.
    """
    _look_after(me, kind, item_id, now=now)
    if not founding.get(me.workspace_id).allows_public_links:
        raise errors.PublicLinksForbidden
    content = opening.content_of(me.workspace_id, kind, item_id)
    if content is None:
        raise errors.NotForThePublic
    if wanted.start_ms >= content.parts[0].length_ms:
        raise errors.InvalidRequest("`start_ms` must lie before the end of what plays first.")
    item_key = key_of(me.workspace_id, kind, item_id)
    if sum(not share.is_over(now) for share in Share.of_item(item_key)) >= MOST_SHARES:
        raise errors.TooManyShares(MOST_SHARES)
    token = addresses.new_token()
    ends_at = now + timedelta(days=wanted.days)
    share = Share(
        addresses.hash_of(token),
        workspace_id=me.workspace_id,
        item_key=item_key,
        kind=kind,
        item_id=item_id,
        label=wanted.label,
        start_ms=wanted.start_ms,
        origins=list(wanted.origins),
        created_by=me.member_id,
        created_at=now,
        ends_at=ends_at,
        expires_at=times.epoch(ends_at + TIDIED_AFTER),
    )
    share.save(condition=Share.token_hash.does_not_exist())
    return share, token


def of_item(me: Member, kind: Kind, item_id: str, *, now: datetime) -> list[Share]:
    """The shares of a track or playlist that the caller looks after, newest first. Raises `NotFound`."""
    _look_after(me, kind, item_id, now=now)
    return Share.of_item(key_of(me.workspace_id, kind, item_id))


def revoke(me: Member, kind: Kind, item_id: str, token_hash: str, *, now: datetime) -> None:
    """Take a link back; from now on it is as one that never was. Raises `NotFound`."""
    _look_after(me, kind, item_id, now=now)
    try:
        Share(token_hash).delete(condition=Share.item_key == key_of(me.workspace_id, kind, item_id))
    except DeleteError as error:
        if not is_failed_condition(error):
            raise
        raise errors.NotFound from error


def _look_after(me: Member, kind: Kind, item_id: str, *, now: datetime) -> None:
    """Only the owner of a thing, and admins who may open it, handle its links. Raises `NotFound`."""
    if kind == "track":
        owner_id = uploads.heard_by(me, item_id, now=now).speaker_id
    else:
        owner_id = playlists.opened(me, item_id).owner_id
    if me.member_id != owner_id and me.role != "admin":
        raise errors.NotFound
