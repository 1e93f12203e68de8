"""A member's own podcast feed: making it, replacing its address, choosing what it holds, turning it off."""

from datetime import datetime

from chalicelib import aws, errors
from chalicelib.sharing import addresses, rss
from chalicelib.sharing.feed_models import Feed, Holds
from chalicelib.workspaces.models import Member


def works_for(member: Member, feed: Feed) -> bool:
    """Whether the address of a member's feed works: they are there, and no sessions were ended since."""
    return member.is_active and feed.made_at >= member.sessions_valid_from


def mine(me: Member) -> Feed | None:
    """The caller's feed, None where there is none whose address works."""
    feed = Feed.of_member(me.member_id)
    return feed if feed is not None and works_for(me, feed) else None


def make(me: Member, holds: Holds, *, now: datetime) -> tuple[Feed, str]:
    """The caller's feed under a new address, which is told this once; an earlier one leads nowhere any more.

    For apps it stays the same podcast: a guid is given once in its lifetime (see `rss.guid_of`).
    """
    token = addresses.new_token()
    url = addresses.feed(token)
    feed = Feed(me.member_id)
    feed.update(
        actions=[
            Feed.workspace_id.set(me.workspace_id),
            Feed.token_hash.set(addresses.hash_of(token)),
            Feed.guid.set(Feed.guid | rss.guid_of(url)),
            Feed.holds.set(holds),
            Feed.made_at.set(now),
        ]
    )
    return feed, url


def choose(me: Member, holds: Holds) -> Feed:
    """The caller's feed with other contents under the same address. Raises `NotFound` where there is none."""
    feed = Feed(me.member_id)
    counts = Feed.member_id.exists() & (Feed.made_at >= me.sessions_valid_from)
    if not aws.updated(feed, [Feed.holds.set(holds)], counts):
        raise errors.NotFound
    return feed


def turn_off(me: Member) -> None:
    """Let the address lead nowhere from now on; without a feed there is nothing to do."""
    Feed(me.member_id).delete()
