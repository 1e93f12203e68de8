"""A round in a sentence or two, as it is posted when it is over."""

from collections.abc import Sequence


def of(topic: str, contributions: Sequence[tuple[str, int | None]]) -> str:
    """What came of a round: who contributed, with the length in milliseconds of what was spoken."""
    if not contributions:
        return f"“{topic}” was not the right moment for anybody. It comes again."
    names = [_named(name, duration_ms) for name, duration_ms in contributions]
    heard = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    if len(names) == 1:
        return f"{heard} said something on “{topic}”. It comes again."
    return f"{len(names)} said something on “{topic}”: {heard}."


def _named(name: str, duration_ms: int | None) -> str:
    if duration_ms is None:
        return name
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    return f"{name} ({minutes}:{seconds:02})"
