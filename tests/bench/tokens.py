"""P6: what it takes to know who calls by a token seen before, against checking its signature each time."""

import statistics
import time
from collections.abc import Callable

from tests import environment

ROUNDS = 15
HITS, CHECKS = 5_000, 200
MOST_MICROSECONDS = 5


def run() -> None:
    """Measure both, taking turns, and print their ratio."""
    from chalicelib.auth import tokens

    token = environment.provider.token("ann@acme.example")

    def checked() -> None:
        tokens.cache.clear()
        tokens.verify(token)

    checked()
    hits, checks = [], []
    for _ in range(ROUNDS):
        checks.append(_microseconds(checked, CHECKS))
        hits.append(_microseconds(lambda: tokens.verify(token), HITS))
    hit, check = statistics.median(hits), statistics.median(checks)
    print(f"P6 token check  {hit / check:.3f} x  {hit:.1f} µs (at most {MOST_MICROSECONDS}) / {check:.0f} µs")


def _microseconds(verify: Callable[[], object], times: int) -> float:
    """The CPU that each of so many calls takes."""
    began = time.process_time()
    for _ in range(times):
        verify()
    return 1e6 * (time.process_time() - began) / times
