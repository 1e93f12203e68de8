"""How a member likes to listen: on every device, theirs alone, and nothing odd."""

from typing import Any

import pytest

from chalicelib.workspaces.models import Member
from tests.world import Person

USUAL = {"rate": 1.0, "even_loudness": True, "go_on": True, "single_keys": True}


def path(of: Person) -> str:
    return f"{of.place}/playback"


def test_until_something_else_is_said_everything_is_as_usual(ben: Person) -> None:
    assert ben.get(path(ben)).expect(200) == USUAL
    ben.patch(path(ben)).expect(200)
    kept = Member.get(ben.workspace_id, ben.member_id).attribute_values
    assert not {"playback_rate", "evens_loudness", "goes_on", "uses_single_keys"} & kept.keys()


def test_what_one_device_says_another_finds_and_nobody_else_sees(ann: Person, ben: Person) -> None:
    assert ben.patch(path(ben), rate=1.75).expect(200) == USUAL | {"rate": 1.75}
    wanted = {"rate": 1.75, "even_loudness": False, "go_on": False, "single_keys": False}
    assert ben.patch(path(ben), even_loudness=False, go_on=False, single_keys=False).expect(200) == wanted
    assert ben.get(path(ben)).expect(200) == wanted
    [mine] = ben.get("/v1/me").expect(200)["workspaces"]
    assert mine["playback"] == wanted
    assert ann.get(path(ann)).expect(200) == USUAL
    shown = ann.get(f"{ann.place}/members/{ben.member_id}").expect(200)
    assert not {"playback", "rate", "playback_rate"} & shown.keys()
    assert shown["version"] == 1


@pytest.mark.parametrize("rate", [0.75, 2.5])
def test_the_slowest_and_the_fastest_are_taken(ben: Person, rate: float) -> None:
    assert ben.patch(path(ben), rate=rate).expect(200)["rate"] == rate


@pytest.mark.parametrize(
    "changes",
    [
        {"rate": 0.74},
        {"rate": 2.51},
        {"rate": None},
        {"rate": "fast"},
        {"go_on": 1},
        {"even_loudness": None},
        {"single_keys": "few"},
        {"member_id": "somebody"},
    ],
    ids=str,
)
def test_anything_else_is_refused(ben: Person, changes: dict[str, Any]) -> None:
    ben.patch(path(ben), **changes).expect(400)
    assert ben.get(path(ben)).expect(200) == USUAL
