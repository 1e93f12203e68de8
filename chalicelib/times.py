"""Times as the API and the tables know them: aware, in UTC."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, to be passed on as an argument."""
    return datetime.now(UTC)


def epoch(moment: datetime) -> int:
    """Seconds since 1970, the form DynamoDB's time to live takes."""
    return int(moment.timestamp())


def from_epoch(seconds: float) -> datetime:
    """The moment so many seconds after 1970 began."""
    return datetime.fromtimestamp(seconds, UTC)
