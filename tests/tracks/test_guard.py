"""What happens around the child process that reads and tags files."""

import os
import subprocess
import sys
from pathlib import Path

from tests.tracks import audio

ROOT = Path(__file__).resolve().parents[2]
CTRL_C_WHILE_READING = """
import os, signal, sys
from chalicelib.tracks import guard

content = sys.stdin.buffer.read()

def read(offset, length):
    os.killpg(0, signal.SIGINT)
    return content[offset : offset + length]

signal.signal(signal.SIGINT, lambda number, frame: None)
print(guard.inspect(read, len(content)).duration_ms)
"""


def test_ctrl_c_in_the_terminal_does_not_break_what_is_being_read() -> None:
    reading = subprocess.run(
        [sys.executable, "-c", CTRL_C_WHILE_READING],
        input=audio.mp3(2),
        capture_output=True,
        cwd=ROOT,
        env=os.environ,
        start_new_session=True,
        check=False,
    )
    assert (reading.returncode, reading.stderr) == (0, b"")
    assert 1_900 < int(reading.stdout) < 2_200
