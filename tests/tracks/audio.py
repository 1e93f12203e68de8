"""Real audio, made by ffmpeg and kept beside the checkout between runs."""

import hashlib
import subprocess
from functools import cache
from pathlib import Path

from tests.kept import made_once

FOLDER = Path(__file__).resolve().parents[2] / ".cache" / "audio"
WORDS = "Before you show anything, ask what they have tried. Then be quiet until they have finished."
TONE = "sine=frequency=330:sample_rate=44100:duration={seconds}"


@cache
def made(ending: str, *options: str, seconds: float = 2, source: str = TONE) -> bytes:
    """A tone of so many seconds in a file with this ending, encoded by ffmpeg with these options."""
    tone = source.format(seconds=seconds)
    return _kept(ending, ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", tone, *options]).read_bytes()


@cache
def spoken(ending: str, *options: str) -> bytes:
    """Some seconds of somebody speaking, encoded by ffmpeg with these options."""
    voice = _kept("wav", ["espeak-ng", "-s", "150", WORDS, "-w"])
    return _kept(ending, ["ffmpeg", "-v", "error", "-y", "-i", str(voice), *options]).read_bytes()


@cache
def piped(form: str, *options: str, seconds: float = 2) -> bytes:
    """A tone as a program writes it that cannot go back to fill in sizes."""
    tone = TONE.format(seconds=seconds)
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", tone, *options, "-f", form, "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


@cache
def by_sox(ending: str, *options: str, effects: tuple[str, ...] = ("synth", "2", "sine", "330")) -> bytes:
    """A tone made by SoX with these options of the file."""
    command = ["sox", "-n", "-t", ending, *options, "-", *effects]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _kept(ending: str, command: list[str]) -> Path:
    """The file with this ending that this command writes, made once."""
    name = hashlib.sha256(repr((ending, command)).encode()).hexdigest()[:24]
    return made_once(
        FOLDER / f"{name}.{ending}", lambda fresh: subprocess.run([*command, str(fresh)], check=True)
    )


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
