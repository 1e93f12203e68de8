"""What is sent back, at the edge of each limit, with the reason that fits and something to do about it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest

from chalicelib.tracks import guard
from chalicelib.tracks.rejections import LONGEST_MS, MOST_BYTES, SENTENCES, Rejected
from tests.tracks.audio import flac, made, mp3, wav
from tests.tracks.boxes import inserted, repeated
from tests.tracks.kinds import M4AS
from tests.tracks.through import read, refused, through

LONGEST_S = LONGEST_MS // 1000
ACTIONS = ("Choose", "Save", "Send", "send", "Record", "Cut")


def png() -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 4)) + chunk(b"IEND", b"")


def archive() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        file.writestr("word/document.xml", "<w:p/>" * 1000)
    return written.getvalue()


RENAMED: dict[str, bytes] = {
    "text": b"Before you show anything, ask what they have tried.\n" * 100,
    "text in UTF-16": "Before you show anything, ask what they have tried.\n".encode("utf-16") * 100,
    "PNG": png(),
    "JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + b"\xff\xdb" * 500,
    "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 500,
    "ZIP": archive(),
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n" * 50,
    "HTML": b"<!doctype html><title>Not found</title><p>404" * 50,
    "nothing but zeros": bytes(10_000),
    "nothing but ones": b"\xff" * 10_000,
    "one byte": b"\xff",
    "the first bytes of an MP3": b"\xff\xfb\x90\x00",
    "text behind an ID3 tag": b"ID3\4\0\0\0\0\0\x0a" + bytes(10) + b"not audio " * 1000,
}


@pytest.mark.parametrize("kind", RENAMED)
def test_what_is_not_audio_is_refused_whatever_it_is_called(kind: str) -> None:
    with pytest.raises(Rejected, match="not_audio"):
        read(RENAMED[kind])


def test_an_empty_file_is_said_to_be_empty() -> None:
    with pytest.raises(Rejected, match="empty"):
        read(b"")


CUT: dict[str, Callable[[], bytes]] = {
    "mp3": lambda: mp3(20),
    "m4a, tables behind": M4AS["tables behind"],
    "m4a, tables in front": M4AS["tables in front"],
    "wav": lambda: wav(2),
    "flac": lambda: flac(2),
    "flac with a tag behind": lambda: flac(2) + b"TAG" + bytes(125),
}


@pytest.mark.parametrize("part", [0.05, 0.2, 0.5, 0.8, 0.95, 0.98])
@pytest.mark.parametrize("kind", CUT)
def test_a_file_that_was_cut_off_is_refused(kind: str, part: float) -> None:
    whole = CUT[kind]()
    rejected = refused(whole[: round(len(whole) * part)])
    assert rejected is not None
    assert rejected.code == "truncated"


@pytest.mark.parametrize("kind", ["m4a, tables behind", "m4a, tables in front", "wav", "flac"])
def test_one_byte_less_is_cut_off(kind: str) -> None:
    rejected = refused(CUT[kind]()[:-1])
    assert rejected is not None
    assert rejected.code == "truncated"


@pytest.mark.parametrize("kind", [*CUT, "headers of an mp3"])
@pytest.mark.parametrize("length", [1, 3, 4, 11, 12, 40, 44, 100])
def test_the_first_bytes_alone_are_refused(kind: str, length: int) -> None:
    whole = CUT.get(kind, lambda: made("mp3", "-write_xing", "0"))()
    rejected = refused(whole[:length])
    assert rejected is not None
    assert rejected.code in ("truncated", "not_audio", "unreadable")


def test_an_mp3_that_nobody_counted_is_as_long_as_what_is_there() -> None:
    whole = made("mp3", "-write_xing", "0", "-b:a", "64k", seconds=10)
    kept = through(whole[: len(whole) // 2])
    assert abs(kept.found.duration_ms - 5000) < 60


def test_a_file_of_100_mb_is_taken_and_one_byte_more_is_not_looked_at() -> None:
    def silence(offset: int, length: int) -> bytes:
        head = struct.pack("<4sI4s", b"RIFF", MOST_BYTES - 8, b"WAVE")
        head += struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, 44100, 176400, 4, 16)
        head += struct.pack("<4sI", b"data", MOST_BYTES - 44)
        return (head[offset : offset + length] + bytes(length))[:length]

    def unread(offset: int, length: int) -> bytes:
        raise AssertionError((offset, length))

    assert guard.inspect(silence, MOST_BYTES).duration_ms == round((MOST_BYTES - 44) / 176.4)
    with pytest.raises(Rejected) as refused:
        guard.inspect(unread, MOST_BYTES + 1)
    assert refused.value.code == "too_large"
    assert "100 MB" in refused.value.sentence


def seconds_of_mp3(seconds: int, *, counted: bool) -> bytes:
    """The same 72 s of frames over and over again, for so long, with a count in front of them or not."""
    sound = made("mp3", "-write_xing", "0", "-id3v2_version", "0", "-ar", "8000", "-b:a", "8k", seconds=72)
    frames = round(seconds / 0.072)
    whole = (sound[:72_000] * (seconds // 72 + 1))[: frames * 72]
    if not counted:
        return whole
    first = bytearray(whole[:72])
    first[13:25] = b"Info" + struct.pack(">II", 1, frames)
    return bytes(first) + whole


LOW = "sine=frequency=330:sample_rate=8000:duration={seconds}"
LONG: dict[str, Callable[[int], bytes]] = {
    "mp3": lambda seconds: seconds_of_mp3(seconds, counted=True),
    "mp3 that nobody counted": lambda seconds: seconds_of_mp3(seconds, counted=False),
    "m4a": lambda seconds: repeated(made("m4a", "-ar", "8000"), seconds),
    "wav": lambda seconds: made("wav", "-c:a", "pcm_u8", seconds=seconds, source=LOW),
    "flac": lambda seconds: made("flac", seconds=seconds, source=LOW),
}


@pytest.mark.parametrize("kind", LONG)
def test_30_minutes_are_taken_and_one_second_more_is_not(kind: str) -> None:
    kept = through(LONG[kind](LONGEST_S))
    assert abs(kept.found.duration_ms - LONGEST_MS) < 200
    rejected = refused(LONG[kind](LONGEST_S + 1))
    assert rejected is not None
    assert rejected.code == "too_long"
    assert "30 minutes" in rejected.sentence


def test_a_long_mp3_of_variable_bit_rate_that_nobody_counted_is_counted() -> None:
    loud, quiet = (made("mp3", "-write_xing", "0", "-b:a", rate, seconds=60) for rate in ("320k", "32k"))
    assert abs(through(loud + quiet * 28).found.duration_ms - 29 * 60_000) < 2000
    rejected = refused(loud + quiet * 31)
    assert rejected is not None
    assert rejected.code == "too_long"


def test_a_movie_that_announces_fragments_is_fragmented() -> None:
    whole = inserted(M4AS["tables behind"](), b"mvex", bytes(16), b"moov")
    with pytest.raises(Rejected, match="fragmented_mp4"):
        read(whole)


def with_count(frames: int, length: int | None) -> bytes:
    """An MP3 whose encoder says that it has so many frames and bytes."""
    whole = mp3(4)
    at = whole.index(b"Info")
    flags, count = (3, struct.pack(">II", frames, length)) if length else (1, struct.pack(">I", frames))
    return whole[: at + 4] + struct.pack(">I", flags) + count + whole[at + 8 + len(count) :]


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (100_000_000, "implausible"),
        (10_000, "implausible"),
        (300, "truncated"),
        (100, "implausible"),
        (2, "implausible"),
    ],
)
def test_an_mp3_with_another_count_than_frames_is_refused(frames: int, code: str) -> None:
    rejected = refused(with_count(frames, None))
    assert rejected is not None
    assert rejected.code == code


def with_duration(factor: float) -> bytes:
    """An M4A whose tables say that it is longer, or shorter, by this factor."""
    whole = M4AS["no edit list"]()
    at = whole.index(b"mdhd") + 20
    duration = int.from_bytes(whole[at : at + 4])
    return whole[:at] + struct.pack(">I", round(duration * factor)) + whole[at + 4 :]


@pytest.mark.parametrize("factor", [0.001, 0.3, 2, 500])
def test_an_m4a_that_is_not_as_long_as_it_says_is_refused(factor: float) -> None:
    rejected = refused(with_duration(factor))
    assert rejected is not None
    assert rejected.code == "implausible"


@pytest.mark.parametrize("code", SENTENCES)
def test_every_reason_is_a_sentence_to_act_on(code: str) -> None:
    sentence = Rejected(code, "an Ogg file").sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert any(action in sentence for action in ACTIONS), sentence
    assert len(sentence) < 250
