"""Times as the API and the tables know them: aware, in UTC."""

from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """This moment, to be passed on as an argument."""
    return datetime.now(UTC)


def in_years(day: date, years: int) -> date:
    """The same day so many years later; of the 29th of February the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def epoch(moment: datetime) -> int:
    """Seconds since 1970, the form DynamoDB's time to live takes."""
    return int(moment.timestamp())


def from_epoch(seconds: float) -> datetime:
    """The moment so many seconds after 1970 began."""
    return datetime.fromtimestamp(seconds, UTC)


def epoch_ms(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def from_epoch_ms(milliseconds: int) -> datetime:
    """The moment so many milliseconds after 1970 began."""
    return EPOCH + timedelta(milliseconds=milliseconds)
