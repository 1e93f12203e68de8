"""The mail that somebody has feedback."""

from email.message import EmailMessage

from chalicelib.activity.models import Activity
from chalicelib.digests import feedback_mail
from tests.digests.office import text_of, wants
from tests.world import Person, World


def delivered(receiver: Person, giver: Person) -> Activity:
    """That feedback was delivered, as the stream's reader hears of it."""
    return Activity(
        f"m#{receiver.member_id}",
        "01990000-0000-7000-8000-000000000001",
        kind="feedback_delivered",
        workspace_id=receiver.workspace_id,
        actor_id=giver.member_id,
    )


def about_feedback(world: World) -> list[EmailMessage]:
    return [mail for mail in world.mails() if "feedback" in mail["Subject"]]


def test_it_says_that_there_is_some_and_nothing_of_it(world: World, ann: Person, ben: Person) -> None:
    feedback_mail.send(delivered(ann, ben))
    [mail] = about_feedback(world)
    assert (mail["To"], mail["Subject"]) == (ann.email, "You have feedback at Acme")
    assert f"#/w/{ann.workspace_id}/feedback" in text_of(mail)
    assert ben.email not in str(mail)
    assert f"/u/{ann.workspace_id}.{ann.member_id}.feedback." in mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_stream_that_delivers_again_tells_it_once(world: World, ann: Person, ben: Person) -> None:
    for _ in range(3):
        feedback_mail.send(delivered(ann, ben))
    assert len(about_feedback(world)) == 1


def test_who_wants_no_such_mail_gets_none(world: World, ann: Person, ben: Person) -> None:
    wants(ann, feedback=False)
    feedback_mail.send(delivered(ann, ben))
    assert about_feedback(world) == []


def test_who_was_deactivated_gets_none(world: World, ann: Person, ben: Person) -> None:
    to_ben = delivered(ben, ann)
    ann.patch(f"{ann.place}/members/{ben.member_id}", status="deactivated").expect(200)
    feedback_mail.send(to_ben)
    assert about_feedback(world) == []
