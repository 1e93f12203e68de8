"""What the tags of a file offer its speaker: a title and topics, which nobody else sees and nothing applies.

Text from a file is hostile: it is tidied and cut, and one that cannot be read costs no recording. Read in the
guarded child process; mutagen is imported where it is needed.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple, TypeVar

from chalicelib.tracks import flac, mp4
from chalicelib.tracks.containers import Span
from chalicelib.tracks.limits import LONGEST_TOPIC, MOST_TOPICS

T = TypeVar("T")

MOST_TAG_BYTES = 48 * 1024
"""As much of an ID3v2 tag or a comment is looked at; pictures come after it or not at all."""

LONGEST_TITLE = 200
LONGEST_KEYWORDS = 1000
"""Characters of one tag that are looked at for topics."""

BETWEEN_TOPICS = re.compile(r"[,;|/\x00\n]")
SAYS_NOTHING = {"other", "unknown", "genre", "none"}
"""What programs write where nobody has chosen a genre."""


class Offer(NamedTuple):
    """A title and topics as a file has them, tidied."""

    title: str | None = None
    topics: tuple[str, ...] = ()

    def before(self, other: "Offer") -> "Offer":
        """This one, with what only the other has."""
        return Offer(self.title or other.title, self.topics or other.topics)


def of(title: str | None, labels: Iterable[str] = ()) -> Offer:
    """What these texts of a file offer: topics are parted by separators, each once, as many as one has."""
    found: dict[str, str] = {}
    for label in labels:
        for part in BETWEEN_TOPICS.split(label[:LONGEST_KEYWORDS]):
            topic = _tidy(part, LONGEST_TOPIC)
            if topic and topic.casefold() not in SAYS_NOTHING:
                found.setdefault(topic.casefold(), topic)
    return Offer(_tidy(title or "", LONGEST_TITLE), tuple(found.values())[:MOST_TOPICS])


def of_id3(file: BinaryIO, span: Span | None) -> Offer:
    """What the ID3v2 tag that stands here offers, from the beginning of it."""
    frames = _readable(lambda: _id3(file, span))
    if frames is None:
        return Offer()
    titles = _texts(lambda: [str(each) for each in frames.getall("TIT2")])
    keywords = _texts(lambda: [text for each in frames.getall("TKWD") for text in each.text])
    genres = _texts(lambda: [genre for each in frames.getall("TCON") for genre in each.genres])
    return of(titles[0] if titles else None, [*keywords, *genres])


def of_mp4(file: BinaryIO, size: int) -> Offer:
    """What iTunes' list of tags offers."""
    title, *labels = [_readable(partial(mp4.tag, file, size, kind)) for kind in mp4.OFFERED]
    return of(title, filter(None, labels))


def of_comments(file: BinaryIO, sound: flac.Sound) -> Offer:
    """What a FLAC file's comments offer."""
    comments = _readable(lambda: _comments(file, sound)) or {}
    titles = comments.get("title", [])
    labels = [text for name in ("keywords", "keyword", "genre") for text in comments.get(name, [])]
    return of(titles[0] if titles else None, labels)


def _readable(read: Callable[[], T | None]) -> T | None:
    """What a parser finds; None where it cannot, whatever it raises.

    Parsers raise errors of many kinds over hostile bytes, and an offer is worth no recording: caught any
    narrower, a tag that nobody has thought of would have a good file refused.
    """
    with suppress(Exception):
        return read()
    return None


def _texts(read: Callable[[], list[str]]) -> list[str]:
    return _readable(read) or []


def _id3(file: BinaryIO, span: Span | None) -> Any:
    """The frames of a tag by mutagen; None where there is none."""
    if span is None or span[0] == span[1]:
        return None
    from mutagen.id3 import ID3

    file.seek(span[0])
    tag = file.read(min(span[1] - span[0], MOST_TAG_BYTES))
    if tag[:3] != b"ID3":
        return None
    shorter = max(len(tag) - 10, 0)
    size = bytes(shorter >> shift & 0x7F for shift in (21, 14, 7, 0))
    return ID3(BytesIO(tag[:6] + size + tag[10:]), translate=False)


def _comments(file: BinaryIO, sound: flac.Sound) -> dict[str, list[str]]:
    from mutagen.flac import VCFLACDict

    block = next((block for block in sound.blocks if block.kind == flac.COMMENT), None)
    if block is None or block.size > MOST_TAG_BYTES:
        return {}
    comments = VCFLACDict(block.read(file))
    return {name: list(comments[name]) for name in set(map(str.lower, comments.keys()))}


def _tidy(text: str, longest: int) -> str | None:
    """A text as one line of bounded length; None where nothing that can be seen is left."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:longest].strip() or None
