"""The mail that invites: the template's words, both parts, and nothing of hostile names."""

import re
from email.message import EmailMessage

import pytest

from chalicelib.activity.models import Activity
from chalicelib.workspaces import invitation_mail
from chalicelib.workspaces.models import Invitation
from tests import wire
from tests.world import Person, World

SMILES = "\U0001f600" * 100


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    text: str = found.get_content()
    return text


def invitation_by(world: World, *, name: str, workspace: str) -> EmailMessage:
    """The mail that somebody of this name sends from a workspace of this name."""
    founder = world.person("ann@acme.example", name=name)
    founder.workspace_id = founder.post("/v1/workspaces", name=workspace).expect(201)["workspace_id"]
    founder.post(f"{founder.place}/invitations", emails=["ben@acme.example"]).expect(201)
    world.settle()
    [mail] = world.mails()
    return mail


def test_the_mail_says_who_invites_where_and_for_how_long(world: World) -> None:
    mail = invitation_by(world, name="Ann Example", workspace="Acme")
    assert mail["From"] == "Earshot <earshot@example.com>"
    assert mail["To"] == "ben@acme.example"
    assert mail["Subject"] == "Ann Example invites you to Acme on Earshot"
    assert mail.get_content_type() == "multipart/alternative"
    for kind in ("plain", "html"):
        text = part(mail, kind)
        assert "Ann Example invites you to Acme" in text
        assert "http://127.0.0.1:8000/" in text
        assert "14 days" in text
    assert 'lang="en"' in part(mail, "html")
    assert "<" not in part(mail, "plain")


@pytest.mark.parametrize(
    "hostile",
    [
        "A\r\nBcc: eve@evil.example",
        "A\nContent-Type: text/html",
        "A\u2028Bcc: eve@evil.example",
        "A\x00\x85B",
    ],
    ids=repr,
)
def test_a_name_adds_no_header(world: World, hostile: str) -> None:
    mail = invitation_by(world, name=hostile, workspace=hostile)
    assert set(mail.keys()) == {"From", "To", "Subject", "MIME-Version", "Content-Type"}
    assert mail["To"] == "ben@acme.example"
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028]", mail["Subject"])


def test_a_name_is_text_and_not_html(world: World) -> None:
    name = "<b>Ann</b> & \"co\" <script>alert('1')</script>"
    mail = invitation_by(world, name=name, workspace=name)
    assert name in part(mail, "plain")
    assert mail["Subject"].count(name) == 2
    html = part(mail, "html")
    assert "<b>" not in html
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 3  # the title, and twice in the heading


def test_template_words_in_a_name_are_no_template(world: World) -> None:
    mail = invitation_by(world, name="{{ url }}", workspace="{% raw %}")
    assert "{{ url }} invites you to {% raw %} on Earshot" in part(mail, "plain")


def test_a_name_of_a_hundred_smiles_arrives_whole(world: World) -> None:
    mail = invitation_by(world, name=SMILES, workspace=SMILES)
    assert mail["Subject"] == f"{SMILES} invites you to {SMILES} on Earshot"
    assert f"{SMILES} invites you to {SMILES}" in part(mail, "plain")
    assert f"{SMILES} invites you to {SMILES}" in part(mail, "html")


def test_every_line_of_a_mail_is_short_enough_for_smtp(world: World) -> None:
    invitation_by(world, name=SMILES, workspace="x" * 100)
    raw = world.raw_mails()[0]
    assert raw.isascii()
    assert max(map(len, raw.splitlines())) <= 998  # RFC 5322, section 2.1.1


def test_a_mail_that_ses_does_not_take_now_is_sent_when_the_record_comes_again(
    world: World, ann: Person
) -> None:
    ann.post(f"{ann.place}/invitations", emails=["ben@acme.example"]).expect(201)
    records = world.stream_records()
    with wire.refusing("TooManyRequestsException", service="sesv2"):
        answer = world.app.react_to_activity({"Records": records}, None)
    failed = answer["batchItemFailures"][0]["itemIdentifier"]
    assert world.mails() == []
    left = [record for record in records if record["dynamodb"]["SequenceNumber"] >= failed]
    assert world.app.react_to_activity({"Records": left}, None) == {"batchItemFailures": []}
    assert len(world.mails()) == 1


def test_an_invitation_written_a_moment_ago_is_read_as_of_now(world: World, ann: Person) -> None:
    ann.post(f"{ann.place}/invitations", emails=["ben@acme.example"]).expect(201)
    invitation_id = Invitation.id_of(ann.workspace_id, "ben@acme.example")
    activity = Activity(workspace_id=ann.workspace_id, details={"invitation_id": invitation_id})
    with wire.made() as calls:
        invitation_mail.send(activity)
    assert [str(call) for call in calls] == ["GetItem invitations", "GetItem workspaces"]
    assert all(call.request["ConsistentRead"] for call in calls)
