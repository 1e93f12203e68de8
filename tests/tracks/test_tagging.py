"""What is stored of a file: its sound, bit by bit, our own tags, and nothing else."""

from io import BytesIO

import mutagen
import pytest
from mutagen.mp4 import MP4

from chalicelib.tracks import mp4_sound
from chalicelib.tracks.tagging import Tags
from tests.tracks.audio import made
from tests.tracks.kinds import KEPT
from tests.tracks.private import MARK, MARKS, PACKED, PRIVATE
from tests.tracks.through import decoded, read, through

LONGEST = "Wie ich ein Gespräch eröffne 🎙️ – 開場白 " * 6
TITLES = [
    "How I open a call",
    LONGEST[:200],
    "<script>alert(1)</script>",
    '"; DROP',
    "\u202eright to left",
    "é" * 200,
]


def tags_of(content: bytes) -> dict[str, str | None]:
    """Title, album and artist as mutagen finds them, and that there is nothing else."""
    found = dict(mutagen.File(BytesIO(content)).tags.items())
    names = {
        "title": ("TIT2", "\xa9nam", "title"),
        "album": ("TALB", "\xa9alb", "album"),
        "artist": ("TPE1", "\xa9ART", "artist"),
    }
    assert set(found) <= {name for group in names.values() for name in group}
    return {
        tag: next((str(found[name][0]) for name in group if name in found), None)
        for tag, group in names.items()
    }


@pytest.mark.parametrize("container", PRIVATE)
def test_nothing_private_is_left_and_the_sound_is_the_same(container: str) -> None:
    make, private = PRIVATE[container]
    files = {name: make_one() for name, make_one in private.items()}
    clean = {name: through(file).clean for name, file in files.items()}
    assert [name for name, file in clean.items() if any(mark in file for mark in MARKS)] == []
    assert {name: len(file) for name, file in clean.items() if len(file) > len(make()) + 4096} == {}
    sound, *others = decoded(make(), *clean.values())
    assert [name for name, other in zip(clean, others, strict=True) if other != sound] == []


def test_the_private_things_are_there_before() -> None:
    for _, private in PRIVATE.values():
        for name, make_one in private.items():
            file = make_one()
            assert any(mark in file for mark in MARKS) or name in PACKED, name


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("container", KEPT)
def test_our_own_tags_arrive(container: str, title: str) -> None:
    make = PRIVATE[container][0]
    stored = through(make(), Tags(title=title, album="Acme & Söhne", artist="Ann Example")).clean
    assert tags_of(stored) == {"title": title, "album": "Acme & Söhne", "artist": "Ann Example"}
    assert read(stored).title == " ".join(title.replace("\u202e", " ").split())


@pytest.mark.parametrize("container", KEPT)
def test_nobody_is_named_who_did_not_agree(container: str) -> None:
    make = PRIVATE[container][0]
    named = through(make(), Tags(title="One", album="Acme", artist="Ann Example")).clean
    assert b"Ann Example" in named
    again = through(named, Tags(title="Two", album="Acme", artist=None)).clean
    assert tags_of(again) == {"title": "Two", "album": "Acme", "artist": None}
    assert b"Ann" not in again
    assert b"One" not in again


@pytest.mark.parametrize("container", KEPT)
def test_tagging_a_stored_file_again_changes_nothing_but_the_tags(container: str) -> None:
    tags = Tags(title="One", album="Acme", artist=None)
    once = through(PRIVATE[container][0](), tags).clean
    assert through(once, tags).clean == once


def test_times_of_recording_are_left_out() -> None:
    stamp = ["-metadata", "creation_time=2026-05-04T03:02:01Z"]
    file = made("m4a", "-c:a", "aac", "-f", "mp4", *stamp)
    seconds = (file[file.index(b"mvhd") + 8 :])[:4]
    assert int.from_bytes(seconds) > 3_800_000_000
    assert seconds not in through(file).clean


def test_high_efficiency_aac_stays_what_it_is() -> None:
    file = made("m4a", "-ar", "22050", "-use_editlist", "0")
    sound = mp4_sound.sound(BytesIO(file), len(file))
    # Object type 5, 22,050 Hz, one channel, extended to 44,100 Hz; object type 2, and what belongs to it.
    configuration = 0b00101_0111_0001_0100_00010_000_0000000.to_bytes(4)
    efficient = sound._replace(configuration=configuration)
    whole = mp4_sound.head(efficient, b"") + b"".join(file[start:end] for start, end in sound.chunks)
    kept = through(whole)
    assert (kept.found.codec, kept.found.sample_rate) == ("mp4a.40.2", 44100)
    assert configuration in kept.clean
    assert decoded(kept.clean) == decoded(whole)


def test_what_itunes_says_of_the_beginning_and_the_end_is_kept() -> None:
    file = BytesIO(made("m4a", "-use_editlist", "0", "-f", "mp4"))
    tagged = MP4(file)
    gapless = b" 00000000 00000840 000001CA 00000000000155F6 00000000 00000000 00000000 00000000"
    tagged["----:com.apple.iTunes:iTunSMPB"] = [gapless]
    tagged["----:com.apple.iTunes:Encoding Params"] = [MARK]
    file.seek(0)
    tagged.save(file)
    kept = through(file.getvalue())
    assert MARK not in kept.clean
    assert MP4(BytesIO(kept.clean))["----:com.apple.iTunes:iTunSMPB"] == [gapless]
    assert decoded(kept.clean) == decoded(file.getvalue())


def test_a_movie_of_64_bit_times_and_places_is_kept() -> None:
    file = PRIVATE["m4a"][0]()
    sound = mp4_sound.sound(BytesIO(file), len(file))
    fine = sound._replace(
        movie_scale=2_000_000_000,
        edits=[edit._replace(duration=edit.duration * 2_000_000) for edit in sound.edits * 2],
    )
    whole = mp4_sound.head(fine, b"") + b"".join(file[start:end] for start, end in sound.chunks)
    assert b"mvhd\1" in whole
    assert b"mvhd\1" in through(whole).clean
    assert decoded(through(whole).clean) == decoded(whole)
