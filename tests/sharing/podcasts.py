"""Podcast feeds as an app and their owner see them."""

from typing import Any
from urllib.parse import urlsplit

import feedparser
import requests

from tests.world import Person, World


def feed(who: Person, **wanted: Any) -> str:
    """The path of a new feed of this person's."""
    url = who.post(f"{who.place}/feed", **wanted).expect(201)["url"]
    assert url.startswith("http://127.0.0.1:8000/feeds/")
    return str(urlsplit(url).path)


def feed_of(page: str) -> str:
    """The path of a link's feed, by the path of its page."""
    return page.replace("/s/", "/feeds/")


def fetched(world: World, path: str) -> Any:
    """The feed, as a podcast app reads it."""
    answer = world.call("GET", path)
    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    parsed: Any = feedparser.parse(answer.expect(200))
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def titles(world: World, path: str) -> list[str]:
    return [str(entry.title) for entry in fetched(world, path).entries]


def audio_of(entry: Any) -> str:
    """The path of an episode's audio."""
    [enclosure] = entry.enclosures
    return str(urlsplit(enclosure.href).path)


def plays(world: World, path: str, **headers: str) -> requests.Response:
    """What comes of fetching an episode, as an app does that follows."""
    answer = world.call("GET", path)
    assert (answer.status, answer.body) == (302, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    return requests.get(answer.headers["Location"], headers=headers, timeout=5)


def is_nothing(world: World, path: str, audio: str) -> bool:
    """Whether an address is to everybody as one that never was."""
    unknown = "/feeds/" + "x" * 43
    nothing = world.call("GET", unknown).expect(404)
    answers = [world.call("GET", each) for each in (path, audio)]
    heads = [world.call("HEAD", each) for each in (path, audio)]
    alike = all((answer.status, answer.body) == (404, nothing) for answer in answers)
    return alike and all(head.status == 404 for head in heads)


def own(who: Person) -> dict[str, Any]:
    seen: dict[str, Any] = who.get(f"{who.place}/feed").expect(200)
    return seen
