"""Recording the tracks of a company: spoken, sent to S3, and waited for until they can be heard."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from infra import browser, speech
from infra.browser import Refused
from infra.crew import CannotFill, Crew, at_once

AGAIN_S = 30
"""With no track becoming ready in so long, the missing ones are sent again, as far as that can be done."""

NOTHING_READY_S = 300
"""With none in so long, none will: what was cut off while processed can be sent again after 2 minutes."""

LOOKED_FOR_EVERY_S = 2
"""Looking for what is ready takes from the processing, which is done by the same process."""

LANGUAGE = "en"
"""The company speaks English."""

Ready = Callable[[], Collection[str]]


@dataclass(frozen=True)
class Recording:
    """Something to be spoken by somebody as a track of this title; for everybody, or for a group alone."""

    speaker: str
    title: str
    text: str
    group_id: str | None = None

    @property
    def key(self) -> str:
        return f"tracks/{self.title}"


def record(
    crew: Crew,
    wanted: dict[str, Recording],
    ready: Ready,
    *,
    after_each: Callable[[int], None] | None = None,
) -> None:
    """Record what is wanted, by title, as far as it is not ready yet, and wait until it is.

    Raises `CannotFill`, `Refused`, and `subprocess.CalledProcessError` where something cannot be spoken.
    """
    there = set(ready())
    at_once(
        lambda title: _record(crew, wanted[title]),
        [title for title in wanted if title not in there],
        after_each=after_each,
    )
    known, since, tried = -1, 0.0, time.monotonic()
    while missing := wanted.keys() - (there := set(ready())):
        now = time.monotonic()
        if len(there) > known:
            known, since, tried = len(there), now, now
        elif now - since > NOTHING_READY_S:
            raise CannotFill(f"{', '.join(sorted(missing))}: still being processed.")
        elif now - tried > AGAIN_S:
            at_once(lambda title: _record(crew, wanted[title]), missing)
            tried = now
        time.sleep(LOOKED_FOR_EVERY_S)


def _record(crew: Crew, wanted: Recording) -> None:
    """Speak a track, announce it, and send it to S3 as the form says."""
    recording = speech.spoken(wanted.text, crew.company.people[wanted.speaker].voice)
    file = {
        "content_type": "audio/mpeg",
        "size_bytes": len(recording.audio),
        "peaks": recording.peaks,
        "loudness_lufs": recording.loudness_lufs,
    }
    said = {
        "title": wanted.title,
        "topics": crew.company.people[wanted.speaker].topics,
        "language": LANGUAGE,
        **file,
    }
    if wanted.group_id is not None:
        said["consent"] = {"audience": "group", "group_id": wanted.group_id}
    created = crew.asks(wanted.speaker, "POST", "tracks", said, key=wanted.key)
    track, form = created["track"], created["upload"]
    if track["status"] == "rejected":
        raise CannotFill(f"“{wanted.title}” was rejected: {track['reason']}")
    if track["status"] == "processing":  # by a process that may be gone
        form = _renewed_form(crew, wanted.speaker, track["track_id"], file)
    if form is not None:
        browser.uploads(form, recording.audio)


def _renewed_form(crew: Crew, speaker: str, track_id: str, file: dict[str, Any]) -> dict[str, Any] | None:
    """A form to upload a track with once more; None as long as its upload is being processed."""
    try:
        form: dict[str, Any] = crew.asks(speaker, "POST", f"tracks/{track_id}/uploads", file)["upload"]
    except Refused as refused:
        if refused.code != "NothingToUpload":
            raise
        return None
    return form
