"""A zip written piece by piece, opened by what others have written."""

import io
import shutil
import subprocess
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.exports import zips
from chalicelib.exports.packing import File
from chalicelib.exports.parts import Part

AT = datetime(2026, 11, 27, 8, 30, 15, tzinfo=UTC)
FILES = [
    ("tracks/0001 How I open a call.mp3", b"\xff\xfb" + bytes(range(256)) * 40),
    ("tracks/0002 Übung 🎧.mp3", b"sound"),
    ("empty.json", b""),
    ("README.txt", b"What is in here\r\n"),
]


def written(files: list[tuple[str, bytes]], *, per_part: int = 1) -> tuple[bytes, list[zips.Entry]]:
    """A zip of these files in which so many make a part, each written with nothing but the last offset."""
    whole, entries = b"", []
    for first in range(0, len(files), per_part):
        with Part.begun(len(whole)) as part:
            for name, content in files[first : first + per_part]:
                entries.append(part.add(File(name, [content[:7], content[7:]], AT)))
            if first + per_part >= len(files):
                part.end(entries)
            part.file.seek(0)
            whole += part.file.read()
    return whole, entries


@pytest.mark.parametrize("per_part", [1, 3, 4])
def test_what_was_written_in_parts_opens_as_one_zip(tmp_path: Path, per_part: int) -> None:
    content, _ = written(FILES, per_part=per_part)
    assert content == written(FILES)[0]
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert opened.testzip() is None
        assert [(one.filename, opened.read(one)) for one in opened.infolist()] == FILES
        for one in opened.infolist():
            assert one.date_time == (2026, 11, 27, 8, 30, 14)
            assert one.compress_type == zipfile.ZIP_STORED
            assert not one.flag_bits & 0x08, "what reads it as a stream needs the sizes in front"
            assert one.external_attr >> 16 == 0o100644
    (tmp_path / "whole.zip").write_bytes(content)
    unzip = shutil.which("unzip")
    assert unzip, "Debian's unzip is the other reader"
    tried = subprocess.run([unzip, "-t", "whole.zip"], cwd=tmp_path, capture_output=True, text=True)
    assert (tried.returncode, "No errors detected" in tried.stdout) == (0, True), tried.stdout + tried.stderr


def test_a_zip_of_nothing_is_one_too() -> None:
    content = b"".join(zips.directory([], begins_at=0))
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert opened.namelist() == []


def test_a_file_that_the_directory_does_not_name_is_not_there() -> None:
    content, entries = written(FILES)
    begins_at = len(content) - len(b"".join(zips.directory(entries, begins_at=0)))
    kept = [entries[0], *entries[2:]]
    without = content[:begins_at] + b"".join(zips.directory(kept, begins_at=begins_at))
    with zipfile.ZipFile(io.BytesIO(without)) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == [entry.name for entry in kept]


def test_behind_four_gigabytes_the_fields_are_as_wide_as_it_takes(tmp_path: Path) -> None:
    far = 5 * 1024**3
    with (tmp_path / "large.zip").open("wb+") as file:
        near = zips.add(file, "near.txt", [b"near"], AT, begins_at=0)
        file.seek(far)  # what lies between takes no room on the disk
        behind = zips.add(file, "far.txt", [b"far away"], AT, begins_at=0)
        file.seek(0, io.SEEK_END)
        file.write(b"".join(zips.directory([near, behind], begins_at=file.tell())))
    with zipfile.ZipFile(tmp_path / "large.zip") as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == {
            "near.txt": b"near",
            "far.txt": b"far away",
        }


def test_more_files_than_two_bytes_count_are_all_there() -> None:
    entries, file = [], io.BytesIO()
    for number in range(66_000):
        entries.append(zips.add(file, f"{number}", [], AT, begins_at=0))
    file.write(b"".join(zips.directory(entries, begins_at=file.tell())))
    with zipfile.ZipFile(file) as opened:
        assert len(opened.namelist()) == 66_000
        assert opened.getinfo("65999").header_offset == entries[-1].offset


@given(st.lists(st.binary(max_size=50), max_size=6), st.datetimes(timezones=st.just(UTC)))
def test_whatever_is_in_it_and_whenever_it_was_made(contents: list[bytes], at: datetime) -> None:
    file = io.BytesIO()
    entries = [
        zips.add(file, str(number), [content], at, begins_at=0) for number, content in enumerate(contents)
    ]
    file.write(b"".join(zips.directory(entries, begins_at=file.tell())))
    with zipfile.ZipFile(file) as opened:
        assert [opened.read(name) for name in opened.namelist()] == contents


def test_memory_stays_flat_however_much_is_written() -> None:
    def peak(files: int) -> int:
        tracemalloc.start()
        with TemporaryFile() as file:
            for number in range(files):
                zips.add(file, f"{number:05}", _blocks(), AT, begins_at=0)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(80) < 1.2 * peak(2) < 2_000_000


def _blocks() -> Iterator[bytes]:
    for number in range(4):
        yield bytes([number]) * 256 * 1024
