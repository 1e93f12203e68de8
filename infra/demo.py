"""An Earshot of its own with a believable company in it: what `make demo` starts.

EARSHOT_PORT=8000 EARSHOT_DATA=.local/demo python -m infra.demo [company.yaml]

The first time it is filled, in a past that is turned to the present, which takes a few minutes; interrupted,
it is gone on with the next time.
"""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import IO

import requests

from infra import company, crew, filling, private_files, speech
from infra.browser import Refused
from infra.company import Company
from infra.journal import DataFolderError

ROOT = Path(__file__).resolve().parent.parent
READY = "Earshot is ready at "
INFORMATION = '{"level": "INFO"'
STOPS_IN_S = 20


def main(file: Path = company.FILE) -> int:
    """Start Earshot, fill it where it is not full, and stay until SIGINT or SIGTERM. The exit code."""
    folder = Path(os.environ.get("EARSHOT_DATA") or ROOT / ".local" / "demo").absolute()
    whole = company.read(file)
    note = folder / "demo.json"
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    server = subprocess.Popen(
        [sys.executable, "-m", *_way_to_start(whole, note)],
        cwd=ROOT,
        env=os.environ | {"EARSHOT_DATA": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    errors = threading.Thread(target=_pass_on, args=(server.stderr,), daemon=True)
    errors.start()
    try:
        url = _address(server)
        if url is not None:
            _fill_once(url, whole, note, server)
            _invite_in(url, whole, folder)
        return server.wait()
    except KeyboardInterrupt:
        return 0
    except requests.RequestException as error:
        with suppress(subprocess.TimeoutExpired):
            return server.wait(1)
        return _failed(f"Earshot does not answer: {error}.")
    except (crew.CannotFill, Refused, DataFolderError, subprocess.CalledProcessError) as error:
        return _failed(str(error))
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        server.terminate()
        try:
            server.wait(STOPS_IN_S)
        except subprocess.TimeoutExpired:
            server.kill()
        errors.join(STOPS_IN_S)


def _way_to_start(whole: Company, note: Path) -> list[str]:
    """As always where it is full; otherwise on the first day told of, or where it was interrupted."""
    known = (private_files.read(note, dict) if note.exists() else None) or {}
    if known.get("filled"):
        return ["infra.local"]
    first, *_ = whole.moments(datetime.now(UTC).date())
    return ["infra.turned", known.get("turned_to") or first.isoformat()]


def _address(server: "subprocess.Popen[str]") -> str | None:
    """Where Earshot is, once it is ready; None where it does not start, which it has told itself."""
    assert server.stdout is not None
    for line in server.stdout:
        print(line, end="", flush=True)
        if line.startswith(READY):
            return line.removeprefix(READY).strip()
    return None


def _pass_on(errors: IO[str]) -> None:
    """What Earshot says of trouble; hundreds of lines say only that something was done."""
    for line in errors:
        if not line.startswith(INFORMATION):
            sys.stderr.write(line)


def _fill_once(url: str, whole: Company, note: Path, server: "subprocess.Popen[str]") -> None:
    """Fill what the note does not say to be full."""
    if (private_files.read(note, dict) or {}).get("filled"):
        return
    if missing := speech.missing_tools():
        raise crew.CannotFill(f"{' and '.join(missing)} must be installed. Run infra/setup demo.")

    def turn(moment: datetime) -> None:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            print(moment.isoformat(), file=server.stdin, flush=True)
        except BrokenPipeError as error:
            raise crew.CannotFill("Earshot has ended.") from error
        if not server.stdout.readline():
            raise crew.CannotFill("Earshot has ended.")
        private_files.write(note, {"turned_to": moment.isoformat()})

    _say(f"Filling it with {whole.workspace}, a company with {len(whole.speakers)} tracks to hear …")
    filling.fill(url, whole, turn=turn, say=_say)
    private_files.write(note, {"filled": True})


def _invite_in(url: str, whole: Company, folder: Path) -> None:
    _say(f"\nSign in at {url} with one of these addresses:")
    for whom, key in whole.shown.items():
        person = whole.people[key]
        _say(f"    {whole.email(key):32} {person.name}, {person.title} ({whom})")
    _say(f"Every other address is on the People page. Ctrl-C ends it; all of it stays in {folder}.")


def _say(line: str) -> None:
    print(line, flush=True)


def _failed(why: str) -> int:
    print(f"The demo cannot be filled: {why} Start it again to go on from here.", file=sys.stderr)
    return 1


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
