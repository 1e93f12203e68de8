"""Good files with something private in every place that a telephone or a program puts it."""

import struct
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO

from mutagen import flac, id3
from mutagen.apev2 import APEv2
from mutagen.flac import FLAC
from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm

from tests.tracks.audio import FOLDER, made, mp3
from tests.tracks.audio import flac as make_flac
from tests.tracks.audio import wav as make_wav
from tests.tracks.boxes import inserted

MARK = b"PRIVATE-PLACE"
MARKS = (MARK[:12], b"52.52", MARK.decode().encode("utf-16-le"))
PACKED = ("ID3v2.4, packed, with a footer", "a tag with a footer behind")
"""Where it cannot be seen."""

TEXT = MARK.decode()
PICTURE = b"\xff\xd8\xff\xe1" + MARK + b"Exif GPS 52.52 N 13.40 E" + bytes(5 << 20) + MARK

Private = dict[str, Callable[[], bytes]]


def frames() -> list[id3.Frame]:
    """ID3 frames of every sort that can carry something private."""
    return [
        id3.TIT2(encoding=3, text=[TEXT]),
        id3.TPE1(encoding=3, text=[TEXT]),
        id3.TALB(encoding=1, text=[TEXT]),
        id3.TDRC(encoding=3, text=["2026-05-04"]),
        id3.COMM(encoding=3, lang="eng", desc=TEXT, text=[TEXT]),
        id3.USLT(encoding=3, lang="eng", desc="", text=TEXT),
        id3.TXXX(encoding=3, desc="location", text=[TEXT]),
        id3.WXXX(encoding=3, desc="", url=f"https://example.com/{TEXT}"),
        id3.PRIV(owner=TEXT, data=MARK),
        id3.UFID(owner=TEXT, data=MARK),
        id3.GEOB(encoding=3, mime="x", filename=TEXT, desc="", data=MARK),
        id3.POPM(email=TEXT, rating=1, count=1),
        id3.CHAP(element_id=TEXT, start_time=0, end_time=1, sub_frames=[id3.TIT2(encoding=3, text=[TEXT])]),
        id3.CTOC(element_id=TEXT, flags=3, child_element_ids=[TEXT], sub_frames=[]),
        id3.APIC(encoding=3, mime="image/jpeg", type=3, desc=TEXT, data=PICTURE),
    ]


def tag(version: int = 4) -> bytes:
    """An ID3v2 tag full of private things, with some padding."""
    tags = id3.ID3()
    for frame in frames():
        tags.add(frame)
    if version == 3:
        tags.update_to_v23()
    written = BytesIO()
    tags.save(written, v1=0, v2_version=version, padding=lambda _: 4096)
    return written.getvalue()


def tag_of_2_2() -> bytes:
    """An ID3v2.2 tag, which nobody writes any more."""

    def frame(kind: bytes, content: bytes) -> bytes:
        return kind + len(content).to_bytes(3) + content

    content = frame(b"TT2", b"\0" + MARK) + frame(b"COM", b"\0eng\0" + MARK)
    content += frame(b"PIC", b"\0JPG\3\0" + MARK)
    return b"ID3\2\0\0" + bytes(len(content) >> shift & 0x7F for shift in (21, 14, 7, 0)) + content


def packed_tag() -> bytes:
    """An ID3v2.4 tag with a packed frame and a footer."""
    content = zlib.compress(b"\3" + MARK)
    frame = b"TXXX" + len(content).to_bytes(4) + b"\0\x09" + (len(MARK) + 1).to_bytes(4) + content
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\4\0\x10" + size + frame + b"3DI\4\0\x10" + size


def ape() -> bytes:
    """An APEv2 tag with a header."""
    tags = APEv2()
    tags["Comment"] = TEXT
    tags["Location"] = TEXT
    written = BytesIO()
    tags.save(written)
    return written.getvalue()


LYRICS3V1 = b"LYRICSBEGIN" + MARK * 20 + b"LYRICSEND"
_fields = b"LYRICSBEGININD00003110" + b"LYR%05d" % len(MARK) + MARK
LYRICS3V2 = _fields + b"%06dLYRICS200" % len(_fields)
ID3V1 = b"TAG" + MARK.ljust(30, b"\0") * 3 + b"2026" + MARK.ljust(30, b"\0") + b"\x0c"
ID3V1_ENHANCED = b"TAG+" + MARK.ljust(180, b"\0") + b"\1" + MARK.ljust(30, b"\0") + b"00:00:00:00:"

MP3: Private = {
    "ID3v2.4": lambda: tag() + mp3(),
    "ID3v2.3": lambda: tag(3) + mp3(),
    "ID3v2.2": lambda: tag_of_2_2() + mp3(),
    "ID3v2.4, packed, with a footer": lambda: packed_tag() + mp3(),
    "three tags in front": lambda: tag_of_2_2() + packed_tag() + tag() + mp3(),
    "ID3v1": lambda: mp3() + ID3V1,
    "ID3v1, enhanced": lambda: mp3() + ID3V1_ENHANCED[:227] + ID3V1,
    "APEv2": lambda: mp3() + ape(),
    "Lyrics3 and ID3v1": lambda: mp3() + LYRICS3V1 + ID3V1,
    "Lyrics3v2 and ID3v1": lambda: mp3() + LYRICS3V2 + ID3V1,
    "a tag with a footer behind": lambda: mp3() + packed_tag(),
    "everything behind": lambda: mp3() + tag_of_2_2() + packed_tag() + ape() + LYRICS3V2 + ID3V1,
    "another program's block behind": lambda: mp3() + b"\0\0" + MARK * 1000,
    "between the frames": lambda: in_the_middle(mp3(), MARK * 10),
    "a tag between the frames": lambda: in_the_middle(mp3(), tag_of_2_2()),
    "before the first frame": lambda: tag_of_2_2() + MARK * 10 + mp3(2, "-id3v2_version", "0"),
}


def in_the_middle(file: bytes, content: bytes) -> bytes:
    """The file with something put in before one of its frames."""
    at = file.index(file[file.index(b"\xff\xfb") :][:3], len(file) // 2)
    return file[:at] + content + file[at:]


def behind() -> bytes:
    """An M4A whose tables stand behind its sound."""
    return made("m4a", "-c:a", "aac", "-b:a", "96k", "-f", "mp4")


def itunes() -> bytes:
    """An M4A with every tag of iTunes', as mutagen writes them."""
    file = BytesIO(behind())
    tagged = MP4(file)
    for name in ("\xa9nam", "\xa9ART", "\xa9alb", "\xa9cmt", "\xa9lyr", "\xa9wrt", "desc", "ldes", "\xa9xyz"):
        tagged[name] = [TEXT]
    tagged["----:com.example:place"] = [MP4FreeForm(MARK)]
    tagged["covr"] = [MP4Cover(PICTURE)]
    file.seek(0)
    tagged.save(file)
    return file.getvalue()


def text_track() -> bytes:
    """An M4A with a track of text beside its sound."""
    return made(
        "m4a",
        "-i",
        _subtitles(),
        "-map",
        "0",
        "-map",
        "1",
        "-c:a",
        "aac",
        "-b:a",
        "96k",
        "-c:s",
        "mov_text",
        "-f",
        "mp4",
    )


def _subtitles() -> str:
    path = FOLDER / "private.srt"
    FOLDER.mkdir(parents=True, exist_ok=True)
    path.write_text(f"1\n00:00:00,000 --> 00:00:01,000\n{TEXT}\n")
    return str(path)


def named_handler() -> bytes:
    """An M4A whose sound track is called by its place."""
    file = behind()
    at = file.index(b"SoundHandler")
    return file[:at] + MARK[:12] + file[at + 12 :]


def unreferenced() -> bytes:
    """An M4A with something among its sound that no table names."""
    file = behind()
    at = file.index(b"mdat") - 4
    size = int.from_bytes(file[at : at + 4])
    grown = file[:at] + struct.pack(">I", size + len(MARK)) + file[at + 4 : at + size] + MARK
    return grown + file[at + size :]


MOVIE = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"mp4a")


def at_every_level(kind: bytes) -> bytes:
    """An M4A with one more box of this kind in the file, its movie, and so on down to the sample entry."""
    file = behind()
    for depth in range(len(MOVIE) + 1):
        if depth != MOVIE.index(b"stsd") + 1:
            file = inserted(file, kind, MARK * 3, *MOVIE[:depth])
    return file


M4A: Private = {
    "iTunes": itunes,
    "a telephone's place": lambda: made(
        "m4a",
        "-c:a",
        "aac",
        "-b:a",
        "96k",
        "-f",
        "mp4",
        "-metadata",
        "location=+52.52+13.40/",
        "-metadata",
        f"comment={TEXT}",
    ),
    "3GPP's place": lambda: made(
        "3gp", "-c:a", "aac", "-b:a", "96k", "-metadata", f"title={TEXT}", "-metadata", "location=+52.52/"
    ),
    "a text track": text_track,
    "the handler's name": named_handler,
    "among the sound": unreferenced,
    **{
        f"{kind.decode()} at every level": partial(at_every_level, kind)
        for kind in (b"udta", b"meta", b"uuid", b"free", b"skip", b"XMP_")
    },
}


def flac_block(kind: int, content: bytes) -> bytes:
    """The FLAC file with one more block, behind its first."""
    file = make_flac()
    first = 4 + 4 + 34
    return file[:first] + bytes([kind]) + len(content).to_bytes(3) + content + file[first:]


def flac_tags() -> bytes:
    file = BytesIO(make_flac())
    tagged = FLAC(file)
    tagged["title"] = tagged["location"] = tagged["comment"] = [TEXT]
    picture = flac.Picture()
    picture.data, picture.desc, picture.mime = PICTURE, TEXT, "image/jpeg"
    tagged.add_picture(picture)
    file.seek(0)
    tagged.save(file)
    return file.getvalue()


FLACS: Private = {
    "comments and a picture": flac_tags,
    "application": lambda: flac_block(2, b"GPSx" + MARK),
    "padding": lambda: flac_block(1, MARK * 100),
    "cue sheet": lambda: flac_block(5, MARK.ljust(396, b"\0")),
    "an unknown block": lambda: flac_block(77, MARK),
    "what should be a seek table": lambda: flac_block(3, MARK * 18),
    "ID3 in front": lambda: tag() + make_flac(),
    "ID3v1 and APEv2 behind": lambda: make_flac() + ape() + ID3V1,
}


def wav_chunk(kind: bytes, content: bytes, *, before: bool = True) -> bytes:
    """The WAV file with one more chunk, before its sound or behind it."""
    file = make_wav(2, "-fflags", "+bitexact")
    chunk = struct.pack("<4sI", kind, len(content)) + content + bytes(len(content) % 2)
    at = file.index(b"data") if before else len(file)
    return file[:4] + struct.pack("<I", len(file) - 8 + len(chunk)) + file[8:at] + chunk + file[at:]


def long_format() -> bytes:
    """A WAV file whose format says more than a format has to say."""
    file = make_wav(2, "-fflags", "+bitexact")
    content = file[20:36] + struct.pack("<H", len(MARK)) + MARK
    return file[:16] + struct.pack("<I", len(content)) + content + bytes(len(content) % 2) + file[36:]


WAV: Private = {
    "tags": lambda: made("wav", "-metadata", f"title={TEXT}", "-metadata", f"comment={TEXT}"),
    "broadcast": lambda: made("wav", "-write_bext", "1", "-metadata", f"description={TEXT}"),
    **{
        f"{kind.decode().strip()} {'before' if before else 'behind'}": partial(
            wav_chunk, kind, MARK * 7, before=before
        )
        for kind in (b"iXML", b"JUNK", b"PAD ", b"cue ", b"_PMX", b"axml", b"fact", b"xxxx")
        for before in (True, False)
    },
    "ID3": lambda: wav_chunk(b"id3 ", tag(), before=False),
    "a second sound": lambda: wav_chunk(b"data", MARK * 8, before=False),
    "a long format": long_format,
    "behind the last chunk": lambda: make_wav() + MARK,
    "ID3 in front": lambda: tag_of_2_2() + make_wav(),
}

PRIVATE: dict[str, tuple[Callable[[], bytes], Private]] = {
    "mp3": (mp3, MP3),
    "m4a": (behind, M4A),
    "flac": (make_flac, FLACS),
    "wav": (lambda: make_wav(2), WAV),
}
