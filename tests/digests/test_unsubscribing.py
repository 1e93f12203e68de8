"""The address in a mail by which no more of its kind come."""

import pytest

from chalicelib import settings
from chalicelib.digests import unsubscribing
from tests.digests.office import wants
from tests.world import Answer, Person, World

ONE_CLICK = b"List-Unsubscribe=One-Click"


def token(person: Person, of: unsubscribing.List = "digest") -> str:
    return unsubscribing.token(person.workspace_id, person.member_id, of)


def posts(world: World, token: str, content_type: str = "application/x-www-form-urlencoded") -> Answer:
    return world.call("POST", f"/u/{token}", headers={"Content-Type": content_type}, body=ONE_CLICK)


def mails(person: Person) -> tuple[str, bool]:
    seen = person.get(f"{person.place}/mails").expect(200)
    return seen["digest"], seen["feedback"]


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", 'multipart/form-data; boundary="b"']
)
def test_one_click_without_a_session_ends_the_digests(world: World, ann: Person, content_type: str) -> None:
    for _ in range(2):
        answer = posts(world, token(ann), content_type)
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert mails(ann) == ("off", True)


def test_each_address_ends_its_own_kind_of_mail(world: World, ann: Person) -> None:
    posts(world, token(ann, "feedback")).expect(200)
    assert mails(ann) == ("weekly", False)


def test_opening_it_changes_nothing_and_offers_the_click(world: World, ann: Person) -> None:
    answer = world.call("GET", f"/u/{token(ann)}")
    assert '<form method="post">' in answer.expect(200).decode()
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    assert mails(ann) == ("weekly", True)


def test_one_can_have_them_again(world: World, ann: Person) -> None:
    posts(world, token(ann)).expect(200)
    assert wants(ann, digest="daily")["digest"] == "daily"


def test_the_address_is_of_one_person_and_one_kind(world: World, ann: Person, ben: Person) -> None:
    workspace_id, member_id, of, mark = token(ann).split(".")
    for forged in (
        ".".join((workspace_id, ben.member_id, of, mark)),
        ".".join((workspace_id, member_id, "feedback", mark)),
        ".".join((workspace_id, member_id, of, mark[:-1] + ("A" if mark[-1] != "A" else "B"))),
        ".".join((workspace_id, member_id, of)),
        "ü" * 10,
        "",
    ):
        for answer in (world.call("GET", f"/u/{forged}"), posts(world, forged)):
            assert answer.status in (403, 404), forged
    assert mails(ben) == mails(ann) == ("weekly", True)


def test_it_lies_where_earshot_is(ann: Person) -> None:
    address = unsubscribing.url(ann.workspace_id, ann.member_id, "digest")
    assert address == f"{settings.BASE_URL}u/{token(ann)}"
    assert unsubscribing.headers(address) == {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
