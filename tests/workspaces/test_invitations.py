"""Inviting people by e-mail, and accepting."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import errors, times
from chalicelib.auth.caller import Caller
from chalicelib.workspaces import invitations, models
from chalicelib.workspaces.models import Member
from tests import wire
from tests.environment import provider
from tests.world import Person, World


def invite(ann: Person, *emails: str, **more: Any) -> dict[str, Any]:
    sent: dict[str, Any] = ann.post(f"{ann.place}/invitations", emails=list(emails), **more).expect(201)
    return sent


def invited(ann: Person) -> list[str]:
    return [each["email"] for each in ann.get(f"{ann.place}/invitations").expect(200)["items"]]


def calling(person: Person) -> Caller:
    return Caller(provider.issuer, person.email, person.email, "Somebody", times.now())


def test_several_are_invited_at_once_each_address_once(world: World, ann: Person, ben: Person) -> None:
    sent = invite(ann, "Cleo@acme.example", "cleo@ACME.example ", "dan@acme.example", ben.email)
    assert [each["email"] for each in sent["items"]] == ["cleo@acme.example", "dan@acme.example"]
    assert sent["already_members"] == [ben.email]
    assert sorted(invited(ann)) == ["cleo@acme.example", "dan@acme.example"]
    world.settle()  # Ben's own invitation was used up before its mail was sent
    mailed = sorted(str(mail["To"]) for mail in world.mails())
    assert mailed == ["cleo@acme.example", "dan@acme.example"]


def test_whoever_is_invited_sees_it_and_accepts(world: World, ann: Person) -> None:
    invite(ann, "ben@acme.example", department="Sales")
    ben = world.person("Ben@Acme.example", sub="ben")
    [open_invitation] = ben.get("/v1/me").expect(200)["invitations"]
    assert open_invitation["workspace_name"] == "Acme"
    assert open_invitation["invited_by"] == "Ann"
    joined = ben.post(f"{ann.place}/invitations/accept").expect(201)
    assert (joined["email"], joined["role"], joined["department"]) == ("ben@acme.example", "member", "Sales")
    assert joined["is_new_hire"]
    assert ben.get("/v1/me").expect(200)["invitations"] == []
    assert invited(ann) == []


def test_only_so_many_workspaces_can_call_for_one_person(
    world: World, ann: Person, eve: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "MOST_OPEN", 2)
    for founder in (ann, eve, world.founder("mallory@evil.example", workspace="Spam")):
        invite(founder, "ben@acme.example")
    ben = world.person("ben@acme.example")
    names = [each["workspace_name"] for each in ben.get("/v1/me").expect(200)["invitations"]]
    assert names == ["Acme", "Evil"]


def test_accepting_twice_makes_one_member(ann: Person, ben: Person) -> None:
    again = ben.post(f"{ann.place}/invitations/accept").expect(201)
    assert again["member_id"] == ben.member_id
    assert len(ann.get(f"{ann.place}/members").expect(200)["items"]) == 2
    kinds = [each["kind"] for each in ann.get(f"{ann.place}/activity").expect(200)["items"]]
    assert kinds.count("member_joined") == 1


def test_accepting_in_many_windows_at_once_makes_one_member(world: World, ann: Person) -> None:
    invite(ann, "ben@acme.example")
    ben = world.person("ben@acme.example")
    answers = world.at_once(*[lambda: ben.post(f"{ann.place}/invitations/accept")] * 6)
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["member_id"] for answer in answers}) == 1
    assert len(ann.get(f"{ann.place}/members").expect(200)["items"]) == 2
    kinds = [each["kind"] for each in ann.get(f"{ann.place}/activity").expect(200)["items"]]
    assert kinds.count("member_joined") == 1


def test_accepting_whose_answer_was_lost_has_happened_once(world: World, ann: Person) -> None:
    invite(ann, "ben@acme.example")
    ben = world.person("ben@acme.example")
    with wire.cut_off("TransactWriteItems"):
        ben.post(f"{ann.place}/invitations/accept").expect(503)
    ben.post(f"{ann.place}/invitations/accept").expect(201)
    assert len(ann.get(f"{ann.place}/members").expect(200)["items"]) == 2


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "ben@acme.example", "email_verified": False},
        {"email": "ben@acme.example", "email_verified": None},
        {"email": "carl@acme.example"},
        {"email": "ben@acme.example.evil.example"},
        {"email": None},
    ],
    ids=str,
)
def test_nobody_else_can_accept(world: World, ann: Person, claims: dict[str, Any]) -> None:
    invite(ann, "ben@acme.example")
    somebody = world.person("somebody", **claims)
    assert somebody.get("/v1/me").expect(200)["invitations"] == []
    somebody.post(f"{ann.place}/invitations/accept").expect(404)
    assert invited(ann) == ["ben@acme.example"]


def test_an_invitation_stands_for_fourteen_days(world: World, ann: Person) -> None:
    now = times.now()
    me = Member.get(ann.workspace_id, ann.member_id)
    expired = now - invitations.LASTS - timedelta(seconds=1)
    invitations.invite(me, ["ben@acme.example"], department=None, now=expired)
    ben = world.person("ben@acme.example")
    assert ben.get("/v1/me").expect(200)["invitations"] == []
    ben.post(f"{ann.place}/invitations/accept").expect(404)
    assert invited(ann) == []
    almost = now - invitations.LASTS + timedelta(minutes=1)
    invitations.invite(me, ["ben@acme.example"], department=None, now=almost)
    assert invited(ann) == ["ben@acme.example"]
    ben.post(f"{ann.place}/invitations/accept").expect(201)


def test_inviting_again_renews_and_mails_again(world: World, ann: Person) -> None:
    [first] = invite(ann, "ben@acme.example")["items"]
    [again] = invite(ann, "ben@acme.example", department="Sales")["items"]
    assert again["invitation_id"] == first["invitation_id"]
    assert again["expires_at"] >= first["expires_at"]
    world.settle()
    assert [str(mail["To"]) for mail in world.mails()] == ["ben@acme.example"] * 2
    [standing] = ann.get(f"{ann.place}/invitations").expect(200)["items"]
    assert standing["department"] == "Sales"


def test_an_invitation_taken_back_cannot_be_accepted_and_is_not_mailed(world: World, ann: Person) -> None:
    [sent] = invite(ann, "ben@acme.example")["items"]
    path = f"{ann.place}/invitations/{sent['invitation_id']}"
    ann.delete(path).expect(204)
    ann.delete(path).expect(404)
    world.settle()
    assert world.mails() == []
    ben = world.person("ben@acme.example")
    assert ben.get("/v1/me").expect(200)["invitations"] == []
    ben.post(f"{ann.place}/invitations/accept").expect(404)


def test_an_invitation_taken_back_while_it_is_accepted_makes_no_member(world: World, ann: Person) -> None:
    [sent] = invite(ann, "ben@acme.example")["items"]
    ben = world.person("ben@acme.example")
    path = f"{ann.place}/invitations/{sent['invitation_id']}"
    with wire.overtaken("TransactWriteItems", lambda: ann.delete(path).expect(204)):
        ben.post(f"{ann.place}/invitations/accept").expect(404)
    assert len(ann.get(f"{ann.place}/members").expect(200)["items"]) == 1


def test_one_who_was_deactivated_is_invited_back_as_a_member(world: World, ann: Person, ben: Person) -> None:
    ben_id = ben.member_id
    ann.patch(f"{ann.place}/members/{ben_id}", role="admin", department="Sales").expect(200)
    ann.patch(f"{ann.place}/members/{ben_id}", status="deactivated").expect(200)
    ben.post(f"{ann.place}/invitations/accept").expect(404)
    assert invite(ann, ben.email)["already_members"] == []
    assert ben.post(f"{ann.place}/invitations/accept").expect(401)["Code"] == "SessionEnded"
    again = world.person(ben.email, iat=int(times.now().timestamp()) + 1)
    back = again.post(f"{ann.place}/invitations/accept").expect(201)
    assert (back["member_id"], back["status"], back["role"]) == (ben_id, "active", "member")
    assert back["department"] == "Sales"
    again.get(ann.place).expect(200)
    again.get(f"{ann.place}/invitations").expect(404)
    assert invited(ann) == []


def test_no_invitation_from_before_brings_back_one_who_was_deactivated(
    world: World, ann: Person, ben: Person
) -> None:
    admin = Member.get(ann.workspace_id, ann.member_id)
    invitations._invite(admin, ben.email, department=None, now=times.now())  # as a race may leave it
    assert invited(ann) == [ben.email]
    ann.patch(f"{ann.place}/members/{ben.member_id}", status="deactivated").expect(200)
    assert invited(ann) == []
    world.person(ben.email, iat=int(times.now().timestamp()) + 1).post(
        f"{ann.place}/invitations/accept"
    ).expect(404)


def test_so_many_are_invited_at_once_and_not_one_more(ann: Person) -> None:
    most = [f"p{number}@acme.example" for number in range(invitations.MOST_AT_ONCE)]
    assert len(invite(ann, *most)["items"]) == 50
    refused = ann.post(f"{ann.place}/invitations", emails=[*most, "one@acme.example"])
    assert refused.expect(400)["Message"] == "`emails`: Expected `array` of length <= 50."


def test_so_many_are_invited_in_a_day_and_not_one_more(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "MOST_A_DAY", 3)
    invite(ann, "a@acme.example", "b@acme.example")
    refused = ann.post(f"{ann.place}/invitations", emails=["c@acme.example", "d@acme.example"])
    assert refused.expect(429)["Code"] == "QuotaReached"
    assert refused.body["Message"] == (
        "You may invite 3 addresses a day. Those before d@acme.example were invited."
    )
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400
    assert sorted(invited(ann)) == ["a@acme.example", "b@acme.example", "c@acme.example"]
    tomorrow = times.now() + timedelta(days=1)
    me = Member.get(ann.workspace_id, ann.member_id)
    assert invitations.invite(me, ["d@acme.example"], department=None, now=tomorrow)[0]


def test_the_quota_of_a_day_holds_when_many_invite_at_once(
    world: World, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "MOST_A_DAY", 3)

    def one(number: int) -> int:
        return ann.post(f"{ann.place}/invitations", emails=[f"p{number}@acme.example"]).status

    answers = world.at_once(*(lambda number=number: one(number) for number in range(6)))
    assert sorted(answers) == [201] * 3 + [429] * 3
    assert len(invited(ann)) == 3


def test_the_list_of_invitations_pages_without_loss_or_repetition(ann: Person) -> None:
    emails = {f"p{number}@acme.example" for number in range(7)}
    invite(ann, *emails)
    me = Member.get(ann.workspace_id, ann.member_id)
    long_ago = times.now() - timedelta(days=15)
    invitations.invite(me, [f"old{n}@acme.example" for n in range(5)], department=None, now=long_ago)
    seen: list[str] = []
    after = ""
    while True:
        page = ann.get(f"{ann.place}/invitations?limit=3{after}").expect(200)
        seen += [each["email"] for each in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert sorted(seen) == sorted(emails)


@pytest.mark.parametrize(
    "email",
    [
        "ann",
        "ann@",
        "@acme.example",
        "ann@acme",
        "ann@acme..example",
        "ann..lee@acme.example",
        ".ann@acme.example",
        "ann.@acme.example",
        "ann@-acme.example",
        f"{'a' * 65}@acme.example",
        "a b@acme.example",
        "ann@acme.example, ben@acme.example",
        "Ann <ann@acme.example>",
        '"a@b"@acme.example',
        "=?utf-8?q?ann=40evil.example?=@acme.example",
        "änn@acme.example",
        "ann@acme.example\r\nBcc: eve@evil.example",
        "ann@acme.exam\u200bple",
        "x" * 65 + "@acme.example",
        "x@" + "a" * 64 + ".example",
        "x@" + "a." * 130 + "example",
    ],
)
def test_what_is_no_address_is_refused_by_name(ann: Person, email: str) -> None:
    answer = ann.post(f"{ann.place}/invitations", emails=["ben@acme.example", email])
    message = answer.expect(400)["Message"]
    assert message.startswith("`emails[1]`: Expected ")
    assert "an e-mail address, such as ann@example.com" in message or "length <= 254" in message
    assert invited(ann) == []


@pytest.mark.parametrize("email", ["x" * 64 + "@acme.example", "o'brien+a.b_c@sub.acme-x.example", "A@B.CO"])
def test_what_is_an_address_is_not(ann: Person, email: str) -> None:
    assert [each["email"] for each in invite(ann, email)["items"]] == [email.lower()]


def test_accepting_needs_a_workspace_that_is_there(world: World, ann: Person) -> None:
    ben = world.person("ben@acme.example")
    with pytest.raises(errors.NotFound):
        invitations.accept(calling(ben), "unknown", now=times.now())


def test_what_is_known_of_addresses_is_said_before_anybody_is_invited(ann: Person, ben: Person) -> None:
    invite(ann, "cleo@acme.example")
    me = Member.get(ann.workspace_id, ann.member_id)
    invitations.invite(me, ["old@acme.example"], department=None, now=times.now() - timedelta(days=15))
    emails = ["Ben@acme.example", "cleo@acme.example", "old@acme.example", "new@acme.example"]
    known = ann.post(f"{ann.place}/invitations/check", emails=emails).expect(200)
    assert known == {"members": ["ben@acme.example"], "invited": ["cleo@acme.example"]}
    assert len(invited(ann)) == 1


def test_so_many_addresses_are_looked_up_at_once(ann: Person) -> None:
    emails = [f"p{number}@acme.example" for number in range(invitations.MOST_CHECKED + 1)]
    ann.post(f"{ann.place}/invitations/check", emails=emails[:-1]).expect(200)
    message = ann.post(f"{ann.place}/invitations/check", emails=emails).expect(400)["Message"]
    assert str(invitations.MOST_CHECKED) in message
