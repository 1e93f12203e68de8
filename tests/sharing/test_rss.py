"""A podcast as RSS: what its namespaces ask for, and whatever people call their tracks."""

import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.sharing import rss
from chalicelib.sharing.rss import ITUNES, PODCAST, Episode, Podcast

AT = datetime(2026, 3, 1, 8, 30, 15, 999_999, tzinfo=UTC)
EPISODE = Episode(
    guid="a-track/2",
    title="A pitch",
    description=None,
    author="Ann Okafor",
    link="https://earshot.example/#/w/one/track/a-track",
    published_at=AT,
    duration_ms=61_499,
    url="https://earshot.example/feeds/token/a-track/2.mp3",
    size_bytes=492_000,
    content_type="audio/mpeg",
    number=3,
)
PODCAST_OF_ONE = Podcast(
    url="https://earshot.example/feeds/token",
    guid=rss.guid_of("https://earshot.example/feeds/token"),
    title="How to sell",
    description="Five minutes a day.",
    author="Acme",
    link="https://earshot.example/",
    image_url="https://earshot.example/static/cover.png",
    in_order=True,
    episodes=[EPISODE],
)
HOSTILE = [
    "<![CDATA[ a ]]> b ]]>",
    "</title><item><title>Another</title></item>",
    "<script>alert(1)</script> & <!ENTITY x 'y'> &x; &amp; &#0;",
    "🎧" * 200,
    "مرحبا‮ \N{ZERO WIDTH JOINER}",
    "\x00\x0b\x1f\ufffe\uffffnothing to see\x7f\x85",
    "'\"><",
    "<?xml version='1.0'?><!-- -->",
]


def channel_of(podcast: Podcast) -> Element:
    channel = ElementTree.fromstring(rss.written(podcast)).find("channel")
    assert channel is not None
    return channel


def text(parent: Element, tag: str) -> str | None:
    """What the one element of this name says."""
    [found] = parent.findall(tag)
    return found.text


@pytest.mark.parametrize(
    ("url", "guid"),
    [
        ("https://mp3s.nashownotes.com/pc20rss.xml", "917393e3-1b1e-5cef-ace4-edaa54e1f810"),
        ("http://podnews.net/rss", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("https://podnews.net/rss//", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
    ],
)
def test_a_podcast_is_named_as_the_namespace_has_it(url: str, guid: str) -> None:
    assert rss.guid_of(url) == guid


def test_what_directories_and_hosts_are_told() -> None:
    channel = channel_of(PODCAST_OF_ONE)
    guid = uuid.UUID(str(text(channel, f"{{{PODCAST}}}guid")))
    assert guid.version == 5
    for tag, said in (("locked", "yes"), ("block", "yes")):
        assert text(channel, f"{{{PODCAST}}}{tag}") == said
    for tag, said in (("block", "Yes"), ("explicit", "false"), ("type", "serial")):
        assert text(channel, f"{{{ITUNES}}}{tag}") == said
    assert text(channel_of(replace(PODCAST_OF_ONE, in_order=False)), f"{{{ITUNES}}}type") == "episodic"


def test_what_an_app_needs_of_an_episode() -> None:
    [item] = channel_of(PODCAST_OF_ONE).findall("item")
    [enclosure], [guid] = item.findall("enclosure"), item.findall("guid")
    assert enclosure.attrib == {"url": EPISODE.url, "length": "492000", "type": "audio/mpeg"}
    assert (guid.text, guid.attrib) == ("a-track/2", {"isPermaLink": "false"})
    assert text(item, "pubDate") == "Sun, 01 Mar 2026 08:30:15 +0000"
    assert text(item, f"{{{ITUNES}}}duration") == "61"
    assert text(item, f"{{{ITUNES}}}episode") == "3"
    assert text(item, f"{{{ITUNES}}}author") == "Ann Okafor"


def test_what_is_not_known_is_not_said() -> None:
    podcast = replace(
        PODCAST_OF_ONE,
        author=None,
        episodes=[replace(EPISODE, author=None, number=None, duration_ms=100)],
    )
    channel = channel_of(podcast)
    [item] = channel.findall("item")
    assert channel.findall(f"{{{ITUNES}}}author") == []
    for tag in ("description", f"{{{ITUNES}}}author", f"{{{ITUNES}}}episode"):
        assert item.findall(tag) == []
    assert text(item, f"{{{ITUNES}}}duration") == "1"
    assert len(channel_of(replace(podcast, episodes=[])).findall("item")) == 0


def test_a_parser_of_others_reads_it_whole() -> None:
    parsed: Any = feedparser.parse(rss.written(PODCAST_OF_ONE))
    assert (parsed.bozo, parsed.version, parsed.encoding) == (False, "rss20", "utf-8")
    assert parsed.feed.title == "How to sell"
    assert parsed.feed.image.href == "https://earshot.example/static/cover.png"
    assert (parsed.feed.itunes_block, parsed.feed.podcast_locked) == (1, "yes")
    [entry] = parsed.entries
    assert (entry.id, entry.guidislink, entry.itunes_duration) == ("a-track/2", False, "61")
    assert [(each.href, each.length, each.type) for each in entry.enclosures] == [
        (EPISODE.url, "492000", "audio/mpeg")
    ]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    podcast = replace(
        PODCAST_OF_ONE,
        title=words,
        description=words,
        author=words,
        episodes=[replace(EPISODE, title=words, author=words, description=words)],
    )
    written = rss.written(podcast)
    parsed: Any = feedparser.parse(written)
    assert not parsed.bozo
    assert len(parsed.entries) == 1
    channel = channel_of(podcast)
    [item] = channel.findall("item")
    legal = re.sub("[\x00\x0b\x1f\ufffe\uffff]", "", words)
    for parent in (channel, item):
        assert text(parent, "title") == legal
        assert text(parent, f"{{{ITUNES}}}author") == legal
        assert "<" not in str(text(parent, "description"))  # where apps read HTML


@given(st.text(st.characters(codec=None), max_size=50))
def test_whatever_somebody_writes_the_feed_is_well_formed(words: str) -> None:
    podcast = replace(PODCAST_OF_ONE, title=words, episodes=[replace(EPISODE, title=words)])
    assert len(channel_of(podcast).findall("item")) == 1


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_date_is_read_as_it_was_written(at: datetime) -> None:
    at = at.replace(year=max(at.year, 1970))
    [item] = channel_of(replace(PODCAST_OF_ONE, episodes=[replace(EPISODE, published_at=at)])).findall("item")
    assert timedelta() <= at - parsedate_to_datetime(str(text(item, "pubDate"))) < timedelta(seconds=1)
