"""The people of a company in front of a running Earshot, each with a browser of their own.

Every id follows from a name, so all that they do can be repeated: what is there already stays as it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, TypeVar
from uuid import UUID, uuid5

from infra.browser import Browser
from infra.company import Company

NAMES = UUID("5f0a3a8e-6c0e-4d63-9a39-0c2c6f6d8b1e")
"""The namespace of all ids that follow from names (RFC 9562, section 6.6)."""

HANDS = 4
"""Things done at the same time: two cores speak while two uploads are under way."""

MOST_EVENTS = 50
"""Of listening, in one request."""

T = TypeVar("T")


class CannotFill(Exception):
    """Earshot did not come to what it should have come to; the message says what."""


class Crew:
    """Everybody who works there, and the workspace that they are in."""

    def __init__(self, url: str, company: Company) -> None:
        self.company = company
        self.place = ""
        self._url = url
        self._browsers: dict[str, Browser] = {}

    def sessions_end(self) -> None:
        """So much time has gone by that everybody has to sign in again when they come next."""
        self._browsers.clear()

    def founds(self, key: str, body: dict[str, Any]) -> None:
        """Create the workspace, and let it be the one in which everything is asked for."""
        created = self._browser_of(key).asks(
            "POST", "workspaces", body, idempotency_key=id_of(self.company.workspace)
        )
        self.place = f"workspaces/{created['workspace_id']}"

    def asks(self, who: str, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """What the API answers this person in the workspace; ``key`` names what is made. Raises `Refused`."""
        return self._browser_of(who).asks(
            method,
            f"{self.place}/{path}",
            body,
            idempotency_key=None if key is None else self.id_of(key),
        )

    def all_of(self, who: str, path: str) -> Iterator[dict[str, Any]]:
        """Every item of a list in the workspace. Raises `Refused`."""
        return self._browser_of(who).all_of(f"{self.place}/{path}")

    def reports(self, who: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Report what somebody has heard. Raises `CannotFill`, `Refused`."""
        for begin in range(0, len(events), MOST_EVENTS):
            answer = self.asks(who, "POST", "progress", {"events": events[begin : begin + MOST_EVENTS]})
            if answer["refused"]:
                raise CannotFill(f"{who}'s listening was refused: {answer['refused'][0]}")

    def id_of(self, key: str) -> str:
        """The id of what this company knows by this name."""
        return id_of(f"{self.company.workspace}/{key}")

    def _browser_of(self, key: str) -> Browser:
        """Somebody's browser; they sign in where they have not."""
        if key not in self._browsers:
            browser = Browser(self._url)
            browser.signs_in(self.company.email(key), self.company.people[key].name)
            self._browsers[key] = browser
        return self._browsers[key]


def id_of(key: str) -> str:
    """The id of what is known by this name."""
    return str(uuid5(NAMES, key))


def at_once(
    do: Callable[[Any], T], things: Iterable[Any], *, after_each: Callable[[int], None] | None = None
) -> list[T]:
    """What comes of doing this with each thing, some at the same time; the first failure ends it.

    ``after_each`` is told how many are done.
    """
    results = []
    with ThreadPoolExecutor(HANDS) as hands:
        begun = [hands.submit(do, thing) for thing in things]
        try:
            for done in as_completed(begun):
                results.append(done.result())
                if after_each:
                    after_each(len(results))
        except BaseException:
            hands.shutdown(wait=False, cancel_futures=True)
            raise
    return results
