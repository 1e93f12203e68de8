"""The words of a transcript as the search needs them: each once, folded, in little room; no AWS."""

import zlib
from typing import Final

from chalicelib.folding import fold
from chalicelib.tracks.captions import Said

MOST_BYTES: Final = 16 * 1024
"""Of one transcript's words, in UTF-8: some 2,500 different ones; half an hour of speech has a thousand."""


def packed(said: Said) -> bytes:
    """The different words of a transcript, as far as there is room; those that come first in it are kept."""
    found: set[str] = set()
    room = MOST_BYTES
    for text in [*(cue.text for cue in said.cues), *said.paragraphs]:
        for word in fold(text).split():
            if word not in found:
                room -= len(word.encode()) + 1
                if room < 0:
                    return _packed(found)
                found.add(word)
    return _packed(found)


def unpacked(words: bytes) -> str:
    """The words again, in the order of the alphabet, a space before each."""
    return zlib.decompress(words).decode()


def _packed(words: set[str]) -> bytes:
    return zlib.compress("".join(f" {word}" for word in sorted(words)).encode(), 9)
