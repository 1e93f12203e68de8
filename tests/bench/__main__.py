"""Everything that must be fast, measured: ``make bench``, or ``python -m tests.bench NAME …`` for some of it.

Contestants take turns, so that a noisy machine disturbs both; what counts is the ratio within one run.
"""

import importlib
import sys

from tests import environment

BENCHES = (
    "progress",
    "playlists",
    "cold_start",
    "tokens",
    "processing",
    "exports",
    "restart",
    "digests",
    "search",
    "pages",
)


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        raise SystemExit(f"There is no bench {', '.join(unknown)}. There are {', '.join(BENCHES)}.")
    environment.prepare()
    for name in names or BENCHES:
        importlib.import_module(f"tests.bench.{name}").run()


if __name__ == "__main__":
    main(sys.argv[1:])
