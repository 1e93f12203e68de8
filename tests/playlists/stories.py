"""What stories about playlists need again and again."""

import uuid
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.playlists.models import Playlist, at
from tests.world import Answer, Person


def path_of(person: Person, playlist_id: str) -> str:
    return f"{person.place}/playlists/{playlist_id}"


def entry_path(person: Person, playlist_id: str, entry_id: str) -> str:
    return f"{path_of(person, playlist_id)}/entries/{entry_id}"


def states(page: dict[str, Any]) -> list[str]:
    return [entry["state"] for entry in page["entries"]]


def titles(page: dict[str, Any]) -> list[str | None]:
    return [entry.get("title") for entry in page["entries"]]


def order(page: dict[str, Any]) -> list[str]:
    return [entry["entry_id"] for entry in page["entries"]]


def move(
    person: Person, playlist_id: str, entry_id: str, after: str | None, *, version: int | None = None
) -> Answer:
    """Put an entry behind another."""
    headers = {} if version is None else {"If_Match": str(version)}
    return person.call("PATCH", entry_path(person, playlist_id, entry_id), {"after": after}, **headers)


def tie(person: Person, playlist_id: str, entry_ids: list[str]) -> list[str]:
    """Give entries one rank, as writers at the same moment do; the order in which they stand then."""
    actions: list[Action] = [at(entry_id, "rank").set(7) for entry_id in entry_ids]
    Playlist(person.workspace_id, playlist_id).update(actions=actions)
    return order(person.opens(playlist_id))


def add(person: Person, playlist_id: str, track_id: str, *, key: str | None = None, **more: Any) -> Answer:
    """Add a track, under an Idempotency-Key."""
    return person.call(
        "POST",
        f"{path_of(person, playlist_id)}/entries",
        {"track_id": track_id, **more},
        Idempotency_Key=key or str(uuid.uuid4()),
    )
