"""P7: what reading and tagging a file takes: memory, CPU, and how much of it is read."""

import contextlib
import tempfile
from pathlib import Path

from chalicelib.tracks.rejections import Rejected
from tests.tracks import audio, corpus
from tests.tracks.hostile import BOMBS
from tests.tracks.measured import Cost, costs
from tests.tracks.through import read

MOST_BYTES, MOST_SECONDS = 200e6, 2.5
TONE_SECONDS = 60
LARGE = 100_000_000


def run() -> None:
    """Measure a small and a large file, the hostile ones and some nine hundred real ones, and print each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _memory(folder)
        _hostile(folder)
    _reads()


def _memory(folder: Path) -> None:
    tone = audio.made("mp3", "-b:a", "128k", "-write_xing", "0", "-id3v2_version", "0", seconds=TONE_SECONDS)
    small, large = folder / "small.mp3", folder / "large.mp3"
    small.write_bytes(tone)
    large.write_bytes(tone * (LARGE // len(tone)))
    [one], [other] = costs([small]), costs([large])
    ratio = f"{other.peak_bytes / one.peak_bytes:.2f} x"
    sizes = f"{large.stat().st_size / 1e6:.0f} MB / {small.stat().st_size / 1e6:.0f} MB"
    print(f"P7 memory, {sizes}  {ratio}  {other.peak_bytes / 1e6:.0f} MB / {one.peak_bytes / 1e6:.0f} MB")
    print(f"P7 CPU, {sizes}  {other.cpu_seconds:.2f} s / {one.cpu_seconds:.2f} s")


def _hostile(folder: Path) -> None:
    taken: dict[str, Cost] = {}
    for name, make in BOMBS.items():
        path = folder / "hostile"
        path.write_bytes(make())
        [taken[name]] = costs([path])
    slowest = max(taken, key=lambda name: taken[name].cpu_seconds)
    largest = max(taken, key=lambda name: taken[name].peak_bytes)
    seconds, peak = taken[slowest].cpu_seconds, taken[largest].peak_bytes / 1e6
    print(f"P7 hostile, {len(taken)} files  {seconds:.2f} s at most (at most {MOST_SECONDS}): {slowest}")
    print(
        f"P7 hostile, {len(taken)} files  {peak:.0f} MB at most (at most {MOST_BYTES / 1e6:.0f}): {largest}"
    )


def _reads() -> None:
    speech = [path for path in corpus.of_debian("asterisk-core-sounds-en-wav") if path.suffix == ".wav"]
    paths = [*corpus.of_mutagen(), *speech]
    reads: list[list[int]] = []
    for path in paths:
        reads.append([])
        with contextlib.suppress(Rejected):
            read(path.read_bytes(), reads[-1])
    requests, size = max(map(len, reads)), max(map(sum, reads))
    print(f"P7 reads, {len(paths)} real files  {requests} at most (at most 4), {size / 1024:.0f} kB at most")
