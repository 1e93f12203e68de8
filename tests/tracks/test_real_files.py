"""Some nine hundred files that other people made, through everything that an upload goes through."""

import wave
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest

from chalicelib.tracks import reading
from chalicelib.tracks.rejections import Rejected
from tests.tracks import corpus
from tests.tracks.through import Passed, decoded, duration_ms, read, through

MOST_READS = 4
MOST_BYTES_READ = 256 * 1024
PADDING_MS = 200
"""What an encoder adds in front and behind, and ffprobe counts: four frames at most, of 48 ms at 12 kHz."""

OF_MUTAGEN = {
    "kept": """
        97-unknown-23-update.mp3 audacious-trailing-id32-apev2.mp3 audacious-trailing-id32-id31.mp3
        bad-TYER-frame.mp3 covr-with-name.m4a ep7.m4b ep9.m4b has-tags.m4a id3v1v2-combined.mp3
        id3v22-test.mp3 issue_21.id3 lame-peak.mp3 lame.mp3 lame397v9short.mp3 no-tags.flac no-tags.m4a
        no-tags.mp3 silence-2s-PCM-16000-08-ID3v23.wav silence-2s-PCM-16000-08-notags.wav
        silence-2s-PCM-44100-16-ID3v23.wav silence-44-s-mpeg2.mp3 silence-44-s-mpeg25.mp3
        silence-44-s-v1.mp3 silence-44-s.flac silence-44-s.mp3 xing.mp3
    """,
    # Cut off by who made them: no more was needed to test tags with.
    "truncated": """
        106-short-picture-block-size.flac 52-overwritten-metadata.flac 52-too-short-block-size.flac
        almostempty.mpc apev2-lyricsv2.mp3 bad-POPM-frame.mp3 bad-xing.mp3 flac_application.flac
        id3v24_extended_header.id3 ooming-header.flac truncated-64bit.mp4 variable-block.flac vbri.mp3
    """,
    # Tags without a sound, a picture, and formats of long ago.
    "not_audio": """
        145-invalid-item-count.apev2 64bit.mp4 brokentag.apev2 id3v23_unsynch.id3 image.jpg
        oldtag.apev2 sv4_header.mpc sv5_header.mpc too-short.mp3
    """,
    "unreadable": "106-invalid-streaminfo.flac",
    "empty": "emptyfile.mp3",
    "too_long": "nero-chapters.m4b",
    "fragmented_mp4": "no-tags.3g2",
}
"""What becomes of mutagen's files; all others are of formats that Earshot does not keep."""

NOT_MADE_OF_SOUND = "audacious-trailing-id32-apev2.mp3"
"""ffmpeg makes one more frame of the tag behind it."""


class Outcome(NamedTuple):
    """What came of a file."""

    name: str
    content: bytes
    code: str
    kept: Passed | None
    reads: list[int]


def outcome(path: Path) -> Outcome:
    """What comes of a real file; whatever is not a refusal breaks the test."""
    content, reads = path.read_bytes(), list[int]()
    try:
        kept = through(content, reads=reads)
    except Rejected as rejected:
        return Outcome(path.name, content, rejected.code, None, reads)
    return Outcome(path.name, content, "kept", kept, reads)


def outcomes(paths: list[Path]) -> list[Outcome]:
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(outcome, paths))


@pytest.fixture(scope="module")
def of_mutagen() -> list[Outcome]:
    return outcomes(corpus.of_mutagen())


@pytest.fixture(scope="module")
def speech() -> list[Outcome]:
    """Every third file; `make bench` reads all of them."""
    paths = [path for path in corpus.of_debian("asterisk-core-sounds-en-wav") if path.suffix == ".wav"]
    assert len(paths) == 568
    return outcomes(sorted(paths)[::3])


@pytest.fixture(scope="module")
def ogg() -> list[Outcome]:
    paths = [*corpus.of_debian("sound-theme-freedesktop"), *corpus.of_debian("fillets-ng-data")]
    return outcomes([path for path in paths if path.suffix in (".oga", ".ogg")])


def test_mutagens_own_files_are_kept_or_refused_for_the_right_reason(of_mutagen: list[Outcome]) -> None:
    found = defaultdict(set)
    for each in of_mutagen:
        found[each.code].add(each.name)
    others = found.pop("unsupported_format")
    assert dict(found) == {code: set(names.split()) for code, names in OF_MUTAGEN.items()}
    assert len(others) > 45
    assert not [name for name in others if name.endswith((".mp3", ".wav", ".flac"))]


def test_what_was_kept_of_them_sounds_as_before(of_mutagen: list[Outcome]) -> None:
    kept = [(each, each.kept) for each in of_mutagen if each.kept and each.name != NOT_MADE_OF_SOUND]
    before = decoded(*(each.content for each, _ in kept), flawless=False)
    after = decoded(*(passed.clean for _, passed in kept))
    assert [
        each.name for (each, _), one, other in zip(kept, before, after, strict=True) if one != other
    ] == []
    for each, passed in kept:
        assert abs(duration_ms(passed.clean) - passed.found.duration_ms) < PADDING_MS, each.name
        again = read(passed.clean)
        assert abs(again.duration_ms - passed.found.duration_ms) < 30, each.name


def test_files_of_speech_are_kept_sample_by_sample(speech: list[Outcome]) -> None:
    for each in speech:
        assert each.kept, (each.name, each.code)
        with wave.open(BytesIO(each.content)) as before, wave.open(BytesIO(each.kept.clean)) as after:
            assert before.getparams() == after.getparams()
            frames = before.readframes(before.getnframes())
            assert frames == after.readframes(after.getnframes())
        assert each.kept.found.duration_ms == round(len(frames) / 16)
        again = reading.read(BytesIO(each.kept.clean), len(each.kept.clean))
        assert again == each.kept.found._replace(title="How I open a call")
    some = [each.kept.clean for each in speech[::12] if each.kept]
    assert decoded(*some) == decoded(*(each.content for each in speech[::12]))


def test_every_ogg_file_is_refused_as_one(ogg: list[Outcome]) -> None:
    assert len(ogg) == 246
    assert {each.code for each in ogg} == {"unsupported_format"}


def test_hardly_anything_of_a_file_is_read(
    of_mutagen: list[Outcome], speech: list[Outcome], ogg: list[Outcome]
) -> None:
    for each in [*of_mutagen, *speech, *ogg]:
        assert len(each.reads) <= MOST_READS, each.name
        assert sum(each.reads) <= max(MOST_BYTES_READ, len(each.content) * 0.02), each.name
