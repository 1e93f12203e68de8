"""The guard between this process and a file from outside: what is the file's fault, and what is not."""

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chalicelib.tracks import guard
from chalicelib.tracks.rejections import Rejected
from tests.tracks.audio import flac, m4a, mp3, wav
from tests.tracks.through import TAGS, read, through


def children() -> list[int]:
    """Processes that this thread has started."""
    thread = threading.get_native_id()
    return [int(number) for number in Path(f"/proc/self/task/{thread}/children").read_text().split()]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_that_is_killed_from_outside_says_nothing_of_the_file(number: int) -> None:
    whole = mp3()

    def part(offset: int, length: int) -> bytes:
        for child in children():
            os.kill(child, number)
        return whole[offset : offset + length]

    with pytest.raises(guard.GuardError):
        guard.inspect(part, len(whole))


@pytest.mark.parametrize("number", [signal.SIGXCPU, signal.SIGSEGV, signal.SIGABRT])
def test_a_child_that_breaks_over_a_file_refuses_it(number: int) -> None:
    whole = mp3()

    def part(offset: int, length: int) -> bytes:
        for child in children():
            os.kill(child, number)
        return whole[offset : offset + length]

    with pytest.raises(Rejected, match="unreadable"):
        guard.inspect(part, len(whole))


def test_what_goes_wrong_on_reading_from_s3_is_not_the_files_fault() -> None:
    def broken(offset: int, length: int) -> bytes:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        guard.inspect(broken, 1000)
    assert children() == []


def test_a_full_disk_is_not_the_files_fault(tmp_path: Path) -> None:
    path = tmp_path / "audio"
    path.write_bytes(wav())
    (tmp_path / "audio.clean").symlink_to("/dev/full")
    with pytest.raises(guard.GuardError, match="No space left"):
        guard.tag(path, "wav", TAGS)
    assert path.read_bytes() == wav()


def test_a_file_that_is_not_there_is_not_the_files_fault(tmp_path: Path) -> None:
    with pytest.raises(guard.GuardError, match="No such file"):
        guard.tag(tmp_path / "nothing", "mp3", TAGS)


def test_a_child_knows_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "SECRET-OF-OURS")
    monkeypatch.setenv("EARSHOT_SESSION_SECRET", "SECRET-OF-OURS")
    whole, seen = mp3(), list[bytes]()

    def part(offset: int, length: int) -> bytes:
        seen.extend(Path(f"/proc/{child}/environ").read_bytes() for child in children())
        return whole[offset : offset + length]

    guard.inspect(part, len(whole))
    assert len(seen) > 0
    assert all(b"SECRET-OF-OURS" not in environment for environment in seen)
    assert {line.split(b"=")[0] for line in seen[0].split(b"\0") if line} <= {
        b"PYTHONPATH",
        b"LC_ALL",
        b"LD_LIBRARY_PATH",
    }


def test_a_child_finds_pythons_own_library_as_lambda_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/var/lang/lib:/opt/lib")
    assert guard._environment()["LD_LIBRARY_PATH"] == "/var/lang/lib:/opt/lib"
    monkeypatch.delenv("LD_LIBRARY_PATH")
    assert "LD_LIBRARY_PATH" not in guard._environment()


def test_a_child_finds_its_modules_where_this_process_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert read(wav()).container == "wav"
    assert str(tmp_path) in guard._environment()["PYTHONPATH"].split(os.pathsep)
    assert set(filter(None, sys.path)) <= set(guard._environment()["PYTHONPATH"].split(os.pathsep))


def test_many_at_once_do_not_mix() -> None:
    files = [mp3(), m4a(), wav(), flac()] * 4
    with ThreadPoolExecutor(8) as pool:
        found = [kept.found.container for kept in pool.map(through, files)]
    assert found == ["mp3", "m4a", "wav", "flac"] * 4
