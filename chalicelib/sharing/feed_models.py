"""Feeds: what members listen to in a podcast app of their choice.

Access patterns:

- a member's own feed: `Feed` by member
- whose feed an address leads to: `Feed.of_token`
"""

from typing import Final, Literal, Optional

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model

from chalicelib import aws, settings
from chalicelib.aws import TableMeta

Holds = Literal["library", "following"]
"""What a feed is made of: the newest of the library, or what was added to the playlists that one follows."""

MOST_EPISODES: Final = 100
"""Of a member's feed, the newest; as many tracks as DynamoDB gives in one call."""

MOST_PLAYLISTS: Final = 25
"""Followed playlists that a feed looks into, the newest changed ones."""


class TokenIndex(GlobalSecondaryIndex["Feed"]):
    """Feeds by their address."""

    class Meta:
        index_name = "token"
        projection = IncludeProjection(["workspace_id"])

    token_hash = UnicodeAttribute(hash_key=True)


class Feed(Model):
    """The podcast feed of a member. ``token_hash`` is the SHA-256 of its token, which nobody keeps.

    ``guid`` names the podcast for apps; it stays when the address is replaced.
    """

    class Meta(TableMeta):
        table_name = settings.table("feeds")

    member_id = UnicodeAttribute(hash_key=True)
    workspace_id = UnicodeAttribute()
    token_hash = UnicodeAttribute()
    guid = UnicodeAttribute()
    holds = UnicodeAttribute()
    made_at = UTCDateTimeAttribute()

    token = TokenIndex()

    @classmethod
    def of_member(cls, member_id: str) -> Optional["Feed"]:
        """A member's own feed, None where there is none."""
        return aws.found(cls, member_id)

    @classmethod
    def of_token(cls, token_hash: str) -> Optional["Feed"]:
        """The feed with this token; None where it has none, or another one by now."""
        for found in cls.token.query(token_hash):
            feed = cls.of_member(found.member_id)  # the index may be a moment old
            if feed is not None and feed.token_hash == token_hash:
                return feed
        return None
