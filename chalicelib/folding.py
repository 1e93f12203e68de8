"""Texts as they are compared: without case and accents, as words; no AWS.

Case and accents go (é is e, ß is ss), what is no letter and no digit separates words. Scripts that put no
space between words are taken character by character, so that a word is found wherever it stands; so is one in
Latin letters or digits behind any other script.
"""

import re
import unicodedata

NOT_DECOMPOSED = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters that Unicode does not take for another one with a mark, and people do."""

FIRST_ACCENT = 10
"""Combining classes from here on are accents and points; those below belong to letters of Indic scripts.

https://www.unicode.org/reports/tr44/#Canonical_Combining_Class_Values
"""

BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
BEFORE_LATIN = re.compile(r"(?<=[^\x00-\x7f])(?=[a-z0-9])")
"""Where Latin letters or digits follow another script without a space, as in 新しいCRM or 삼성TV."""

UNSPACED = re.compile(
    "([\u0e01-\u0e30\u0e40-\u0e46\u0e81-\u0eb0\u0ec0-\u0ec6\u1000-\u102a\u1780-\u17b3"
    "\u3041-\u3096\u30a1-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
)
"""Characters of Thai, Lao, Burmese, Khmer, Japanese and Chinese, of which each may begin a word."""


MOST_REMEMBERED = 20_000
"""Characters whose folding is known without a look into Unicode's tables."""


def fold(text: str) -> str:
    """The words of a text, each behind one space, without case and accents."""
    if text.isascii():
        words = BETWEEN_WORDS.sub(" ", text.lower())
    else:
        plain = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(NOT_DECOMPOSED)
        words = BEFORE_LATIN.sub(" ", plain.translate(_FOLDED))
    return "".join(f" {word}" for word in words.split())


class _Folded(dict[int, str]):
    """What becomes of a character, by its number: itself, a space, or nothing."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        if unicodedata.combining(character) >= FIRST_ACCENT:
            folded = ""
        elif not _is_of_a_word(character):
            folded = " "
        else:
            folded = f" {character}" if UNSPACED.match(character) else character
        if len(self) < MOST_REMEMBERED:
            self[number] = folded
        return folded


def _is_of_a_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


_FOLDED = _Folded()
