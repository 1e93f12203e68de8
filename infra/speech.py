"""Text into a recording as the client makes it: MP3, mono, 64 kbit/s, with its outline and loudness.

Needs espeak-ng and ffmpeg.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import wave
from array import array
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from infra.company import Voice

TOOLS = ("espeak-ng", "ffmpeg")
MOST_PEAKS = 800
FULL_SCALE = 32768
QUIETEST_SCALE = 0.05
"""A recording below is shown as quiet as it is (``measure.js``)."""

INTEGRATED = re.compile(r"^\s*I:\s*(-?[0-9.]+) LUFS$", re.MULTILINE)


@dataclass(frozen=True)
class Recording:
    """An MP3 and what is sent beside it."""

    audio: bytes
    peaks: list[int]
    loudness_lufs: float


def missing_tools() -> list[str]:
    """What would have to be installed."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def spoken(text: str, voice: Voice) -> Recording:
    """The text in this voice. Raises `subprocess.CalledProcessError`."""
    with tempfile.TemporaryDirectory() as folder:
        samples, audio = Path(folder) / "spoken.wav", Path(folder) / "spoken.mp3"
        _run(
            *("espeak-ng", "-v", voice.name, "-s", str(voice.speed), "-p", str(voice.pitch)),
            *("-w", str(samples), "--stdin"),
            given=text,
        )
        said = _run(
            *("ffmpeg", "-hide_banner", "-nostats", "-threads", "1", "-i", str(samples)),
            *("-filter:a", "ebur128=framelog=verbose", "-ac", "1", "-ar", "44100", "-b:a", "64k"),
            *("-compression_level", "9"),  # half the time, and no worse to hear with such voices
            *("-map_metadata", "-1", str(audio)),
        )
        loudness = INTEGRATED.findall(said)
        return Recording(audio.read_bytes(), peaks(_samples(samples)), float(loudness[-1]))


def peaks(samples: "array[int]") -> list[int]:
    """The outline of 16-bit samples: at most 800 numbers from 0 to 255, the loudest 255."""
    count = min(MOST_PEAKS, len(samples))
    edges = [place * len(samples) // count for place in range(count)] + [len(samples)]
    sizes = []
    for begin, end in pairwise(edges):
        part = samples[begin:end]
        sizes.append(max(max(part), -min(part)))
    scale = 255 / max(QUIETEST_SCALE * FULL_SCALE, *sizes)
    return [min(255, round(size * scale)) for size in sizes]


def _samples(file: Path) -> "array[int]":
    with wave.open(str(file)) as sound:
        samples = array("h", sound.readframes(sound.getnframes()))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _run(*command: str, given: str = "") -> str:
    """What a command says on standard error."""
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True).stderr
