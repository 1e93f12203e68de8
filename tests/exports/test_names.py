"""Names of files made of whatever people call a track."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.exports import names


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("How I open a call", "How I open a call"),
        ("../../etc/passwd", "etc passwd"),
        ("..\\..\\Windows\\System32", "Windows System32"),
        ("C:\\boot.ini", "C boot.ini"),
        ("/", "Untitled"),
        ("..", "Untitled"),
        ("\x00\n\r\t", "Untitled"),
        ("‮3pm.exe", "3pm.exe"),
        ("a\u2028b\x85c", "abc"),
        ('What? <b>Why</b>: "how" | *', "What b Why b how"),
        ("ends with dots. . .", "ends with dots"),
        ("=cmd|' /C calc'!A0", "=cmd ' C calc'!A0"),
        ("U\N{COMBINING DIAERESIS}bung", "Übung"),
        ("👩‍💻 works", "👩‍💻 works"),
        ("🎧" * 200, "🎧" * 37),
    ],
)
def test_a_title_becomes_a_part_of_a_name_that_every_system_takes(title: str, name: str) -> None:
    assert names.safe(title) == name


def test_a_number_keeps_apart_what_is_called_the_same_and_says_the_order() -> None:
    assert names.of(7, "Pitch", "mp3", digits=4) == "0007 Pitch.mp3"
    assert names.of(8, "pitch", "mp3", digits=4) == "0008 pitch.mp3"
    assert names.of(1, "CON", "wav", digits=1) == "1 CON.wav"


@given(st.text(), st.integers(1, 10**6))
def test_no_name_leads_out_of_its_folder_or_is_too_long(title: str, number: int) -> None:
    name = names.of(number, title, "flac", digits=7)
    assert not set(name) & set('<>:"/\\|?*')
    assert not [each for each in name if unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp")]
    assert len(name.encode()) <= 200
    assert name[:7].isdigit()
    assert name.encode().decode() == name
