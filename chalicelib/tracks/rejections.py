"""Why an upload is refused: a code for programs, a sentence for the speaker."""

from typing import Final

LONGEST_MS: Final = 30 * 60 * 1000
ENCODER_MS: Final = 900
"""What encoders put before and behind the sound does not count: at most so much is taken for that."""

MOST_BYTES: Final = 100_000_000
LEAST_KBIT_S: Final = 8
LEAST_KBIT_S_OF_SILENT_AAC: Final = 1
MOST_KBIT_S: Final = 3_000

_CONVERT = "Record in Earshot, or pick the file in Earshot's page, which converts what your browser can play."

SENTENCES: Final = {
    "empty": "The file is empty. Choose another one.",
    "not_audio": "This is not an audio file. Choose an MP3, M4A, WAV or FLAC file.",
    "unsupported_format": "This is {found}. Earshot keeps MP3, M4A (AAC), WAV and FLAC. " + _CONVERT,
    "fragmented_mp4": (
        "This MP4 is fragmented, as browsers record it, and does not play everywhere. " + _CONVERT
    ),
    "video": "This is a video. Choose a file that holds sound alone.",
    "truncated": "The file ends before its sound does. Save or copy it once more and send it again.",
    "too_long": (
        f"The track is longer than {LONGEST_MS // 60_000} minutes. Cut it, or make several tracks of it."
    ),
    "too_large": f"The file is larger than {MOST_BYTES // 1_000_000} MB. Save it as MP3 and send it again.",
    "implausible": "The file's length and size do not fit together. Save it once more and send it again.",
    "unreadable": "The file cannot be read. Save it once more, as MP3 if you can, and send it again.",
    "upload_missing": "The upload did not arrive. Send it again.",
    "could_not_process": "Earshot could not process this upload. Send it again.",
}


class Rejected(Exception):
    """An upload is refused, for good, with a sentence that its speaker can act on."""

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.found = found

    @property
    def sentence(self) -> str:
        """What happened and what to do."""
        return SENTENCES[self.code].format(found=self.found)
