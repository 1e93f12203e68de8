"""Digests on their way: to whom, once, in their own morning, and what becomes of what SES does not take."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import PynamoDBException

from chalicelib import times
from chalicelib.conversations import loop_nudges
from chalicelib.conversations.loop_models import Stages
from chalicelib.digests import bulk, orders, periods, readers, sending
from chalicelib.digests.models import Subscription, UnderWay
from chalicelib.due.models import Due
from chalicelib.workspaces.models import Member
from tests import wire
from tests.digests.office import (
    Office,
    at,
    joined_long_ago,
    lives_in,
    somebody_thanks,
    subscription,
    text_of,
    wants,
)
from tests.groups import company
from tests.tracks.audio import mp3
from tests.world import Person

UTC = ZoneInfo("UTC")


def tuesday(zone: str = "UTC") -> datetime:
    """The next Tuesday at 8:00 there."""
    found = periods.next_digest("weekly", ZoneInfo(zone), times.now())
    assert found is not None
    return found


@pytest.fixture
def acme(ann: Person, ben: Person) -> Person:
    """Ann of a workspace in which Ben has been for long, and in which three playlists are new."""
    joined_long_ago(ann, ben)
    for title in ("Selling", "Roasting", "Listening"):
        ann.makes(title)
    ann.world.settle()
    return ann


def test_on_tuesday_at_eight_comes_what_is_new(office: Office, acme: Person, ben: Person) -> None:
    office.strikes(tuesday() - timedelta(minutes=15))
    assert office.ses.sent == []
    office.strikes(tuesday())
    [mail] = office.to(ben)
    assert mail["Subject"] == "3 playlists with something new at Acme"
    assert all(title in text_of(mail) for title in ("Selling", "Roasting", "Listening"))
    assert all(title in text_of(mail, "html") for title in ("Selling", "Roasting", "Listening"))
    assert office.to(acme) == [], "what she did herself is no news to her"


def test_it_comes_once_however_often_the_clock_strikes(office: Office, acme: Person, ben: Person) -> None:
    for minutes in (0, 0, 15, 60):
        office.strikes(tuesday() + timedelta(minutes=minutes))
    assert len(office.to(ben)) == 1


def test_an_order_that_is_delivered_again_sends_nothing_again(
    office: Office, acme: Person, ben: Person
) -> None:
    office.orders(tuesday())
    [order] = office.takes()
    for _ in range(3):
        office.carries_out(order, tuesday())
    assert len(office.to(ben)) == 1
    assert list(UnderWay.query(ben.workspace_id, UnderWay.note.startswith("#"))) == []


def test_what_one_is_asked_to_hear_is_told_unless_it_was_taken_back(
    office: Office, acme: Person, ben: Person
) -> None:
    for title in ("For your first week", "Not for now"):
        place = f"{acme.place}/playlists/{acme.makes(title)}/assignments"
        acme.post(place, member_ids=[ben.member_id]).expect(204)
    acme.delete(f"{place}/{ben.member_id}").expect(204)
    acme.world.settle()
    office.strikes(tuesday())
    [mail] = office.to(ben)
    assert mail["Subject"].startswith("1 thing for you")
    assert text_of(mail).count("asks you to hear a playlist") == 1
    assert "“For your first week”" in text_of(mail)


def test_whether_a_playlist_was_of_use_is_asked_in_the_digest_and_in_the_inbox(
    office: Office, acme: Person, ben: Person
) -> None:
    playlist_id = acme.makes("How to ask")
    Stages(ben.member_id, Stages.note_of(playlist_id), gained_at=times.now()).save()
    monday = tuesday() - timedelta(days=1)
    details = {"member_id": ben.member_id, "playlist_id": playlist_id, "days": 7}
    loop_nudges.ask(
        Due(
            "now",
            "nudge",
            workspace_id=ben.workspace_id,
            id="nudge",
            kind="nudge",
            due_at=monday,
            details=details,
        ),
        now=monday,
    )
    office.strikes(tuesday())
    [mail] = office.to(ben)
    assert mail["Subject"].startswith("1 thing for you")
    assert "Was it of use?" in text_of(mail)
    [asked] = ben.get(f"{ben.place}/inbox").expect(200)["items"]
    assert (asked["kind"], asked["page"], asked["actor"]) == ("use_asked", f"playlist/{playlist_id}", None)


def test_the_next_week_tells_only_what_is_newer(office: Office, acme: Person, ben: Person) -> None:
    office.strikes(tuesday())
    office.strikes(tuesday() + timedelta(days=7))
    assert len(office.to(ben)) == 1


def test_who_was_here_since_is_told_nothing_again(office: Office, acme: Person, ben: Person) -> None:
    ben.get(f"{ben.place}/home").expect(200)
    office.strikes(tuesday())
    assert office.to(ben) == []


def test_who_has_listened_since_was_here_too(office: Office, acme: Person, ben: Person) -> None:
    track_id = acme.records(mp3(), "Pitch")
    event = {
        "track_id": track_id,
        "revision": 1,
        "session_id": "01990000-0000-7000-8000-000000000000",
        "sequence": 1,
        "effective_at": times.now().isoformat(),
        "kind": "pause",
        "position_ms": 500,
        "segments": [[0, 500]],
        "rate": 1.0,
        "wall_ms": 500,
    }
    ben.post(f"{ben.place}/progress", events=[event]).expect(200)
    office.strikes(tuesday())
    assert office.to(ben) == []


@pytest.mark.parametrize(
    ("zone", "hour"), [("Asia/Kolkata", "02:30"), ("Asia/Kathmandu", "02:15"), ("America/New_York", "13:00")]
)
def test_everybody_has_their_own_morning(
    office: Office, acme: Person, ben: Person, zone: str, hour: str
) -> None:
    lives_in(ben, zone)
    then = tuesday(zone)
    if zone.startswith("Asia"):
        assert f"{then:%H:%M}" == hour
    office.strikes(then - timedelta(minutes=15))
    assert office.to(ben) == []
    office.strikes(then)
    assert len(office.to(ben)) == 1


def test_whoever_moves_to_another_zone_gets_one_a_week(office: Office, acme: Person, ben: Person) -> None:
    lives_in(ben, "Pacific/Auckland")
    first = tuesday("Pacific/Auckland")
    office.strikes(first)
    assert len(office.to(ben)) == 1
    lives_in(ben, "America/Los_Angeles")
    for title in ("Four", "Five", "Six"):
        acme.makes(title)
    day = first.astimezone(ZoneInfo("Pacific/Auckland")).date()
    office.strikes(periods.moment(day, ZoneInfo("America/Los_Angeles")))
    assert len(office.to(ben)) == 1, "this Tuesday's came already"


def test_late_in_the_evening_mail_waits_for_the_morning(office: Office, acme: Person, ben: Person) -> None:
    office.strikes(tuesday().replace(hour=19))
    assert office.to(ben) == []
    office.strikes(tuesday().replace(hour=7) + timedelta(days=1))
    assert len(office.to(ben)) == 1


def test_an_order_carried_out_late_in_the_evening_waits_too(
    office: Office, acme: Person, ben: Person
) -> None:
    office.orders(tuesday())
    [order] = office.takes()
    office.carries_out(order, tuesday().replace(hour=22))
    assert office.to(ben) == []
    office.strikes(tuesday().replace(hour=7) + timedelta(days=1))
    assert len(office.to(ben)) == 1


def test_a_scheduler_that_slept_for_two_days_sends_tuesdays_once(
    office: Office, acme: Person, ben: Person
) -> None:
    later = tuesday() + timedelta(days=2, hours=1)
    for minutes in range(0, 90, 15):
        office.strikes(later + timedelta(minutes=minutes))
    assert len(office.to(ben)) == 1


def test_who_wants_none_gets_none(office: Office, acme: Person, ben: Person) -> None:
    assert wants(ben, digest="off")["next_digest_at"] is None
    office.strikes(tuesday())
    assert office.to(ben) == []


def test_who_wants_them_daily_gets_one_on_wednesday(office: Office, acme: Person, ben: Person) -> None:
    wants(ben, digest="daily")
    office.strikes(tuesday() + timedelta(days=1))
    assert len(office.to(ben)) == 1


def test_who_was_deactivated_gets_none(office: Office, acme: Person, ben: Person) -> None:
    acme.patch(f"{acme.place}/members/{ben.member_id}", status="deactivated").expect(200)
    office.strikes(tuesday())
    assert office.to(ben) == []


def test_a_zone_that_nobody_lives_in_any_more_is_forgotten(office: Office, acme: Person, ben: Person) -> None:
    lives_in(ben, "Asia/Kolkata")
    lives_in(ben, "UTC")
    office.strikes(tuesday())
    zones = {due.details["zone"] for due in Due.scan() if due.slot.startswith("2") and due.kind == "digests"}
    assert zones == {"UTC"}


def test_after_four_unread_they_come_monthly_and_say_so_until_the_next_visit(
    office: Office, acme: Person, ben: Person
) -> None:
    then = tuesday()
    for week in range(4):
        somebody_thanks(ben, then + timedelta(days=7 * week, hours=-1))
        office.strikes(then + timedelta(days=7 * week))
    mails = office.to(ben)
    assert len(mails) == 4
    assert ["once a month" in text_of(mail) for mail in mails] == [False, False, False, True]
    seen = ben.get(f"{ben.place}/mails").expect(200)
    assert (seen["digest"], seen["is_monthly_for_now"]) == ("weekly", True)
    fifth = then + timedelta(days=28)
    while fifth.day <= 7:
        fifth += timedelta(days=7)
    somebody_thanks(ben, fifth - timedelta(hours=1))
    office.strikes(fifth)
    assert len(office.to(ben)) == 4, "not the first Tuesday of a month"
    Member(ben.workspace_id, ben.member_id).update(actions=[Member.visited_at.set(fifth)])
    assert readers.read(ben.workspace_id, [ben.member_id])[0].in_force == "weekly"


def test_what_happened_in_a_group_is_told_to_its_members_alone(
    office: Office, acme: Person, ben: Person
) -> None:
    cleo = acme.invites("cleo@acme.example")
    joined_long_ago(cleo)
    group_id = company.gathers(acme, ben)
    acme.post(f"{acme.place}/groups/{group_id}/questions", text="Who has tried the new script?").expect(201)
    office.strikes(tuesday())
    [mail] = office.to(ben)
    assert "Ann asks in a group" in text_of(mail)
    assert "new script" not in text_of(mail)
    assert "asks in a group" not in "".join(text_of(each) for each in office.to(cleo))


def test_what_was_narrowed_to_a_group_is_told_to_nobody_else_of_those_who_know_of_the_same(
    office: Office, acme: Person, ben: Person
) -> None:
    colleagues = [acme.invites(f"colleague{number}@acme.example") for number in range(4)]
    group_id = company.gathers(acme, ben, colleagues[1])
    track_id = acme.records(mp3(), "For a few")
    narrowed = {"audience": "group", "group_id": group_id}
    acme.patch(f"{acme.place}/tracks/{track_id}", consent=narrowed).expect(200)
    joined_long_ago(ben, *colleagues)
    for each in (ben, *colleagues):  # all of them know of the same, and of nothing in a group
        Subscription(each.workspace_id, each.member_id).delete()
    office.world.settle()
    for each in (ben, *colleagues):
        Subscription(each.workspace_id, each.member_id).delete()
    office.strikes(tuesday())
    told = {mail["To"]: "For a few" in text_of(mail) for mail in office.ses.sent}
    assert told == {
        ben.email: True,
        colleagues[0].email: False,
        colleagues[1].email: True,
        colleagues[2].email: False,
        colleagues[3].email: False,
    }


def test_an_anonymous_asker_is_nowhere_in_a_mail(office: Office, acme: Person, ben: Person) -> None:
    for number in range(5):
        acme.invites(f"colleague{number}@acme.example")
    track_id = acme.records(mp3(), "Pitch")
    joined_long_ago(acme)
    asked = ben.post(f"{ben.place}/tracks/{track_id}/questions", text="Does it work?", anonymous=True)
    asked.expect(201)
    office.strikes(times.now() + timedelta(days=3))
    office.strikes(tuesday() + timedelta(days=7))
    mails = office.to(acme)
    assert any("Somebody has a question about “Pitch”" in text_of(mail) for mail in mails)
    for mail in mails:
        assert ben.email not in str(mail)
        assert "Ben" not in text_of(mail)
        assert "Does it work?" not in str(mail)


def test_it_says_how_to_get_no_more(office: Office, acme: Person, ben: Person) -> None:
    office.strikes(tuesday())
    [mail] = office.to(ben)
    address = mail["List-Unsubscribe"].strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"/u/{ben.workspace_id}.{ben.member_id}.digest." in address
    assert address in text_of(mail)
    assert address in text_of(mail, "html")


def test_hostile_titles_are_text(office: Office, acme: Person, ben: Person) -> None:
    acme.makes('<img src=x onerror="alert(1)">')
    acme.makes("{{html}} 😀" + "😀" * 150)
    office.strikes(tuesday())
    [mail] = office.to(ben)
    assert "<img" not in text_of(mail, "html")
    assert "{{html}}" in text_of(mail, "html")
    assert "😀" * 150 in text_of(mail)


class TestWhatSesDoesNotTake:
    def test_is_tried_again_in_half_an_hour(self, office: Office, acme: Person, ben: Person) -> None:
        office.ses.refuses[ben.email] = "ACCOUNT_THROTTLED"
        office.strikes(tuesday())
        assert office.to(ben) == []
        assert "day" not in subscription(ben).attribute_values
        office.ses.refuses.clear()
        office.strikes(tuesday() + timedelta(minutes=30))
        assert len(office.to(ben)) == 1

    @pytest.mark.parametrize(
        ("refusal", "lasts"),
        [
            ((429, "TooManyRequestsException"), False),
            ((400, "SendingPausedException"), True),
            ("ACCOUNT_THROTTLED", False),
            ("ACCOUNT_SENDING_PAUSED", True),
        ],
        ids=str,
    )
    def test_also_where_it_takes_none_at_all_and_an_alarm_tells_of_what_lasts(
        self,
        office: Office,
        acme: Person,
        ben: Person,
        refusal: tuple[int, str] | str,
        lasts: bool,
        caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(logging.getLogger("chalicelib"), "handlers", [caplog.handler])
        if isinstance(refusal, tuple):
            office.ses.fails.append(refusal)
        else:
            office.ses.refuses[ben.email] = refusal
        office.strikes(tuesday())
        assert office.to(ben) == []
        assert (bulk.REFUSED in caplog.messages) == lasts
        office.ses.refuses.clear()
        office.strikes(tuesday() + timedelta(minutes=30))
        assert len(office.to(ben)) == 1

    def test_for_good_stands_with_its_reason(self, office: Office, acme: Person, ben: Person) -> None:
        office.ses.refuses[ben.email] = "MESSAGE_REJECTED"
        for minutes in (0, 30):
            office.strikes(tuesday() + timedelta(minutes=minutes))
        assert office.to(ben) == []
        seen = ben.get(f"{ben.place}/mails").expect(200)
        assert seen["not_sent"] == {"day": tuesday().date().isoformat(), "why": "message_rejected"}

    @pytest.mark.parametrize("failure", [ReadTimeoutError(endpoint_url="ses"), (500, "InternalFailure")])
    def test_perhaps_is_not_sent_again_and_says_so(
        self, office: Office, acme: Person, ben: Person, failure: Exception | tuple[int, str]
    ) -> None:
        office.ses.fails.append(failure)
        for minutes in (0, 30, 60):
            office.strikes(tuesday() + timedelta(minutes=minutes))
        assert len(office.to(ben)) <= 1
        assert office.ses.calls.count("SendBulkEmail") == 1
        assert ben.get(f"{ben.place}/mails").expect(200)["not_sent"]["why"] == "unanswered"

    def test_within_the_quota_of_the_day_waits(self, office: Office, acme: Person, ben: Person) -> None:
        office.ses.quota = 0
        office.strikes(tuesday())
        assert office.to(ben) == []
        office.ses.quota = 1000
        office.strikes(tuesday() + timedelta(minutes=30))
        assert len(office.to(ben)) == 1

    def test_faster_than_its_rate_is_waited_for(self, office: Office, acme: Person, ben: Person) -> None:
        office.ses.rate = 10
        office.strikes(tuesday())
        assert office.slept == [1 / (10 * bulk.SHARE)]


def test_killed_between_marking_and_sending_it_is_not_sent_twice_and_says_so(
    office: Office, acme: Person, ben: Person
) -> None:
    class Killed(BaseException):
        pass

    office.orders(tuesday())
    [order] = office.takes()
    office.ses.fails.append(Killed())
    with pytest.raises(Killed):
        office.carries_out(order, tuesday())
    office.ses.sent.clear()  # it was killed before, or after: nobody knows
    office.carries_out(order, tuesday())
    assert office.to(ben) == []
    assert ben.get(f"{ben.place}/mails").expect(200)["not_sent"]["why"] == "cut_off"


def test_many_members_are_sent_to_in_batches(office: Office, acme: Person, ben: Person) -> None:
    copies = 120
    with Member.batch_write() as batch:
        for number in range(copies):
            member = Member.get(ben.workspace_id, ben.member_id)
            member.member_id, member.email = f"copy{number:03d}", f"copy{number:03d}@acme.example"
            batch.save(member)
    office.strikes(tuesday())
    assert {mail["To"] for mail in office.ses.sent} == {
        ben.email,
        *(f"copy{number:03d}@acme.example" for number in range(copies)),
    }
    assert len(office.ses.sent) == copies + 1
    assert office.ses.calls.count("SendBulkEmail") == -(-(copies + 2) // sending.BATCH)


def test_orders_hold_so_many_members_and_are_the_same_each_time() -> None:
    def cut() -> list[orders.Order]:
        book = orders.Book("w", "UTC", at("2026-12-01 08:00").date())
        full = [order for number in range(orders.MOST * 2 + 1) for order in book.take(f"m{number}")]
        return [*full, *book.rest(), *book.rest()]

    assert [len(order.member_ids) for order in cut()] == [orders.MOST, orders.MOST, 1]
    assert cut() == cut()
    assert [orders.of_text(order.as_text()) for order in cut()] == cut()
    assert len({order.order_id for order in cut()}) == 3


def test_what_was_told_is_written_before_it_is_sent(office: Office, acme: Person, ben: Person) -> None:
    office.strikes(tuesday())
    written = subscription(ben)
    assert (written.day, written.told_until, written.unvisited) == (
        tuesday().date().isoformat(),
        tuesday(),
        1,
    )
    assert Subscription.count(acme.workspace_id) == 1


def test_who_has_got_theirs_meanwhile_keeps_the_others_from_nothing(
    office: Office, acme: Person, ben: Person
) -> None:
    colleagues = [acme.invites(f"colleague{number}@acme.example") for number in range(12)]
    joined_long_ago(*colleagues)
    office.orders(tuesday())
    [order] = office.takes()
    day = tuesday().date().isoformat()

    def meanwhile() -> None:
        for each in colleagues[::2]:
            Subscription(each.workspace_id, each.member_id).update(actions=[Subscription.day.set(day)])

    with wire.overtaken("TransactWriteItems", meanwhile):
        office.carries_out(order, tuesday())
    assert {mail["To"] for mail in office.ses.sent} == {ben.email, *(each.email for each in colleagues[1::2])}


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
def test_cut_off_anywhere_nobody_gets_two_and_who_gets_none_reads_so(
    office: Office, acme: Person, ben: Person, done: bool
) -> None:
    all_of_them = [ben, *(acme.invites(f"colleague{number}@acme.example") for number in range(11))]
    joined_long_ago(*all_of_them)
    office.orders(tuesday())
    [order] = office.takes()
    for step in range(1, 14):  # it makes twelve calls
        office.ses.sent.clear()
        for each in all_of_them:
            Subscription(each.workspace_id, each.member_id).delete()
        with suppress(ReadTimeoutError, PynamoDBException), wire.failing(step, done=done):
            office.carries_out(order, tuesday())
        office.carries_out(order, tuesday())
        office.strikes(tuesday() + timedelta(minutes=30))
        for each in all_of_them:
            got = len(office.to(each))
            assert got <= 1, (step, each.email)
            assert got == 1 or subscription(each).failed, (step, each.email)
