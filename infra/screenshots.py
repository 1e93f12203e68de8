"""A picture of every page, on a phone and on a desk, in light and dark: what `make screenshots` makes.

EARSHOT_DATA=.local/demo python -m infra.screenshots [NAME …]

They are taken of the company of `make demo`, which is filled first where it is not yet, into the folder
`screenshots/`. A screen of the client that is not told of here ends it.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from string import Formatter
from typing import Any, Literal, Self

import requests
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, sync_playwright

from infra import company
from infra.browser import Browser

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "chalicelib" / "web" / "static" / "app.js"
FOLDER = ROOT / "screenshots"
WIDTHS = {390: 844, 1280: 860}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream"]
STOPS_IN_S = 30

SCREENS = {
    "activity": ("new hire", "activity"),
    "assigned": ("new hire", "assigned"),
    "connections": ("admin", "connections"),
    "feedback": ("speaker", "feedback"),
    "group": ("new hire", "group/{group}"),
    "groups": ("new hire", "groups"),
    "home": ("new hire", "home"),
    "inbox": ("new hire", "inbox"),
    "invite": ("admin", "invite"),
    "library": ("new hire", "library"),
    "mentoring": ("mentor", "mentoring"),
    "people": ("admin", "people"),
    "person": ("new hire", "person/{speaker}"),
    "playlist": ("new hire", "playlist/{playlist}"),
    "playlists": ("new hire", "playlists"),
    "question": ("speaker", "question/{question}"),
    "questions": ("new hire", "questions"),
    "record": ("speaker", "record"),
    "reports": ("admin", "reports"),
    "round": ("new hire", "round/{round}?group={group}"),
    "settings": ("admin", "settings"),
    "thanks": ("speaker", "thanks"),
    "track": ("speaker", "track/{track}"),
    "you": ("new hire", "you"),
}
"""For each screen of the client: as whom of those that the company shows, and where in the workspace."""

IDS: dict[str, Callable[["Person"], str]] = {
    "group": lambda person: _with_a_round(person)["group_id"],
    "playlist": lambda person: person.first("playlists")["playlist_id"],
    "question": lambda person: person.first("open-questions")["question_id"],
    "round": lambda person: _with_a_round(person)["open_round_id"],
    "speaker": lambda person: person.first("tracks")["speaker"]["member_id"],
    "track": lambda person: person.first("tracks?speaker=me")["track_id"],
}
"""What stands for an id in those addresses, found as the person who looks."""

LINKS = {"shared": "s", "embed": "embed"}
"""The pages of a link to a track, and how their addresses begin."""

OUTSIDE = ("sign-in", "workspaces", *LINKS, "unsubscribe")
"""The pages that are in no workspace."""


class CannotPhotograph(Exception):
    """Something to take a picture of is not there; the message says what."""


@dataclass(frozen=True)
class Visit:
    """A page to look at: as whom, or as somebody who is not signed in, and its address."""

    name: str
    who: str | None
    address: str


@dataclass
class Person:
    """Somebody of the company, with a browser, in the workspace."""

    browser: Browser
    place: str
    kept: dict[str, Any] = field(default_factory=dict)

    def listed(self, path: str) -> list[dict[str, Any]]:
        if path not in self.kept:
            self.kept[path] = self.browser.asks("GET", f"workspaces/{self.place}/{path}")["items"]
        items: list[dict[str, Any]] = self.kept[path]
        return items

    def first(self, path: str) -> dict[str, Any]:
        """The first of a list. Raises `CannotPhotograph`."""
        items = self.listed(path)
        if not items:
            raise CannotPhotograph(f"There is nothing in {path}.")
        return items[0]

    def address(self, of: str) -> str:
        """A place in the workspace, with real ids in it."""
        needed = {name for _, name, _, _ in Formatter().parse(of) if name}
        return f"#/w/{self.place}/" + of.format(**{name: IDS[name](self) for name in needed})


def screens() -> set[str]:
    """The screens of the client, as app.js has them."""
    listed = APP.read_text("utf-8").partition("const FILES = new Map([")[2].partition("]);")[0]
    return set(re.findall(r"^  \['(\w+)', \['\./", listed, re.MULTILINE))


def main(names: list[str]) -> int:
    """Take the pictures of these pages, or of all. The exit code."""
    forgotten = screens() ^ SCREENS.keys()
    unknown = set(names) - {*SCREENS, *OUTSIDE}
    if forgotten or unknown:
        print(
            f"No picture can be taken of {', '.join(sorted(forgotten | unknown))}: see SCREENS in {__file__}."
        )
        return 1
    FOLDER.mkdir(exist_ok=True)
    try:
        with (
            demo() as url,
            sync_playwright() as driver,
            driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as chromium,
            People(url, chromium, company.read()) as people,
        ):
            for visit in visits(url, people, names or [*OUTSIDE, *SCREENS]):
                _take(people.window(visit.who), visit)
    except CannotPhotograph as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The pictures are in {FOLDER}.")
    return 0


@contextmanager
def demo(file: Path = company.FILE, **environment: str) -> Iterator[str]:
    """The address of the company of `make demo`, or of another file, filled. Raises `CannotPhotograph`."""
    with subprocess.Popen(
        [sys.executable, "-m", "infra.demo", str(file)],
        cwd=ROOT,
        env={"EARSHOT_PORT": "0", **os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout
        try:
            for line in server.stdout:
                if found := re.match(r"Sign in at (http://\S+)", line):
                    yield found[1]
                    return
            raise CannotPhotograph("The demo did not start.")
        finally:
            server.terminate()
            server.wait(STOPS_IN_S)


def visits(url: str, people: "People", names: Iterable[str]) -> Iterator[Visit]:
    """Where to look at these pages, and as whom; what that takes is there until the next is asked for."""
    for name in names:
        if name in SCREENS:
            who, of = SCREENS[name]
            yield Visit(name, who, url + people[who].address(of))
        elif name == "workspaces":
            yield Visit(name, "new hire", f"{url}#/workspaces")
        elif name == "unsubscribe":
            yield Visit(name, None, _end_of_mails(url))
        elif name == "sign-in":
            yield Visit(name, None, url)
        else:
            with _shared(people["speaker"]) as token:
                yield Visit(name, None, f"{url}{LINKS[name]}/{token}")


class People(dict[str, Person]):
    """Whom the company shows, each signed in when first asked for."""

    def __init__(self, url: str, chromium: Chromium, whole: company.Company) -> None:
        super().__init__()
        self._url, self._chromium = url, chromium
        self._windows: dict[str | None, BrowserContext] = {}
        self._company = whole

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for window in self._windows.values():
            window.close()

    def __missing__(self, who: str) -> Person:
        key = self._company.shown[who]
        browser = Browser(self._url)
        browser.signs_in(self._company.email(key), self._company.people[key].name)
        [workspace] = browser.asks("GET", "me")["workspaces"]
        self[who] = Person(browser, workspace["workspace_id"])
        return self[who]

    def window(self, who: str | None) -> BrowserContext:
        """The browser of one of them, or of somebody who is not signed in."""
        if who not in self._windows:
            window = self._chromium.new_context(reduced_motion="reduce", service_workers="block")
            if who is not None:
                cookies = self[who].browser.cookies().items()
                window.add_cookies(
                    [{"name": name, "value": value, "url": self._url} for name, value in cookies]
                )
            self._windows[who] = window
        return self._windows[who]


def _take(window: BrowserContext, visit: Visit) -> None:
    with window.new_page() as page:
        page.goto(visit.address)
        page.wait_for_load_state("networkidle")
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            whole = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": whole})  # what is fixed stands at its end
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=FOLDER / f"{visit.name}-{width}-{scheme}.png")
    print(visit.name, flush=True)


@contextmanager
def _shared(speaker: Person) -> Iterator[str]:
    """The token of a link to a track, which is taken back afterwards: nobody there has agreed to one."""
    track = speaker.first("tracks?speaker=me")
    path = f"workspaces/{speaker.place}/tracks/{track['track_id']}"
    consent = track["consent"]
    speaker.browser.asks("PATCH", path, {"consent": consent | {"public_link": True, "named_publicly": True}})
    share = speaker.browser.asks("POST", f"{path}/shares", {"label": "For a picture"})
    try:
        yield share["url"].rpartition("/")[2]
    finally:
        speaker.browser.asks("DELETE", f"{path}/shares/{share['share']['share_id']}")
        speaker.browser.asks("PATCH", path, {"consent": consent})


def _with_a_round(person: Person) -> dict[str, Any]:
    for group in person.listed("groups"):
        if group["open_round_id"]:
            return group
    raise CannotPhotograph("There is no group with a round that is open.")


def _end_of_mails(url: str) -> str:
    """The address in the newest mail that has one. Raises `CannotPhotograph`."""
    with requests.Session() as session:
        session.trust_env = False
        numbers = re.findall(r'href="/mailbox/(\d+)"', session.get(f"{url}mailbox", timeout=30).text)
        for number in numbers:
            mail = unescape(session.get(f"{url}mailbox/{number}/html", timeout=30).text)
            if found := re.search(rf'"({re.escape(url)}u/[^"]+)"', mail):
                return found[1]
    raise CannotPhotograph("No mail is there that one could have no more of.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
