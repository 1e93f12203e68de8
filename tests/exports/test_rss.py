"""A playlist as RSS that points at files beside it."""

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from chalicelib.exports import rss
from chalicelib.exports.rss import ITUNES, Audio, Channel, Item

AT = datetime(2026, 3, 1, 8, 30, 15, tzinfo=UTC)
ITEM = Item("one", "A pitch", "Why", "Ann", AT, 61_499, Audio("../tracks/1 Ü 100%?.mp3", 492, "audio/mpeg"))
CHANNEL = Channel("How to sell", "Five minutes a day.", "Ann", "https://earshot.example/#/w/1", [ITEM])
HOSTILE = [
    "</title><item/>",
    "<![CDATA[ ]]>",
    "&x; <script>",
    "\x00\x0b\ufffe gone",
    "=1+1",
    "🎧" * 200,
]


def test_an_entry_points_at_its_file_with_size_and_type() -> None:
    root = ElementTree.fromstring(rss.written(CHANNEL))
    [item] = root.findall("channel/item")
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert unquote(enclosure.attrib["url"]) == "../tracks/1 Ü 100%?.mp3"
    assert enclosure.attrib["url"].isascii()
    assert (enclosure.attrib["length"], enclosure.attrib["type"]) == ("492", "audio/mpeg")
    assert item.findtext(f"{{{ITUNES}}}duration") == "61"
    assert item.findtext("guid") == "one"
    date = item.findtext("pubDate")
    assert date is not None
    assert parsedate_to_datetime(date) == AT


def test_an_entry_without_a_file_has_no_enclosure() -> None:
    bare = replace(ITEM, audio=None, note=None)
    [item] = ElementTree.fromstring(rss.written(replace(CHANNEL, items=[bare]))).findall("channel/item")
    assert [item.find("enclosure"), item.find("description")] == [None, None]


@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_people_write_stays_text(words: str) -> None:
    odd = replace(ITEM, title=words, note=words, author=words)
    root = ElementTree.fromstring(rss.written(replace(CHANNEL, title=words, description=words, items=[odd])))
    kept = "".join(each for each in words if each not in "\x00\x0b\ufffe")
    [item] = root.findall("channel/item")
    assert [item.findtext("title"), item.findtext("description")] == [kept, kept]
    assert root.findtext("channel/title") == kept
