"""What shares and feeds look like to who made them, and what shares show to everybody."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.sharing import addresses
from chalicelib.sharing.feed_models import Feed, Holds
from chalicelib.sharing.models import Kind, Share
from chalicelib.tracks.captions import Cue


class ShareView(msgspec.Struct):
    """A link to a track or playlist."""

    share_id: str
    label: str | None
    start_ms: int
    origins: Annotated[list[str], Meta(description="Sites that may embed it.")]
    created_at: datetime
    ends_at: datetime
    is_over: bool
    visits: Annotated[int, Meta(description="How often somebody has begun to play.")]

    @classmethod
    def of(cls, share: Share, now: datetime) -> "ShareView":
        return cls(
            share.token_hash,
            share.label,
            int(share.start_ms),
            list(share.origins),
            share.created_at,
            share.ends_at,
            share.is_over(now),
            int(share.visits),
        )


class NewShareView(msgspec.Struct):
    """A new link: the only time that its addresses are told."""

    share: ShareView
    url: Annotated[str, Meta(description="The page with its player.")]
    embed_url: Annotated[str, Meta(description="The play button for an iframe.")]
    feed_url: Annotated[str | None, Meta(description="The feed for podcast apps; null: one track has none.")]

    @classmethod
    def of(cls, share: Share, token: str, now: datetime) -> "NewShareView":
        return cls(
            ShareView.of(share, now),
            addresses.page(token),
            addresses.embed(token),
            addresses.feed(token) if share.kind == "playlist" else None,
        )


class FeedView(msgspec.Struct):
    """The caller's podcast feed."""

    made_at: Annotated[datetime | None, Meta(description="When it got its address; null: there is none.")]
    holds: Annotated[
        Holds, Meta(description="The newest of the library, or what is new in the playlists one follows.")
    ]

    @classmethod
    def of(cls, feed: Feed | None) -> "FeedView":
        if feed is None:
            return cls(None, "library")
        return cls(feed.made_at, msgspec.convert(feed.holds, Holds))


class NewFeedView(msgspec.Struct):
    """A feed under a new address: the only time that it is told."""

    feed: FeedView
    url: Annotated[str, Meta(description="A secret: whoever knows it hears what the feed holds.")]


class SharedTrack(msgspec.Struct):
    """A track as everybody with the link sees it."""

    track_id: str
    title: str
    description: str | None
    topics: list[str]
    language: Annotated[str | None, Meta(description="A BCP 47 tag; null: its speaker has not said.")]
    speaker_name: Annotated[str | None, Meta(description="Only of who agrees to be named in public.")]
    duration_ms: int
    from_ms: Annotated[int | None, Meta(description="Where the part that plays begins; null: the whole.")]
    to_ms: int | None
    peaks: Annotated[list[int], Meta(description="0 to 255.")]
    has_transcript: bool


class SharedTranscript(msgspec.Struct):
    """What is said in a track; voices have names only where its speaker agrees to be named in public."""

    cues: Annotated[list[Cue], Meta(description="Where it has times.")]
    paragraphs: Annotated[list[str], Meta(description="Where it has none.")]
    language: Annotated[str | None, Meta(description="A BCP 47 tag; null: its speaker has not said.")]


class SharedView(msgspec.Struct):
    """What a link leads to."""

    kind: Kind
    title: str
    description: str | None
    start_ms: Annotated[int, Meta(description="Where in the first track to begin.")]
    tracks: list[SharedTrack]
