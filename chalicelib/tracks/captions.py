"""What is said in a recording, read from WebVTT or plain text and written again; no AWS.

What is read is words: tags and character references are resolved, and nothing in it is ever markup again.

https://www.w3.org/TR/webvtt1/
"""

import html
import re
from collections.abc import Iterator
from typing import Final, Literal, TypeVar

import msgspec

from chalicelib.requests import one_line, paragraphs

T = TypeVar("T")
Kind = Literal["webvtt", "text"]

MOST_CHARACTERS: Final = 100_000
"""Of what is sent: in half an hour some 30,000 are said, and marking them up takes as many again."""

MOST_PARTS: Final = 2_000
"""Cues or paragraphs."""

MEDIA_TYPES: Final[dict[Kind, str]] = {"webvtt": "text/vtt", "text": "text/plain"}
ENDINGS: Final[dict[Kind, str]] = {"webvtt": "vtt", "text": "txt"}

SIGNATURE: Final = "WEBVTT"
ARROW: Final = "-->"
_STAMP: Final = r"(?:([0-9]{2,4}):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})"
_TIMING: Final = re.compile(rf"{_STAMP} ?--> ?{_STAMP}(?: .*)?")
_PIECE: Final = re.compile(r"<([^>]*)>?|([^<]+)")
_SUBTITLES: Final = re.compile(r"[0-9][.,][0-9]{3} ?-->")
_BYTE_ORDER_MARK: Final = "\ufeff"
_BREAKS: Final = re.compile("\r\n|\r|\n")


class NotReadable(ValueError):
    """A text is no transcript; the message says where and what to do."""


class Cue(msgspec.Struct, frozen=True):
    """Words of one voice, and from when to when they are said."""

    from_ms: int
    to_ms: int
    text: str
    voice: str | None = None


class Said(msgspec.Struct, frozen=True):
    """What is said: cues of a WebVTT file in the order of time, or paragraphs of a text."""

    kind: Kind
    cues: list[Cue] = []
    paragraphs: list[str] = []

    @property
    def names_voices(self) -> bool:
        return any(cue.voice for cue in self.cues)

    @property
    def nameless(self) -> "Said":
        """The same without the names of its voices."""
        cues = [Cue(cue.from_ms, cue.to_ms, cue.text) for cue in self.cues]
        return Said(self.kind, cues, self.paragraphs)

    def within(self, duration_ms: int) -> "Said":
        """The same in a track of this length, its last cues ended there.

        Raises `NotReadable` where a cue begins behind the end: it is the transcript of something else.
        """
        for cue in self.cues:
            if cue.from_ms >= duration_ms:
                raise NotReadable(
                    f"A cue begins at {_stamp(cue.from_ms)}, but the track ends at {_stamp(duration_ms)}. "
                    "Look whether this is the transcript of another recording"
                )
        cues = [Cue(cue.from_ms, min(cue.to_ms, duration_ms), cue.text, cue.voice) for cue in self.cues]
        return Said(self.kind, cues, self.paragraphs)


def read(text: str) -> Said:
    """What a text says: WebVTT where it begins so, plain text otherwise. Raises `NotReadable`."""
    # Tidied first, so that what was taken for one kind is never taken for the other when it is read again.
    lines = [one_line(line) for line in _BREAKS.split(text.replace(_BYTE_ORDER_MARK, ""))]
    while lines and not lines[0]:
        lines.pop(0)
    if lines and re.fullmatch(rf"{SIGNATURE}( .*)?", lines[0]):
        return _webvtt(lines)
    if any(map(_SUBTITLES.search, lines)):
        raise NotReadable(
            f"This has times, but is no WebVTT. Begin it with a line {SIGNATURE}, "
            f"and write times as 00:01.000 {ARROW} 00:04.000"
        )
    found = [each for each in paragraphs("\n".join(lines)).split("\n\n") if each]
    if not found:
        raise NotReadable("There are no words in this. Write what is said")
    return Said("text", paragraphs=_few(found, "paragraphs"))


def written(said: Said) -> str:
    """The transcript as a file, from which `read` reads the same."""
    if said.kind == "text":
        return "\n\n".join(said.paragraphs) + "\n"
    cues = (
        f"{_stamp(cue.from_ms)} {ARROW} {_stamp(cue.to_ms)}\n"
        f"{f'<v {_escaped(cue.voice)}>' if cue.voice else ''}{_escaped(cue.text)}\n"
        for cue in said.cues
    )
    return "\n".join([f"{SIGNATURE}\n", *cues])


def content_type(kind: Kind) -> str:
    """Of a transcript as a file."""
    return f"{MEDIA_TYPES[kind]}; charset=utf-8"


def _webvtt(lines: list[str]) -> Said:
    cues: list[Cue] = []
    for number, block in _blocks(lines):
        cues += _cues(number, block)
        _few(cues, "cues")
    if not cues:
        raise NotReadable("There is no cue with words in this. Write what is said with its time above it")
    return Said("webvtt", cues=sorted(cues, key=lambda cue: cue.from_ms))


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """What stands between empty lines, with the number of its first line; of the header only cues."""
    begins, block = 2, list[str]()
    in_header = True
    for number, line in enumerate([*lines[1:], ""], 2):
        if line and in_header and ARROW not in line:
            continue
        in_header = False
        if line:
            begins = begins if block else number
            block.append(line)
        elif block:
            yield begins, block
            block = []


def _cues(number: int, block: list[str]) -> Iterator[Cue]:
    """The cues of a block: one for each of its voices. Notes, styles and regions have none."""
    first = block[0]
    if ARROW not in first:
        if re.fullmatch(r"NOTE( .*)?|STYLE|REGION", first):
            return
        if len(block) == 1 or ARROW not in block[1]:
            raise NotReadable(
                f"Line {number} belongs to no time. Write one above it, such as "
                f"00:01.000 {ARROW} 00:04.000, or take out the empty line before it"
            )
        number, block = number + 1, block[1:]
    timing, *payload = block
    match = _TIMING.fullmatch(timing)
    if match is None:
        raise NotReadable(f"Line {number} is no time. Write it as 00:01.000 {ARROW} 00:04.000")
    from_ms, to_ms = _milliseconds(*match.groups()[:4]), _milliseconds(*match.groups()[4:])
    if to_ms <= from_ms:
        raise NotReadable(f"Line {number} ends before it begins. Write the earlier time first")
    for offset, line in enumerate(payload, 1):
        if ARROW in line:
            raise NotReadable(f"Line {number + offset} begins another cue. Put an empty line before it")
    for voice, words in _spoken("\n".join(payload)):
        yield Cue(from_ms, to_ms, words, voice)


def _spoken(payload: str) -> Iterator[tuple[str | None, str]]:
    """The words of a cue by voice, without tags (W3C WebVTT, section 6.4)."""
    voice: str | None = None
    pieces: list[str] = []
    for tag, words in _PIECE.findall(payload):
        if words:
            pieces.append(words)
        elif re.match(r"v[.\s]|/?v$", tag):
            if said := _words(pieces):
                yield voice, said
            pieces = []
            name = re.split(r"\s", tag, maxsplit=1)[1:]
            voice = one_line(_words(name)) or None
    if said := _words(pieces):
        yield voice, said


def _words(pieces: list[str]) -> str:
    """Words as one reads them, in lines of which none is empty."""
    text = html.unescape("".join(pieces)).replace(_BYTE_ORDER_MARK, "")
    return paragraphs(text).replace("\n\n", "\n")


def _few(parts: list[T], what: str) -> list[T]:
    if len(parts) > MOST_PARTS:
        raise NotReadable(f"A transcript has {MOST_PARTS:,} {what} at most. Join some of them")
    return parts


def _milliseconds(hours: str | None, minutes: str, seconds: str, rest: str) -> int:
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(rest)


def _stamp(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{f'{hours:02}:' if hours else ''}{minutes:02}:{seconds:02}.{rest:03}"


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
