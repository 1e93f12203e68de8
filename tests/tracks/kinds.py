"""Every kind of file that people have: those that Earshot keeps, and those that it sends back."""

from collections.abc import Callable

from tests.tracks.audio import by_sox, made, piped, spoken

STEREO = ("-ac", "2")
MP3 = ("-c:a", "libmp3lame")
SAMPLE_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
SILENCE = "anullsrc=r=44100:cl=stereo:d={seconds}"
NOISE = "anoisesrc=d={seconds}:r=48000"

Kinds = dict[str, Callable[[], bytes]]

MP3S: Kinds = {
    "constant bit rate": lambda: made("mp3", "-b:a", "128k"),
    "variable bit rate": lambda: made("mp3", "-q:a", "2"),
    "average bit rate": lambda: made("mp3", "-abr", "1", "-b:a", "96k"),
    "no count in front": lambda: made("mp3", "-write_xing", "0", "-b:a", "64k"),
    "variable and no count in front": lambda: made("mp3", "-write_xing", "0", "-q:a", "4", source=NOISE),
    "piped": lambda: piped("mp3", "-q:a", "4"),
    "joint stereo": lambda: made("mp3", *STEREO, "-joint_stereo", "1"),
    "320 kbit/s": lambda: made("mp3", *STEREO, "-b:a", "320k"),
    "8 kbit/s": lambda: made("mp3", "-ar", "8000", "-b:a", "8k"),
    "silence": lambda: made("mp3", "-q:a", "9", source=SILENCE),
    "ID3v2.3 and ID3v1": lambda: made("mp3", "-id3v2_version", "3", "-write_id3v1", "1"),
    "speech": lambda: spoken("mp3", "-b:a", "32k"),
    "an eighth of a second": lambda: made("mp3", seconds=0.125),
    **{f"{rate} Hz": lambda rate=rate: made("mp3", "-ar", str(rate), "-b:a", "32k") for rate in SAMPLE_RATES},  # type: ignore[misc]
}
M4AS: Kinds = {
    "tables behind": lambda: made("m4a", "-c:a", "aac", "-f", "mp4"),
    "tables in front": lambda: made("m4a", "-c:a", "aac", "-f", "mp4", "-movflags", "+faststart"),
    "as iTunes has it": lambda: made("m4a", "-c:a", "aac", "-f", "ipod"),
    "as a telephone has it": lambda: made("3gp", "-c:a", "aac"),
    "stereo at 48 kHz": lambda: made("m4a", *STEREO, "-ar", "48000"),
    "stereo at 96 kHz": lambda: made("m4a", *STEREO, "-ar", "96000", "-b:a", "256k"),
    "8 kHz": lambda: made("m4a", "-ar", "8000"),
    "no edit list": lambda: made("m4a", "-use_editlist", "0"),
    "silence": lambda: made("m4a", source=SILENCE, seconds=30),
    "chapters": lambda: made("m4a", "-metadata", "title=One"),
    "speech": lambda: spoken("m4a", "-b:a", "48k"),
}
WAVS: Kinds = {
    **{
        codec: lambda codec=codec: made("wav", "-c:a", codec)  # type: ignore[misc]
        for codec in ("pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le")
    },
    "float stereo at 96 kHz": lambda: made("wav", *STEREO, "-ar", "96000", "-c:a", "pcm_f32le"),
    "extensible, 24 bits": lambda: made("wav", *STEREO, "-ar", "48000", "-c:a", "pcm_s24le"),
    "six channels": lambda: made("wav", "-ac", "6"),
    "broadcast": lambda: made("wav", "-write_bext", "1", "-metadata", "description=A call"),
    "a list of tags": lambda: made("wav", "-metadata", "title=A call", "-metadata", "comment=to Ben"),
    "piped": lambda: piped("wav"),
    "piped by SoX": lambda: by_sox("wav", "-r", "8000"),
    "an odd size": lambda: made("wav", "-ar", "8000", "-c:a", "pcm_u8", seconds=1.000125),
    "SoX, 24 bits": lambda: by_sox("wav", "-r", "44100", "-b", "24"),
    "speech": lambda: spoken("wav"),
}
FLACS: Kinds = {
    "mono": lambda: made("flac"),
    "stereo at 96 kHz, 24 bits": lambda: made("flac", *STEREO, "-ar", "96000", "-sample_fmt", "s32"),
    "8 kHz": lambda: made("flac", "-ar", "8000"),
    "piped": lambda: piped("flac"),
    "hardly packed": lambda: made("flac", "-compression_level", "0"),
    "silence": lambda: made("flac", source=SILENCE, seconds=30),
    "large frames": lambda: made(
        "flac", "-ac", "8", "-frame_size", "32768", "-sample_fmt", "s32", source=NOISE, seconds=1
    ),
    "SoX, seek table": lambda: by_sox("flac", "-r", "44100", effects=("synth", "12", "sine", "330")),
    "speech": lambda: spoken("flac"),
}
KEPT: dict[str, Kinds] = {"mp3": MP3S, "m4a": M4AS, "wav": WAVS, "flac": FLACS}

VIDEO = ("-f", "lavfi", "-i", "testsrc=d=1", "-shortest")
REFUSED: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "ogg": ("unsupported_format", "Ogg", lambda: made("ogg", "-c:a", "libvorbis")),
    "opus": ("unsupported_format", "Ogg", lambda: made("opus", "-c:a", "libopus")),
    "webm": ("unsupported_format", "WebM", lambda: made("webm", "-c:a", "libopus")),
    "aiff": ("unsupported_format", "AIFF", lambda: made("aiff")),
    "caf": ("unsupported_format", "CAF", lambda: made("caf")),
    "wma": ("unsupported_format", "Windows Media", lambda: made("wma")),
    "bare AAC": ("unsupported_format", "AAC", lambda: made("aac")),
    "AC-3": ("unsupported_format", "AC-3", lambda: made("ac3")),
    "layer II": ("unsupported_format", "layer II", lambda: made("mp2")),
    "RF64": ("unsupported_format", "RF64", lambda: made("wav", "-rf64", "always")),
    "A-law": ("unsupported_format", "0x0006", lambda: made("wav", "-c:a", "pcm_alaw")),
    "64 bits": ("unsupported_format", "64 bits", lambda: made("wav", "-c:a", "pcm_f64le")),
    "ALAC": ("unsupported_format", "ALAC", lambda: made("m4a", "-c:a", "alac")),
    "MP3 in MP4": ("unsupported_format", "MP4", lambda: made("mp4", *MP3)),
    "Opus in MP4": ("unsupported_format", "OPUS", lambda: made("mp4", "-c:a", "libopus")),
    "a QuickTime movie": ("unsupported_format", "MP4", lambda: made("mov", "-c:a", "aac")),
    "fragmented": (
        "fragmented_mp4",
        "fragmented",
        lambda: made("m4a", "-movflags", "frag_keyframe+empty_moov"),
    ),
    "fragments without an empty movie": (
        "fragmented_mp4",
        "fragmented",
        lambda: made("m4a", "-movflags", "frag_keyframe"),
    ),
    "video": ("video", "video", lambda: made("mp4", *VIDEO)),
    "video on a telephone": ("video", "video", lambda: made("3gp", *VIDEO, "-c:a", "aac", "-s", "176x144")),
    "video in WebM": ("unsupported_format", "WebM", lambda: made("webm", *VIDEO)),
}
