"""What a podcast app gets that knows the address of a feed: a member's own, or that of a link to a playlist.

A member's feed holds only what the whole workspace may hear: apps often fetch feeds through the servers of
who made them, and what is said in a group or to a mentor stays there. For the same reason a speaker is named
only where they agree to be named in public.

Calls of DynamoDB, however many episodes there are: five for a member's feed of the library (the index of
feeds, the feed, the member, the workspace, the index of the library), eight for one of what they follow (the
loops, the index of playlists, the playlists and their tracks in place of the library), five for a link's (the
index of feeds, the share, the workspace, the playlist, its tracks), and one more beyond a hundred tracks.
Nothing is signed. To play an episode takes four, or as many as the link's feed, and one signature.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from chalicelib import aws, errors, settings
from chalicelib.playlists import following, library
from chalicelib.sharing import addresses, chapters, feeds, opening, rss
from chalicelib.sharing.feed_models import MOST_EPISODES, MOST_PLAYLISTS, Feed
from chalicelib.sharing.models import Share
from chalicelib.sharing.opening import Content, Part
from chalicelib.sharing.rss import Episode, Podcast
from chalicelib.tracks import captions, transcribing, uploads
from chalicelib.tracks.models import Track, Transcript
from chalicelib.tracks.uploads import Reading
from chalicelib.workspaces import founding
from chalicelib.workspaces.models import Member

Dated = tuple[Track, datetime]
"""A track and when it came into a feed."""


def podcast(token: str, *, now: datetime) -> Podcast:
    """What the feed with this token holds.

    Raises `NotFound`: unknown, replaced, over, revoked, forbidden, of who has left, and empty by now are one.
    """
    owned = _owned(token)
    if owned is not None:
        return _of_member(token, *owned)
    return _of_share(token, *_shared(token, now))


def episode(token: str, track_id: str, file: str, *, reading: Reading, now: datetime) -> str | bytes:
    """Where audio or a transcript of this feed is for the next 5 minutes, or what chapters it has.

    Raises `NotFound`, also of an earlier revision.
    """
    owned = _owned(token)
    if owned is not None:
        track = _heard_by(owned[1], track_id)
    else:
        _, content = _shared(token, now)
        track = content.track(track_id)
    if file == _file(track):
        return uploads.signed(track, now=now, reading=reading).url
    if track.chapters and file == _chapters_file(track):
        return chapters.written(track)
    found = _transcript(track)
    if found is None or file != _transcript_file(found):
        raise errors.NotFound
    return transcribing.address(found, reading=reading)


def _owned(token: str) -> tuple[Feed, Member] | None:
    """The member's feed with this token and its member, None where that is nobody's any more."""
    feed = Feed.of_token(addresses.hash_of(token))
    if feed is None:
        return None
    member = aws.found(Member, feed.workspace_id, feed.member_id)
    if member is None:
        return None
    return (feed, member) if feeds.works_for(member, feed) else None


def _shared(token: str, now: datetime) -> tuple[Share, Content]:
    """The link with this token, and what it leads to. Raises `NotFound`; one track makes no podcast."""
    share, content = opening.opened(addresses.hash_of(token), now=now)
    if share.kind != "playlist":
        raise errors.NotFound
    return share, content


def _of_member(token: str, feed: Feed, me: Member) -> Podcast:
    name = founding.get(me.workspace_id).name
    if feed.holds == "following":
        title, what = f"{name}: what I follow", f"What is new in the playlists of {name} that you follow."
        found = _followed(me)
    else:
        title, what = name, f"What is new in the library of {name}."
        found = _newest(me)
    newest_first = sorted(found, key=lambda each: (each[1], each[0].track_id), reverse=True)
    home = f"{settings.BASE_URL}#/w/{me.workspace_id}"
    return Podcast(
        url=addresses.feed(token),
        guid=feed.guid,
        title=title,
        description=f"{what} The address of this feed is yours alone: do not pass it on.",
        author=name,
        link=f"{home}/home",
        image_url=_image(),
        in_order=False,
        episodes=[
            _episode(token, track, at, link=f"{home}/track/{track.track_id}") for track, at in newest_first
        ],
    )


def _of_share(token: str, share: Share, content: Content) -> Podcast:
    page = addresses.page(token)
    url = addresses.feed(token)
    parts: dict[str, list[Part]] = {}
    for part in content.parts:
        parts.setdefault(part.track.track_id, []).append(part)
    return Podcast(
        url=url,
        guid=rss.guid_of(url),
        title=content.title,
        description=content.description or "Shared with Earshot.",
        author=None,
        link=page,
        image_url=_image(),
        in_order=True,
        episodes=[
            _episode(
                token,
                *_dated(of_one[0].track),
                link=page,
                where=_where(of_one, int(share.start_ms) if number == 1 else 0),
                number=number,
            )
            for number, of_one in enumerate(parts.values(), start=1)
        ],
    )


def _newest(me: Member) -> Iterable[Dated]:
    return map(_dated, Track.of_audience(me.workspace_key, limit=MOST_EPISODES, after=None))


def _followed(me: Member) -> Iterable[Dated]:
    """What was added last to the playlists that a member follows, since it was first added to one of them."""
    shown, _ = following.newest(me, following.followed(me), limit=MOST_PLAYLISTS)
    opened = library.visible(me, [playlist.playlist_id for playlist in shown], whole=True)
    added = sorted(
        (entry.added_at, entry.track_id)
        for playlist in opened.values()
        for entry in playlist.entries.values()
        if entry.track_id is not None and entry.audience_key == me.workspace_key
    )
    first_added: dict[str, datetime] = {}
    for at, track_id in added:
        first_added.setdefault(track_id, at)
    newest = list(first_added)[-MOST_EPISODES:]
    for track in Track.batch_get([(me.workspace_id, track_id) for track_id in newest]):
        if track.is_ready and track.audience_key == me.workspace_key:
            yield track, max(first_added[track.track_id], track.revised_at or track.published_at)


def _heard_by(me: Member, track_id: str) -> Track:
    """A track that everybody in the member's workspace may hear, be it old by now. Raises `NotFound`."""
    track = aws.found(Track, me.workspace_id, track_id)
    if track is None:
        raise errors.NotFound
    if not track.is_ready or track.audience_key != me.workspace_key:
        raise errors.NotFound
    return track


def _dated(track: Track) -> Dated:
    return track, track.revised_at or track.published_at


def _episode(
    token: str,
    track: Track,
    published_at: datetime,
    *,
    link: str,
    where: str | None = None,
    number: int | None = None,
) -> Episode:
    place, said = f"{addresses.feed(token)}/{track.track_id}", _transcript(track)
    return Episode(
        guid=f"{track.track_id}/{int(track.revision)}",
        title=track.title,
        description="\n\n".join(filter(None, [where, track.description])) or None,
        author=track.speaker_name if track.names_speaker_publicly else None,
        link=link,
        published_at=published_at,
        duration_ms=int(track.duration_ms),
        url=f"{place}/{_file(track)}",
        size_bytes=int(track.size_bytes),
        content_type=track.content_type,
        number=number,
        transcript=rss.Transcript(
            f"{place}/{_transcript_file(said)}", captions.MEDIA_TYPES[_kind(said)], track.language
        )
        if said
        else None,
        chapters_url=f"{place}/{_chapters_file(track)}" if track.chapters else None,
    )


def _file(track: Track) -> str:
    """The name of a revision's file: apps look at how an address ends, and keep what they have by it."""
    return f"{int(track.revision)}.{track.container}"


def _chapters_file(track: Track) -> str:
    return f"{int(track.revision)}.json"


def _transcript(track: Track) -> Transcript | None:
    """The transcript that apps get: one that names voices only where its speaker may be named in public."""
    found = track.present_transcript
    return None if found is None or (found.names_voices and not track.names_speaker_publicly) else found


def _transcript_file(transcript: Transcript) -> str:
    return f"{int(transcript.revision)}.{captions.ENDINGS[_kind(transcript)]}"


def _kind(transcript: Transcript) -> captions.Kind:
    kind: captions.Kind = msgspec.convert(transcript.kind, captions.Kind)
    return kind


def _where(parts: list[Part], start_ms: int) -> str | None:
    """Where in a track to listen, if not to all of it: apps play an episode from its beginning."""
    spans = [part.span or (0, int(part.track.duration_ms)) for part in parts]
    begin, end = spans[0][0] + start_ms, spans[0][1]
    if any(part.span is None for part in parts):
        return f"Begin at {_clock(begin)}." if begin >= 1000 else None
    spans[0] = begin, end
    return f"Listen from {' and '.join(f'{_clock(begin)} to {_clock(end)}' for begin, end in spans)}."


def _clock(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes}:{seconds:02}"


def _image() -> str:
    return f"{settings.BASE_URL}static/cover.png"
