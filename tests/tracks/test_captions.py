"""What is read from WebVTT and plain text, and what is refused."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.requests import one_line
from chalicelib.tracks import captions
from chalicelib.tracks.captions import MOST_PARTS, Cue, NotReadable, Said

FILE = """WEBVTT - made by a program
Kind: captions

STYLE
::cue { color: red }

REGION
id:fred

NOTE
This was checked.

1
00:01.000 --> 00:04.500 align:start position:0%
<v.loud Ann Okafor>Ask <i>before</i> you &amp; they <00:02.000>talk.</v>

00:00:04.000 --> 00:00:06.000
- &lt;script&gt; is only text.
- And <b>this</b>, too.
"""


def test_a_file_of_the_standard_becomes_words_and_times() -> None:
    assert captions.read(FILE) == Said(
        "webvtt",
        cues=[
            Cue(1000, 4500, "Ask before you & they talk.", "Ann Okafor"),
            Cue(4000, 6000, "- <script> is only text.\n- And this, too."),
        ],
    )


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_way_to_end_a_line_and_a_byte_order_mark_are_taken(ends: str) -> None:
    text = "\ufeff" + "WEBVTT\n\n\n00:01.000 --> 00:02.000\nOne\n\n\n\n00:02.000-->00:03.000\nTwo".replace(
        "\n", ends
    )
    assert [cue.text for cue in captions.read(text).cues] == ["One", "Two"]


def test_several_voices_of_one_cue_are_told_apart() -> None:
    said = captions.read("WEBVTT\n\n00:01.000 --> 00:02.000\nHm. <v Ann>Hi</v> <v Ben &amp; Co>Yo</v> all")
    assert [(cue.voice, cue.text) for cue in said.cues] == [
        (None, "Hm."),
        ("Ann", "Hi"),
        ("Ben & Co", "Yo"),
        (None, "all"),
    ]
    assert said.names_voices
    assert not said.nameless.names_voices


def test_cues_stand_in_the_order_of_time() -> None:
    said = captions.read("WEBVTT\n\n00:03.000 --> 00:04.000\nB\n\n00:01.000 --> 00:05.000\nA")
    assert [cue.text for cue in said.cues] == ["A", "B"]


def test_a_text_without_times_is_read_by_paragraphs() -> None:
    said = captions.read(
        "\ufeff  Ask first. --> Then wait.\r\nThen talk.\r\n\r\n\r\n<b>Done</b> &amp; dusted\n"
    )
    assert said == Said(
        "text", paragraphs=["Ask first. --> Then wait.\nThen talk.", "<b>Done</b> &amp; dusted"]
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no words"),
        (" \n\u202e\n", "no words"),
        ("WEBVTT", "no cue with words"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<b></b>\n", "no cue with words"),
        ("WEBVTT\n\n00:01.000 -> 00:02.000\nHi", "Line 3 belongs to no time"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n\nthere", "Line 6 belongs to no time"),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\nHi", "Line 3 is no time"),
        ("WEBVTT\n\n1\n00:61.000 --> 00:62.000\nHi", "Line 4 is no time"),
        (f"WEBVTT\n\n{'9' * 5000}:00:00.000 --> 00:02.000\nHi", "Line 3 is no time"),
        ("WEBVTT\n\n٠٠:٠١.٠٠٠ --> 00:02.000\nHi", "Line 3 is no time"),
        ("WEBVTT\n\n00:02.000 --> 00:02.000\nHi", "Line 3 ends before it begins"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n00:02.000 --> 00:03.000\nYo", "Line 5 begins another cue"),
        ("1\n00:00:01,000 --> 00:00:02,000\nHi", "Begin it with a line WEBVTT"),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\nHi", "Begin it with a line WEBVTT"),
    ],
)
def test_what_is_no_transcript_is_refused_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(NotReadable, match=problem):
        captions.read(text)


def test_as_many_cues_as_may_be_are_taken_and_no_more() -> None:
    cue = "00:01.000 --> 00:02.000\nHi\n\n"
    assert len(captions.read("WEBVTT\n\n" + cue * MOST_PARTS).cues) == MOST_PARTS
    with pytest.raises(NotReadable, match="2,000 cues"):
        captions.read("WEBVTT\n\n" + cue * (MOST_PARTS + 1))
    with pytest.raises(NotReadable, match="2,000 paragraphs"):
        captions.read("Hi\n\n" * (MOST_PARTS + 1))


def test_the_last_cue_ends_with_the_track_and_none_begins_behind_it() -> None:
    said = captions.read("WEBVTT\n\n00:01.000 --> 00:09.000\nHi")
    assert said.within(2000).cues == [Cue(1000, 2000, "Hi")]
    assert said.within(1001).cues == [Cue(1000, 1001, "Hi")]
    with pytest.raises(NotReadable, match=r"begins at 00:01\.000, but the track ends at 00:01\.000"):
        said.within(1000)


@pytest.mark.parametrize(
    ("piece", "times"),
    [
        ("<", 99_000),
        ("<v ", 30_000),
        ("&", 99_000),
        ("&#x110000;&#0;&#xD800;", 4000),
        (" ", 90_000),
        ("<v x>", 19_000),
    ],
)
def test_hostile_text_is_only_text_and_takes_time_as_its_length_does(piece: str, times: int) -> None:
    begin = "WEBVTT\n\n00:01.000 --> 00:02.000\nwords<v"
    long, short = begin + piece * times, begin + piece * (times // 4)
    said = captions.read(long)
    assert captions.read(captions.written(said)) == said
    assert _cost_s(long) < 10 * _cost_s(short)  # four times the text; sixteen times the time were quadratic


def _cost_s(text: str) -> float:
    """What it costs to read a text and what is written of it, at the best of some times."""

    def once() -> float:
        began = time.thread_time()
        captions.read(captions.written(captions.read(text)))
        return time.thread_time() - began

    return min(once() for _ in range(7))


def test_characters_that_hide_or_turn_what_is_read_are_gone() -> None:
    said = captions.read(
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A&#x202e;nn>a&#x202e;b\u2066c\x00d&#10;&#10;e"
    )
    assert said.cues == [Cue(1000, 2000, "a b c d\ne", "A nn")]


LINES = st.text(max_size=30).map(one_line).filter(bool)
CUES = st.builds(
    lambda begin, length, lines, voice: Cue(begin, begin + length, "\n".join(lines), voice),
    st.integers(0, 10**7),
    st.integers(1, 10**6),
    st.lists(LINES, min_size=1, max_size=3),
    st.none() | LINES,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(CUES, min_size=1, max_size=6))
def test_what_is_written_is_read_again(cues: list[Cue]) -> None:
    said = Said("webvtt", cues=sorted(cues, key=lambda cue: cue.from_ms))
    assert captions.read(captions.written(said)) == said


ODD = [
    "WEBVTT",
    "\ufeff",
    "\u202a",
    "\x00",
    "\u2028",
    "\x0b",
    "\r",
    "\n",
    "\n\n",
    " ",
    "\t",
    "0.000",
    "-->",
    "NOTE",
]
ODD += [
    "00:01.000 --> 00:02.000\n",
    "<v ",
    "<",
    ">",
    "&lt;",
    "&amp;",
    "&#xfeff;",
    "&#10;",
    "&#x202e;",
    "a",
    "é",
]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.lists(st.sampled_from(ODD), max_size=12).map("".join))
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    for each in (text, f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}"):
        try:
            said = captions.read(each)
        except NotReadable:
            continue
        assert captions.read(captions.written(said)) == said
