"""Frames of MPEG audio layer III, and what an encoder says of them in the first one.

ISO/IEC 11172-3 (2.4.1.3) and 13818-3; http://gabriel.mp3-tech.org/mp3infotag.html for Xing's, Info's and
Fraunhofer's VBRI header.
"""

from functools import cache
from typing import BinaryIO, NamedTuple

from chalicelib.tracks.containers import ID3V1_BYTES, Span, id3_size
from chalicelib.tracks.rejections import Rejected

BLOCK = 1 << 20
MOST_JUNK_BYTES = 4 << 20
"""Of what is neither a frame nor a tag; it is searched byte by byte for the next frame."""

MOST_SPANS = 4096
TOLERANCE = 0.01
"""By which an encoder's own count of frames may be wrong, beside two frames."""

_KBIT_S = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLE_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


class Frame(NamedTuple):
    """What a frame's header says."""

    length: int
    samples: int
    sample_rate: int
    kbit_s: int


class Sound(NamedTuple):
    """Where the frames stand in a file, and how long the whole ones last."""

    spans: list[Span]
    frames: int
    length: int
    """Bytes of the whole frames."""

    milliseconds: int
    kbit_s: tuple[int, ...]
    """Every bit rate that occurs."""


def sound(file: BinaryIO, start: int, end: int) -> Sound:
    """The frames between two offsets; whatever stands between them is left out.

    The last one may be cut off: a part of its sound stands in the frames before it.

    Raises `Rejected` where hardly anything of it is frames.
    """
    window = _Window(file, end)
    spans: list[Span] = []
    lasting: dict[Frame, int] = {}
    at, junk, follows = start, 0, False
    while at < end:
        frame = window.frame(at)
        if frame and follows:
            spans[-1] = spans[-1][0], min(at + frame.length, end)
        elif frame and window.goes_on(at + frame.length):
            spans.append((at, at + frame.length))
        else:
            frame = None
        if frame:
            at, follows = at + frame.length, True
            if at <= end:
                lasting[frame] = lasting.get(frame, 0) + 1
            continue
        beyond = window.behind_tag(at)
        if not beyond:
            beyond = window.next_frame(at + 1)
            junk += beyond - at
        if junk > MOST_JUNK_BYTES or len(spans) > MOST_SPANS:
            raise Rejected("unreadable")
        at, follows = beyond, False
    if not spans:
        raise Rejected("unreadable")
    seconds = sum(frame.samples * times / frame.sample_rate for frame, times in lasting.items())
    length = sum(frame.length * times for frame, times in lasting.items())
    rates = {frame.kbit_s for frame in lasting}
    return Sound(spans, sum(lasting.values()), length, round(seconds * 1000), tuple(sorted(rates)))


class Counted(NamedTuple):
    """What an encoder counted; None where it did not say."""

    frames: int | None
    length: int | None


def counted(frame: bytes) -> Counted | None:
    """What the header in the file's first frame says, None where that is a frame of sound."""
    at = max(frame.find(b"Xing", 0, 64), frame.find(b"Info", 0, 64))
    if at >= 0:
        flags = int.from_bytes(frame[at + 4 : at + 8])
        frames = int.from_bytes(frame[at + 8 : at + 12]) if flags & 1 else 0
        length_at = at + (12 if flags & 1 else 8)
        length = int.from_bytes(frame[length_at : length_at + 4]) if flags & 2 else 0
        return Counted(frames or None, length or None)
    if frame[36:40] == b"VBRI":
        return Counted(int.from_bytes(frame[50:54]) or None, int.from_bytes(frame[46:50]) or None)
    return None


def check_count(found: Sound, frames: int) -> None:
    """Refuse a file that has not the frames which its encoder counted beside the first. Raises `Rejected`."""
    there, tolerated = found.frames - 1, 2 + round(frames * TOLERANCE)
    if there < frames - tolerated:
        raise Rejected("truncated")
    if there > frames + tolerated:
        raise Rejected("implausible")


@cache
def _frame(header: bytes) -> Frame | None:
    """The frame with these first three bytes; None where they begin none of layer III."""
    if len(header) < 3 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return None
    version, rate, sampling = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or rate in (0, 15) or sampling == 3:
        return None
    kbit_s = _KBIT_S[3 if version == 3 else 2][rate]
    sample_rate = _SAMPLE_RATES[version][sampling]
    samples = 1152 if version == 3 else 576
    length = samples // 8 * kbit_s * 1000 // sample_rate + (header[2] >> 1 & 1)
    return Frame(length, samples, sample_rate, kbit_s)


class _Window:
    """A file seen through one block of it."""

    def __init__(self, file: BinaryIO, end: int) -> None:
        self._file, self._end = file, end
        self._block, self._from = b"", 0

    def frame(self, at: int) -> Frame | None:
        """The frame that begins here."""
        return _frame(self._see(at, 3))

    def goes_on(self, at: int) -> bool:
        """Whether the sound may go on like this: with another frame, with a tag, or by ending here."""
        return at == self._end or self.is_tag(at) or _frame(self._see(at, 3)) is not None

    def is_tag(self, at: int) -> bool:
        return self._see(at, 3) in (b"ID3", b"TAG") or self._see(at, 8) == b"APETAGEX"

    def behind_tag(self, at: int) -> int:
        """Where the tag that begins here ends; 0 where none begins."""
        head = self._see(at, 32)
        if head[:3] == b"TAG":
            return min(at + ID3V1_BYTES, self._end)
        if head[:8] == b"APETAGEX" and len(head) == 32:
            return min(at + 32 + int.from_bytes(head[12:16], "little"), self._end)
        length = id3_size(head)
        return min(at + length, self._end) if length else 0

    def next_frame(self, at: int) -> int:
        """Where the next frame that another follows begins; the end, or far enough, where there is none."""
        last = min(at + MOST_JUNK_BYTES, self._end)
        while at < last:
            block = self._see(at, BLOCK)
            found = block.find(b"\xff")
            while found >= 0:
                frame = self.frame(at + found)
                if frame and self.goes_on(at + found + frame.length):
                    return at + found
                found = block.find(b"\xff", found + 1)
            at += len(block)
        return min(at, self._end)

    def _see(self, at: int, length: int) -> bytes:
        """Bytes from here on, fewer only at the end."""
        begin = at - self._from
        if begin < 0 or begin + length > len(self._block):
            self._file.seek(at)
            self._block, self._from = self._file.read(max(0, min(BLOCK, self._end - at))), at
            begin = 0
        return self._block[begin : begin + length]
