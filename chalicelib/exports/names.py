"""Names for files that every system takes, made of what people call things; no AWS."""

import re
import unicodedata
from typing import Final

LONGEST_BYTES: Final = 150
"""In UTF-8, so that name, number and ending fit where 255 bytes are the most."""

_NOT_IN_NAMES: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_HIDDEN: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Categories of what cannot be seen, breaks a line or turns the direction of what follows."""

_JOINS: Final = ("\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}")
"""Hidden too, but many scripts and emoji are not themselves without them."""

_HANGING: Final = (*_JOINS, "\N{VARIATION SELECTOR-16}")


def of(number: int, title: str, ending: str, *, digits: int) -> str:
    """A name that no other has with another number, whatever the title is."""
    return f"{number:0{digits}} {safe(title)}.{ending}"


def safe(title: str) -> str:
    """A title as a part of a file's name: no path, no control characters, not too long, never empty."""
    composed = unicodedata.normalize("NFC", title)
    visible = "".join(
        each for each in composed if each in _JOINS or unicodedata.category(each) not in _HIDDEN
    )
    tidy = " ".join(_NOT_IN_NAMES.sub(" ", visible).split()).strip(". ")
    cut = tidy.encode()[:LONGEST_BYTES].decode(errors="ignore")
    while cut and (cut[-1] in _HANGING or cut[-1] in ". "):
        cut = cut[:-1]
    return cut or "Untitled"
