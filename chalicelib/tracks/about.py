"""What a speaker says of a track beside its title: a description, topics, the language that is spoken."""

from typing import Annotated, Any, Final, Protocol

from msgspec import UNSET, Meta, UnsetType

from chalicelib import requests
from chalicelib.requests import shaped
from chalicelib.tracks.limits import LONGEST_DESCRIPTION, LONGEST_LANGUAGE, LONGEST_TOPIC, MOST_TOPICS

_LANGUAGE = (
    r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})"
    r"(?:-[A-Za-z]{4})?"
    r"(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
    r"(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"
    r"(?:-[Xx](?:-[A-Za-z0-9]{1,8})+)?"
)
"""A well-formed tag: https://www.rfc-editor.org/rfc/rfc5646#section-2.1"""

Description = Annotated[str, Meta(min_length=1, max_length=LONGEST_DESCRIPTION)]
Topic = Annotated[str, Meta(min_length=1, max_length=LONGEST_TOPIC)]
Topics = Annotated[list[Topic], Meta(max_length=MOST_TOPICS)]
Language = Annotated[
    str,
    shaped(_LANGUAGE, "a language as BCP 47 names it, such as `en` or `pt-BR`"),
    Meta(max_length=LONGEST_LANGUAGE),
]


class Described(Protocol):
    """A body with what is said of a track; what is left out stays, null takes it away."""

    description: Description | None | UnsetType
    topics: Topics | UnsetType
    language: Language | None | UnsetType


FIELDS: Final = ("description", "topics", "language")
PARAGRAPHS: Final = frozenset({"description"})


def tidy(body: Described) -> None:
    """Let each topic be one line and stand once, and the language be written as usual."""
    if not isinstance(body.topics, UnsetType):
        body.topics = requests.tidy_each("topics", body.topics)
    if isinstance(body.language, str):
        body.language = written(body.language)


def said(body: Described) -> dict[str, Any]:
    """What is there, as the model has it."""
    return {name: value for name in FIELDS if (value := getattr(body, name)) is not UNSET}


def written(language: str) -> str:
    """A tag as it is usually written: en, pt-BR, zh-Hant (RFC 5646 section 2.1.1)."""
    first, *others = language.lower().split("-")
    tag = [first]
    for subtag in others:
        behind_single = any(len(each) == 1 for each in tag)
        if len(subtag) == 2 and not behind_single:
            subtag = subtag.upper()
        elif len(subtag) == 4 and subtag.isalpha() and not behind_single:
            subtag = subtag.title()
        tag.append(subtag)
    return "-".join(tag)
