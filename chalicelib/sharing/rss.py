"""A podcast as RSS 2.0 with the namespaces of Apple and of the Podcast Index; from data to bytes.

https://www.rssboard.org/rss-specification
https://help.apple.com/itc/podcasts_connect/#/itcb54353390
https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md
"""

import html
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from chalicelib.sharing import chapters

MEDIA_TYPE: Final = "application/rss+xml"

ITUNES: Final = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST: Final = "https://podcastindex.org/namespace/1.0"
ATOM: Final = "http://www.w3.org/2005/Atom"
for _prefix, _namespace in {"itunes": ITUNES, "podcast": PODCAST, "atom": ATOM}.items():
    ElementTree.register_namespace(_prefix, _namespace)

GUIDS: Final = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The namespace of the guids of podcasts."""

LANGUAGE: Final = "en"
"""Of what Earshot says in a feed; what is spoken in a track, its transcript says: RSS has no place."""

CATEGORY: Final = "Education"

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may have: https://www.w3.org/TR/xml/#charsets"""


@dataclass(frozen=True)
class Transcript:
    """Where what is said in a track can be fetched, and as what.

    https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/transcript.md
    """

    url: str
    media_type: str
    language: str | None


@dataclass(frozen=True)
class Episode:
    """A track in a feed. ``number`` counts in a podcast that is heard in order.

    ``chapters_url`` is where its chapters can be fetched, if it has any:
    https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/chapters.md
    """

    guid: str
    title: str
    description: str | None
    author: str | None
    link: str
    published_at: datetime
    duration_ms: int
    url: str
    size_bytes: int
    content_type: str
    number: int | None = None
    transcript: Transcript | None = None
    chapters_url: str | None = None


@dataclass(frozen=True)
class Podcast:
    """What a feed says, with its ``url``; ``in_order`` is to be heard from the first episode on."""

    url: str
    guid: str
    title: str
    description: str
    author: str | None
    link: str
    image_url: str
    in_order: bool
    episodes: list[Episode]


def guid_of(feed_url: str) -> str:
    """The guid of a podcast that gets one when its feed has this URL.

    https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/guid.md
    """
    return str(uuid.uuid5(GUIDS, feed_url.partition("://")[2].rstrip("/")))


def written(podcast: Podcast) -> bytes:
    """The feed; no directory may list it, no other host import it."""
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    _say(channel, "title", podcast.title)
    _say(channel, "link", podcast.link)
    _say(channel, "description", _as_html(podcast.description))
    _say(channel, "language", LANGUAGE)
    _say(channel, "generator", "Earshot")
    _point(channel, f"{{{ATOM}}}link", href=podcast.url, rel="self", type=MEDIA_TYPE)
    if podcast.author:
        _say(channel, f"{{{ITUNES}}}author", podcast.author)
    _point(channel, f"{{{ITUNES}}}image", href=podcast.image_url)
    _point(channel, f"{{{ITUNES}}}category", text=CATEGORY)
    _say(channel, f"{{{ITUNES}}}explicit", "false")
    _say(channel, f"{{{ITUNES}}}type", "serial" if podcast.in_order else "episodic")
    _say(channel, f"{{{ITUNES}}}block", "Yes")
    _say(channel, f"{{{PODCAST}}}guid", podcast.guid)
    _say(channel, f"{{{PODCAST}}}locked", "yes")
    _say(channel, f"{{{PODCAST}}}block", "yes")
    for episode in podcast.episodes:
        _add(channel, episode)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add(channel: Element, episode: Episode) -> None:
    item = SubElement(channel, "item")
    _say(item, "title", episode.title)
    _say(item, "link", episode.link)
    if episode.description:
        _say(item, "description", _as_html(episode.description))
    _say(item, "guid", episode.guid, isPermaLink="false")
    _say(item, "pubDate", format_datetime(episode.published_at))
    _point(item, "enclosure", url=episode.url, length=str(episode.size_bytes), type=episode.content_type)
    if episode.author:
        _say(item, f"{{{ITUNES}}}author", episode.author)
    _say(item, f"{{{ITUNES}}}duration", str(max(1, round(episode.duration_ms / 1000))))
    _say(item, f"{{{ITUNES}}}explicit", "false")
    _say(item, f"{{{ITUNES}}}episodeType", "full")
    if episode.number is not None:
        _say(item, f"{{{ITUNES}}}episode", str(episode.number))
    if episode.transcript:
        said = episode.transcript
        spoken = {"language": said.language} if said.language else {}
        _point(item, f"{{{PODCAST}}}transcript", url=said.url, type=said.media_type, **spoken)
    if episode.chapters_url:
        _point(item, f"{{{PODCAST}}}chapters", url=episode.chapters_url, type=chapters.MEDIA_TYPE)


def _say(parent: Element, tag: str, text: str, **attributes: str) -> None:
    SubElement(parent, tag, attributes).text = _ILLEGAL.sub("", text)


def _point(parent: Element, tag: str, **attributes: str) -> None:
    SubElement(parent, tag, attributes)


def _as_html(text: str) -> str:
    """Somebody's words where apps read HTML: their ``<`` is no tag."""
    return html.escape(text, quote=False)
