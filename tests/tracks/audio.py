"""Real audio, made by ffmpeg and kept beside the checkout between runs."""

import hashlib
import subprocess
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".cache" / "audio"
TONE = "sine=frequency=330:sample_rate=44100:duration={seconds}"


@cache
def made(ending: str, *options: str, seconds: float = 2, source: str = TONE) -> bytes:
    """A tone of so many seconds in a file with this ending, encoded by ffmpeg with these options."""
    tone = source.format(seconds=seconds)
    name = hashlib.sha256(repr((ending, options, tone)).encode()).hexdigest()[:24]
    path = FOLDER / f"{name}.{ending}"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        fresh = FOLDER / f"{name}.{hashlib.sha256(str(id(path)).encode()).hexdigest()[:8]}.{ending}"
        command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", tone, *options, str(fresh)]
        subprocess.run(command, check=True)
        fresh.rename(path)
    return path.read_bytes()


def mp3(seconds: float = 2, *options: str) -> bytes:
    """An MP3 as Earshot's recorder makes them: mono, 64 kbit/s."""
    return made("mp3", "-ac", "1", "-b:a", "64k", *options, seconds=seconds)


def m4a(seconds: float = 2, *options: str) -> bytes:
    """AAC in an MP4 that is not fragmented."""
    return made("m4a", "-c:a", "aac", "-b:a", "96k", *options, seconds=seconds)


def wav(seconds: float = 2, *options: str) -> bytes:
    """Plain samples."""
    return made("wav", *options, seconds=seconds)


def flac(seconds: float = 2, *options: str) -> bytes:
    return made("flac", *options, seconds=seconds)
