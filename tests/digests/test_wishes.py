"""Which mails one gets, and asking for one now."""

from datetime import datetime
from typing import Any

import pytest

from chalicelib import times
from chalicelib.digests import asking
from tests.digests.office import Office, joined_long_ago, text_of, wants
from tests.world import Person


def mails(person: Person) -> dict[str, Any]:
    seen: dict[str, Any] = person.get(f"{person.place}/mails").expect(200)
    return seen


def test_at_first_there_is_a_weekly_digest_and_mail_about_feedback(ann: Person) -> None:
    seen = mails(ann)
    at = datetime.fromisoformat(seen.pop("next_digest_at"))
    assert (at.weekday(), at.hour) == (1, 8)
    assert at > times.now()
    assert seen == {
        "digest": "weekly",
        "feedback": True,
        "is_monthly_for_now": False,
        "not_sent": None,
        "stopped": None,
    }


def test_what_is_left_out_stays(ann: Person) -> None:
    wants(ann, digest="monthly")
    assert wants(ann, feedback=False)["digest"] == "monthly"
    assert wants(ann)["feedback"] is False


def test_everybody_wants_for_themselves(ann: Person, ben: Person) -> None:
    wants(ann, digest="off")
    assert mails(ben)["digest"] == "weekly"


@pytest.mark.parametrize(
    "body",
    [{"digest": "hourly"}, {"feedback": "no"}, {"digest": None}, {"every": "daily"}, {"member_id": "x"}],
)
def test_other_wishes_are_refused(ann: Person, body: dict[str, Any]) -> None:
    ann.patch(f"{ann.place}/mails", **body).expect(400)


def test_a_digest_asked_for_comes_now_with_the_last_week(office: Office, ann: Person, ben: Person) -> None:
    joined_long_ago(ben)
    ann.makes("Selling")
    ben.get(f"{ben.place}/home").expect(200)
    ben.post(f"{ben.place}/mails/digest").expect(202)
    office.sends(times.now())
    [mail] = [each for each in ann.world.mails() if each["To"] == ben.email and "Acme" in each["Subject"]][
        -1:
    ]
    assert mail["Subject"] == "1 playlist with something new at Acme"
    assert "Selling" in text_of(mail)
    assert mails(ben)["not_sent"] is None


def test_with_nothing_new_it_says_so(office: Office, ann: Person) -> None:
    ann.post(f"{ann.place}/mails/digest").expect(202)
    office.sends(times.now())
    mail = ann.world.mails()[-1]
    assert mail["Subject"] == "Nothing new at Acme"
    assert "Nothing has happened" in text_of(mail)
    assert "Nothing has happened" in text_of(mail, "html")


def test_one_may_ask_so_often_a_day(ann: Person, ben: Person) -> None:
    for _ in range(asking.MOST_A_DAY):
        ann.post(f"{ann.place}/mails/digest").expect(202)
    refused = ann.post(f"{ann.place}/mails/digest")
    assert refused.expect(429)["Message"].startswith(f"You may ask for {asking.MOST_A_DAY} digests a day.")
    assert "Retry-After" in refused.headers
    ben.post(f"{ben.place}/mails/digest").expect(202)
