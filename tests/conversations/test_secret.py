"""Nothing that Earshot answers, stores, logs or sends tells who has asked anonymously."""

import json
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib import settings
from chalicelib.logs import JsonLines
from tests import wire
from tests.conversations.questioning import (
    about,
    answered,
    answers,
    id_of_asked,
    next_morning,
    path_of,
    speaks,
    within,
)
from tests.groups.company import calls, gathers, id_of
from tests.world import Person, World

OWN = {
    "members": "member_id",
    "quotas": "member_id",
    "written": "member_id",
    "loops": "member_id",
    "digests": "member_id",
}
"""The tables in which members have a partition, or an item, of their own."""

NAME = "Quillon"
"""Nobody else is called that, in any part of a word."""


class Lines(logging.Handler):
    """Every line that is logged, as it is written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def logged() -> Iterator[list[str]]:
    """What Earshot and whatever it stands on log in this block, from INFO; Earshot itself from DEBUG."""
    handler, ours, root = Lines(), logging.getLogger("chalicelib"), logging.getLogger()
    levels = ours.level, root.level
    for logger, level in ((ours, logging.DEBUG), (root, logging.INFO)):
        logger.addHandler(handler)
        logger.setLevel(level)
    try:
        yield handler.lines
    finally:
        for logger, level in zip((ours, root), levels, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)


def traces(value: Any, secrets: tuple[str, ...], path: str = "") -> Iterator[str]:
    """Where in a JSON value one of these stands, by the keys that lead there; keys are looked at too."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from traces(key, secrets, f"{path}.<key>")
            yield from traces(each, secrets, f"{path}.{key}")
    elif isinstance(value, list):
        for each in value:
            yield from traces(each, secrets, f"{path}[]")
    elif any(secret.lower() in str(value).lower() for secret in secrets):
        yield path


def answered_everywhere(
    world: World, people: list[Person], ids: dict[str, str], secrets: tuple[str, ...]
) -> Counter[str]:
    """Where the secrets stand in the answers of every GET route to each of these people."""
    found: Counter[str] = Counter()
    for path, methods in world.app.app.routes.items():
        if "GET" not in methods or not path.startswith("/v1/"):
            continue
        for person in people:
            query = f"?tracks={ids['track_id']}" if path.endswith("/progress") else ""
            answer = person.get(path.format_map(ids) + query)
            places = traces(answer.body, secrets)
            found.update(f"{person.email} {answer.status} {path} {place}" for place in places)
    return found


def stored_elsewhere(world: World, asker_id: str, secrets: tuple[str, ...]) -> Counter[str]:
    """The stored items outside of the asker's own partition in which the secrets stand."""
    found: Counter[str] = Counter()
    for table in world.dynamodb.list_tables()["TableNames"]:
        name = table.removeprefix(settings.table(""))
        for item in world.dynamodb.scan(TableName=table)["Items"]:
            if name in OWN and item[OWN[name]] == {"S": asker_id}:
                continue
            if list(traces(item, secrets)):
                found[f"{name} {json.dumps(item, sort_keys=True, default=str)}"] += 1
    return found


class Ids(dict[str, str]):
    """The ids of a scene; of what it does not have, an id that nobody has."""

    def __missing__(self, name: str) -> str:
        return "unknown"


def test_nothing_tells_who_has_asked(world: World, ann: Person) -> None:
    """What stands anywhere of the asker before the question stands there after it, and nothing else does."""
    shy = calls(ann, NAME.lower())
    ben, cleo = calls(ann, "ben"), calls(ann, "cleo")
    others = [calls(ann, f"number-{number}") for number in range(3)]
    group_id = gathers(ben, shy, cleo, *others)
    track_id = speaks(ann)
    playlist_id = ann.makes(mode="collaborative")
    ann.adds(playlist_id, track_id)
    ids = Ids(workspace_id=ann.workspace_id, track_id=track_id, group_id=group_id, playlist_id=playlist_id)
    asker_id = id_of(shy)
    secrets = asker_id, NAME, shy.email
    everybody = [ann, ben, cleo, shy]
    world.settle()
    said_before = answered_everywhere(world, everybody, ids, secrets)
    stored_before = stored_elsewhere(world, asker_id, secrets)
    mails_before = len(world.raw_mails())
    assert said_before
    assert stored_before  # the members of the group, the activity of joining: the walk finds what is there

    with logged() as lines:
        for place, readers in ((about(shy, track_id), everybody), (within(shy, group_id), [ben, cleo, shy])):
            told: list[Any] = []
            for refused in range(4):
                with wire.refusing("ThrottlingException", after=refused, times=1):
                    told.append(shy.post(place, text="What is a lead?", anonymous=True).body)
            with wire.refusing("TransactionCanceledException", operation="Transact", times=2):
                asked = shy.post(place, text="What is a lead?", anonymous=True).expect(201)
            question_id = id_of_asked(asked)
            ids |= {"question_id": question_id}
            next_morning()
            world.settle()
            answer_id = answered(ben, question_id)
            told.append(answers(cleo, question_id, track_id=speaks(cleo)).expect(201))
            helped = f"{path_of(shy, question_id)}/answers/{answer_id}/helped"
            told.append(shy.call("PUT", helped, {"token": asked["token"]}).expect(200))
            told.append(shy.get(f"{shy.place}/questions").expect(200))
            told += [person.get(path_of(person, question_id)).expect(200) for person in readers]
            world.settle()
            assert list(traces([asked, *told], secrets)) == []
            said = answered_everywhere(world, everybody, ids, secrets)
            assert said - said_before == Counter()  # of what is told newest first, less is left
            assert stored_elsewhere(world, asker_id, secrets) == stored_before
        shy.delete(path_of(shy, question_id)).expect(204)
    assert "What is a lead?" in json.dumps(cleo.get(about(cleo, track_id)).expect(200))
    assert lines  # of what was refused
    assert list(traces(lines, (*secrets, question_id, asked["token"]))) == []
    assert list(traces(world.raw_mails()[mails_before:], secrets)) == []


def test_a_named_question_would_have_been_found(world: World, ann: Person) -> None:
    """The walk of the test above sees who asks by name, in answers and in what is stored."""
    shy = calls(ann, NAME.lower())
    track_id = speaks(ann)
    ids = Ids(workspace_id=ann.workspace_id, track_id=track_id)
    secrets = id_of(shy), NAME, shy.email
    said, stored = (
        answered_everywhere(world, [ann], ids, secrets),
        stored_elsewhere(world, id_of(shy), secrets),
    )
    shy.post(about(shy, track_id), text="What is a lead?").expect(201)
    more = answered_everywhere(world, [ann], ids, secrets) - said
    assert any("/tracks/{track_id}/questions .items[].asker.member_id" in place for place in more)
    assert any("/activity .items[].actor.name" in place for place in more)
    tables = {place.split()[0] for place in stored_elsewhere(world, id_of(shy), secrets) - stored}
    assert tables == {"questions", "activity"}
