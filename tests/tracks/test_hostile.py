"""Hostile files: each ends in a refusal or in sound audio, within its memory and its time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from chalicelib.tracks.guarded import CPU_SECONDS, GRACE_SECONDS, MEMORY_BYTES
from chalicelib.tracks.rejections import SENTENCES, Rejected
from tests.tracks.audio import flac, made, wav
from tests.tracks.boxes import repeated
from tests.tracks.hostile import BOMBS, fuzzed
from tests.tracks.measured import cost, costs
from tests.tracks.through import decoded, read, through

MOST_BYTES = 200 << 20
FUZZED = 240


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_file_takes_neither_memory_nor_time(name: str) -> None:
    taken = cost(BOMBS[name]())
    assert taken.outcome in ("kept", *SENTENCES)
    assert taken.peak_bytes < MOST_BYTES
    assert taken.cpu_seconds < sum(CPU_SECONDS.values()) + 2 * GRACE_SECONDS


def test_the_limits_are_those_that_were_promised() -> None:
    assert MEMORY_BYTES < MOST_BYTES
    assert CPU_SECONDS["read"] + GRACE_SECONDS <= 3


KEPT = [
    "a title that unpacks to 45 MB",
    "a tag of 2 million frames",
    "a tag that says it is longer than it is",
    "a tag of 0.5 MB that unpacks to 0.5 GB",
    "an APE tag of 4 GB",
    "APE tags that lead in a circle",
    "lyrics of 999,999 bytes",
    "lists within one another",
    "a title of 4 GB",
    "4 billion comments",
    "a list whose name has 4 GB",
]


@pytest.mark.parametrize("name", KEPT)
def test_sound_behind_hostile_tags_is_kept(name: str) -> None:
    kept = through(BOMBS[name]())
    assert kept.found.duration_ms > 900
    assert decoded(kept.clean)


def test_what_was_spoiled_at_random_is_refused_or_kept_whole() -> None:
    def attempt(spoiled: tuple[str, bytes]) -> tuple[str, str]:
        name, content = spoiled
        try:
            kept = through(content)
        except Rejected as rejected:
            return name, rejected.code
        again = read(kept.clean)
        same = again[:2] == (kept.found.container, kept.found.duration_ms)
        return name, "kept" if same or again.container == "mp3" else f"{kept.found} became {again}"

    with ThreadPoolExecutor(4) as pool:
        outcomes = dict(pool.map(attempt, fuzzed(FUZZED)))
    assert {name: said for name, said in outcomes.items() if said not in ("kept", *SENTENCES)} == {}
    assert 10 < sum(said == "kept" for said in outcomes.values()) < FUZZED - 10


LARGE = {
    "mp3": lambda times: (
        made("mp3", "-b:a", "320k", "-write_xing", "0", "-id3v2_version", "0", seconds=24) * times
    ),
    "m4a": lambda times: repeated(
        made("m4a", "-b:a", "512k", "-ac", "2", "-ar", "96000", source=NOISE), 17 * times
    ),
    "wav": lambda times: wav(11, "-fflags", "+bitexact")[:40] + bytes(4) + wav(11)[44:] * times,
    "flac": lambda times: flac_of(times),
}
NOISE = "anoisesrc=d={seconds}:r=96000"


def flac_of(times: int) -> bytes:
    """A FLAC file that begins with megabytes of pictures."""
    file = flac(4)
    for _ in range(times // 16):
        file = file[:42] + b"\6\xff\xff\xff" + bytes(0xFFFFFF) + file[42:]
    return file


@pytest.mark.parametrize("container", LARGE)
def test_memory_is_the_same_for_1_and_for_100_mb(container: str) -> None:
    with TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        small.write_bytes(LARGE[container](1))
        large.write_bytes(LARGE[container](70))
        assert large.stat().st_size > 65_000_000
        one, other = costs([small]), costs([large])
    assert (one[0].outcome, other[0].outcome) == ("kept", "kept")
    assert other[0].peak_bytes < one[0].peak_bytes + (12 << 20)


def test_a_good_file_of_100_mb_takes_a_fraction_of_its_time() -> None:
    assert cost(LARGE["mp3"](70)).cpu_seconds < CPU_SECONDS["tag"] / 4
