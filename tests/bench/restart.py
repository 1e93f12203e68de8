"""How long Earshot on one machine takes to be back: with what people made in it, and as a whole."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from infra import emulator
from infra.journal import ItemChange, Journal

ITEMS = 5_000
FIELDS = {f"field_{number}": {"S": "a quite ordinary value of a quite ordinary item"} for number in range(15)}
MOST_SECONDS = 10


def run() -> None:
    """Start the emulator empty and full, and all of Earshot for the second time."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _fill(folder / "full")
        _restart_s(folder / "empty")  # the first one imports moto
        empty, full = _restart_s(folder / "empty"), _restart_s(folder / "full")
        print(f"restart        {full / empty:.1f} x with {ITEMS} items  {full:.2f} s / {empty:.2f} s")
        _start_s(folder / "earshot")
        again = _start_s(folder / "earshot")
        print(f"second start   {again:.1f} s (at most {MOST_SECONDS})")


def _fill(folder: Path) -> None:
    journal = Journal(folder)
    for number in range(ITEMS):
        key = {"audience_key": {"S": "w#1"}, "activity_id": {"S": f"{number:05}"}}
        journal.save_items([ItemChange("earshot-test-activity", json.dumps(key), key | FIELDS)])
    journal.close()


def _restart_s(folder: Path) -> float:
    began = time.perf_counter()
    running = emulator.start(folder, 0, page_origin="http://127.0.0.1:8000", stage="test")
    seconds = time.perf_counter() - began
    running.stop()
    return seconds


def _start_s(folder: Path) -> float:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local"],
        env={**os.environ, "EARSHOT_PORT": "0", "EARSHOT_DATA": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Earshot is ready"):
                seconds = time.perf_counter() - began
                process.send_signal(signal.SIGTERM)
    return seconds
