"""Transactions that meet others, and AWS being busy or away."""

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError, ParamValidationError
from pynamodb.exceptions import GetError, TransactWriteError, UpdateError

from chalicelib import aws, errors
from chalicelib.workspaces.models import Quota
from tests import wire
from tests.world import World


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "CONFLICT_PAUSES_SECONDS", (0, 0, 0))


def count_up() -> None:
    aws.transact(
        lambda transaction: transaction.update(
            Quota("ann", "2026-01-01"), actions=[Quota.uploads.add(1), Quota.expires_at.set(1)]
        )
    )


def uploads() -> int | float | None:
    return Quota.get("ann", "2026-01-01").uploads


@pytest.mark.parametrize("code", ["TransactionCanceledException", "TransactionInProgressException"])
def test_a_transaction_that_meets_another_is_sent_again_to_the_letter(world: World, code: str) -> None:
    with wire.made() as calls, wire.refusing(code, times=3):
        count_up()
    assert len(calls) == 4
    assert all(call.request == calls[0].request for call in calls)
    assert calls[0].request["ClientRequestToken"]
    assert uploads() == 1


def test_a_transaction_that_always_meets_another_is_given_up_as_transient(world: World) -> None:
    with wire.made() as calls, wire.refusing("TransactionCanceledException"):
        with pytest.raises(TransactWriteError) as raised:
            count_up()
        assert aws.is_transient(raised.value)
    assert len(calls) == 4


def test_a_condition_that_does_not_hold_is_an_answer(world: World) -> None:
    quota = Quota("ann", "2026-01-01", expires_at=1)
    with wire.counted() as calls, pytest.raises(TransactWriteError) as raised:
        aws.transact(lambda transaction: transaction.save(quota, condition=Quota.member_id.exists()))
    assert aws.failed_conditions(raised.value) == {0}
    assert not aws.is_transient(raised.value)
    assert calls == ["TransactWriteItems quotas"]


def test_a_write_says_whether_its_condition_holds(world: World) -> None:
    quota, is_there = Quota("ann", "2026-01-01", expires_at=1), Quota.member_id.exists()
    assert not aws.updated(quota, [Quota.uploads.add(1)], is_there)
    assert not aws.written(lambda transaction: transaction.save(quota, condition=is_there))
    assert aws.written(lambda transaction: transaction.save(quota))
    assert aws.updated(quota, [Quota.uploads.add(1)], is_there)
    assert quota.uploads == uploads() == 1


@pytest.mark.parametrize("code", ["ThrottlingException", "ValidationException"])
def test_a_write_that_fails_otherwise_says_so(world: World, code: str) -> None:
    quota, is_there = Quota("ann", "2026-01-01"), Quota.member_id.exists()
    with wire.refusing(code):
        with pytest.raises(UpdateError):
            aws.updated(quota, [Quota.uploads.add(1)], is_there)
        with pytest.raises(TransactWriteError):
            aws.written(lambda transaction: transaction.delete(quota, condition=is_there))


@pytest.mark.parametrize(
    ("code", "is_transient"),
    [(code, True) for code in sorted(aws.TRANSIENT_CODES)]
    + [
        (code, False)
        for code in ("AccessDeniedException", "ResourceNotFoundException", "ValidationException")
    ],
)
def test_what_is_asked_again_and_what_is_not(world: World, code: str, is_transient: bool) -> None:
    with wire.refusing(code):
        with pytest.raises(GetError) as by_model:
            Quota.get("ann", "2026-01-01")
        with pytest.raises(Exception, match=code) as by_client:
            aws.client("dynamodb").list_tables()
    assert aws.is_transient(by_model.value) is is_transient
    assert aws.is_transient(by_client.value) is is_transient


def test_an_answer_that_is_lost_is_transient(world: World) -> None:
    with wire.cut_off("TransactWriteItems"), pytest.raises(TransactWriteError) as raised:
        count_up()
    assert aws.is_transient(raised.value)
    assert uploads() == 1


def test_our_own_mistakes_are_not_taken_for_an_outage() -> None:
    assert aws.is_transient(EndpointConnectionError(endpoint_url="https://aws.example"))
    for mistake in (NoCredentialsError(), ParamValidationError(report="x"), KeyError("x")):
        assert not aws.is_transient(mistake)


def test_many_items_are_read_a_hundred_at_a_time(world: World) -> None:
    for number in range(102):
        Quota(f"m{number}", "2026-01-01", expires_at=number).save()
    assert expiries(0) == []
    with wire.counted() as calls:
        assert expiries(100) == list(range(100))
    assert calls == ["BatchGetItem quotas"]
    with wire.counted() as calls:
        assert expiries(101, but_also=["nobody"]) == list(range(101))
    assert calls == ["BatchGetItem quotas"] * 2


def test_what_a_batch_leaves_for_later_is_read_later(world: World) -> None:
    Quota("m0", "2026-01-01", expires_at=0).save()
    with wire.leaving(times=3):
        assert expiries(1) == [0]
    with wire.leaving(times=4), pytest.raises(errors.Unavailable):
        expiries(1)


def expiries(count: int, *, but_also: list[str] | None = None) -> list[int]:
    """When the quotas of so many members expire, read in one batch."""
    members = [f"m{number}" for number in range(count)] + (but_also or [])
    keys = [{"member_id": {"S": member_id}, "day": {"S": "2026-01-01"}} for member_id in members]
    table = Quota.Meta.table_name
    return sorted(int(item["expires_at"]["N"]) for item in aws.batch_get({table: aws.Wanted(keys)})[table])
