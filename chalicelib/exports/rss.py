"""A playlist as a podcast in a zip: RSS 2.0 that points at files beside it; from data to bytes.

https://www.rssboard.org/rss-specification
https://help.apple.com/itc/podcasts_connect/#/itcb54353390
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

ITUNES: Final = "http://www.itunes.com/dtds/podcast-1.0.dtd"
ElementTree.register_namespace("itunes", ITUNES)

_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may have: https://www.w3.org/TR/xml/#charsets"""


@dataclass(frozen=True)
class Audio:
    """A file in the zip; ``path`` as seen from the feed."""

    path: str
    size_bytes: int
    content_type: str


@dataclass(frozen=True)
class Item:
    """An entry; ``audio`` is None where its file is not in the zip."""

    guid: str
    title: str
    note: str | None
    author: str
    added_at: datetime
    duration_ms: int
    audio: Audio | None


@dataclass(frozen=True)
class Channel:
    """What is said of a playlist; ``link`` is where it is opened in Earshot."""

    title: str
    description: str
    author: str
    link: str
    items: list[Item]


def written(channel: Channel) -> bytes:
    """The playlist, to be heard from its first item on."""
    root = Element("rss", version="2.0")
    top = SubElement(root, "channel")
    _say(top, "title", channel.title)
    _say(top, "link", channel.link)
    _say(top, "description", channel.description)
    _say(top, "generator", "Earshot")
    _say(top, f"{{{ITUNES}}}author", channel.author)
    _say(top, f"{{{ITUNES}}}type", "serial")
    _say(top, f"{{{ITUNES}}}block", "Yes")
    for number, item in enumerate(channel.items, 1):
        _add(top, number, item)
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _add(channel: Element, number: int, item: Item) -> None:
    added = SubElement(channel, "item")
    _say(added, "title", item.title)
    if item.note:
        _say(added, "description", item.note)
    _say(added, "guid", item.guid, isPermaLink="false")
    _say(added, "pubDate", format_datetime(item.added_at))
    _say(added, f"{{{ITUNES}}}author", item.author)
    _say(added, f"{{{ITUNES}}}duration", str(max(1, round(item.duration_ms / 1000))))
    _say(added, f"{{{ITUNES}}}episode", str(number))
    if item.audio:
        SubElement(
            added,
            "enclosure",
            url=quote(item.audio.path),
            length=str(item.audio.size_bytes),
            type=item.audio.content_type,
        )


def _say(parent: Element, tag: str, text: str, **attributes: str) -> None:
    SubElement(parent, tag, attributes).text = _ILLEGAL.sub("", text)
