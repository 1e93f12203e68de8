"""Reading what a recording is: functions from a file to data, run in the guarded child process.

Only headers are read: a cover of several megabytes is stepped over. mutagen is imported where it is needed:
this runs in a process of its own for each file.
"""

from typing import BinaryIO, NamedTuple

from chalicelib.tracks import flac, mp4, mpeg, offers, riff
from chalicelib.tracks.containers import HEAD_BYTES, Container, end_of_sound, identify, start_of_sound
from chalicelib.tracks.rejections import (
    ENCODER_MS,
    LEAST_KBIT_S,
    LEAST_KBIT_S_OF_SILENT_AAC,
    LONGEST_MS,
    MOST_BYTES,
    MOST_KBIT_S,
    Rejected,
)

SAMPLED_BYTES = 32 * 1024
"""Of an MP3 whose encoder counted nothing: what the frames there are like, the others are."""

PLAYED = "mp4a.40.2"
"""AAC as every browser plays it: low complexity; mutagen says so too of what is added to it in HE-AAC."""


class Found(NamedTuple):
    """What a recording is."""

    container: Container
    duration_ms: int
    codec: str
    bit_rate: int
    sample_rate: int
    channels: int
    title: str | None = None
    topics: tuple[str, ...] = ()


def read(file: BinaryIO, size: int) -> Found:
    """What the recording in this file of ``size`` bytes is.

    Raises `Rejected` for what Earshot does not keep, and whatever mutagen raises for what it cannot read.
    """
    if size > MOST_BYTES:
        raise Rejected("too_large")
    start = start_of_sound(file, size)
    file.seek(start)
    found = _READERS[_container(file.read(HEAD_BYTES), tagged=start > 0)](file, start, size)
    if found.duration_ms <= 0:
        raise Rejected("truncated")
    if found.duration_ms > LONGEST_MS + ENCODER_MS:
        raise Rejected("too_long")
    offer = offers.of(found.title, found.topics).before(offers.of_id3(file, (0, start)))
    return found._replace(title=offer.title, topics=offer.topics)


def _container(head: bytes, *, tagged: bool) -> Container:
    """The container; behind an ID3v2 tag it may be an MP3 that begins with something else."""
    try:
        return identify(head)
    except Rejected as rejected:
        if tagged and rejected.code == "not_audio":
            return "mp3"
        raise


def _mp3(file: BinaryIO, start: int, size: int) -> Found:
    from mutagen.mp3 import HeaderNotFoundError, MPEGInfo

    try:
        info = MPEGInfo(file, start)
    except HeaderNotFoundError:
        raise Rejected("not_audio") from None
    if info.layer != 3:
        raise Rejected("unsupported_format", f"MPEG audio of layer {'I' * info.layer}")
    if info.sketchy:
        raise Rejected("unreadable")
    begin, end = info.frame_offset, end_of_sound(file, info.frame_offset, size)
    file.seek(begin)
    count = mpeg.counted(file.read(256))
    if count and count.length and size - begin < count.length * 0.98:
        raise Rejected("truncated")
    bit_rate, duration_ms = info.bitrate, round(info.length * 1000)
    if not (count and count.frames) or info.length <= 0:
        sample = mpeg.sound(file, begin, min(begin + SAMPLED_BYTES, end))
        duration_ms = round(sample.milliseconds * (end - begin) / sample.length)
        bit_rate = round(sample.length * 8000 / sample.milliseconds)
        if len(sample.kbit_s) > 1 and duration_ms < 2 * LONGEST_MS:
            duration_ms = min(duration_ms, LONGEST_MS)  # an estimate; tagging counts
    _check_plausible(end - begin, duration_ms, LEAST_KBIT_S)
    return Found("mp3", duration_ms, "mp3", bit_rate, info.sample_rate, info.channels)


def _m4a(file: BinaryIO, start: int, size: int) -> Found:
    from mutagen.mp4 import Atoms, MP4Info

    if start:
        raise Rejected("unreadable")  # its boxes name places in the file, which a tag in front has moved
    media = mp4.check(file, size)
    file.seek(0)
    info = MP4Info(Atoms(file), file)
    if info.codec != PLAYED:
        codec = offers.of(info.codec_description).title or "another codec"
        raise Rejected("unsupported_format", f"an MP4 with {codec}")
    played = mp4.played_seconds(file, size)
    duration_ms = round(1000 * (min(info.length, played) if played else info.length))
    if duration_ms <= LONGEST_MS + ENCODER_MS:
        _check_plausible(media, duration_ms, LEAST_KBIT_S_OF_SILENT_AAC)
    offer = offers.of_mp4(file, size)
    bit_rate = info.bitrate or round(media * 8000 / max(duration_ms, 1))
    return Found("m4a", duration_ms, info.codec, bit_rate, info.sample_rate, info.channels, *offer)


def _wav(file: BinaryIO, start: int, size: int) -> Found:
    sound = riff.sound(file, start, size)
    offer = offers.of(sound.title).before(offers.of_id3(file, sound.tag))
    return Found(
        "wav",
        sound.milliseconds,
        "pcm" if sound.codec == riff.PCM else "float",
        sound.bytes_a_second * 8,
        sound.sample_rate,
        sound.channels,
        *offer,
    )


def _flac(file: BinaryIO, start: int, size: int) -> Found:
    sound = flac.sound(file, start, size)
    first, end = sound.span
    return Found(
        "flac",
        sound.milliseconds,
        "flac",
        round((end - first) * 8000 / max(sound.milliseconds, 1)),
        sound.info.sample_rate,
        sound.info.channels,
        *offers.of_comments(file, sound),
    )


def _check_plausible(length: int, duration_ms: int, least_kbit_s: int) -> None:
    """Refuse what cannot last so long, or so short, for its size."""
    if duration_ms > 0 and not least_kbit_s <= length * 8 / duration_ms <= MOST_KBIT_S:
        raise Rejected("implausible")


_READERS = {"mp3": _mp3, "m4a": _m4a, "wav": _wav, "flac": _flac}
