"""Players as tests speak of them: a person listening on a device, which reports what it plays."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib import times
from chalicelib.auth import audience
from chalicelib.progress.events import Event
from chalicelib.tracks.models import Consent, Revision, Track
from tests.world import Answer, Person

MINUTE = 60_000
DECLARED = {"revision": 1, "source": "self_declared"}
"""What says that a track was known already."""


def track_of(
    speaker: Person, duration_ms: int, *, former_ms: tuple[int, ...] = (), chosen: str = "workspace"
) -> str:
    """The id of a ready track of this length, without the audio that nobody here listens to."""
    track_id, now = str(uuid.uuid4()), times.now()
    former = [
        Revision(revision=number, media_key=f"media/{number}", duration_ms=length_ms, published_at=now)
        for number, length_ms in enumerate(former_ms, 1)
    ]
    Track(
        speaker.workspace_id,
        track_id,
        title="A pitch",
        speaker_id=speaker.member_id,
        speaker_name="Somebody",
        consent=Consent(audience=chosen),
        created_at=now,
        published_at=now,
        audience_key=audience.key_for(chosen, speaker.workspace_id, speaker.member_id),
        media_key="media/present",
        content_type="audio/mpeg",
        duration_ms=duration_ms,
        revision=1 + len(former),
        former=former,
    ).save()
    return track_id


@dataclass
class Player:
    """One sitting of a person with a track: it numbers what it reports."""

    person: Person
    track_id: str
    revision: int = 1
    more: dict[str, Any] = field(default_factory=dict)
    session_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    sequence: int = 0

    def plays(
        self, begin_ms: int, end_ms: int, *, ago: timedelta = timedelta(), **changes: Any
    ) -> dict[str, Any]:
        """The event of having played from here to there at normal speed until so long ago."""
        self.sequence += 1
        return {
            "track_id": self.track_id,
            "revision": self.revision,
            "session_id": self.session_id,
            "sequence": self.sequence,
            "effective_at": as_text(times.now() - ago),
            "kind": "pause",
            "position_ms": end_ms,
            "segments": [[begin_ms, end_ms]],
            "rate": 1.0,
            "wall_ms": end_ms - begin_ms,
            **self.more,
            **changes,
        }

    def reports(self, *events: dict[str, Any]) -> Answer:
        """What the API says to these events."""
        return self.person.post(f"{self.person.place}/progress", events=list(events))

    def listens(self, begin_ms: int, end_ms: int, **changes: Any) -> dict[str, Any]:
        """Play from here to there and report it; what was taken."""
        taken: dict[str, Any] = self.reports(self.plays(begin_ms, end_ms, **changes)).expect(200)
        assert taken["refused"] == []
        return taken


def progress(person: Person, track_id: str) -> dict[str, Any]:
    """What a person has heard of a track."""
    found: dict[str, Any] = person.get(f"{person.place}/progress/{track_id}").expect(200)
    return found


def event_of(reported: dict[str, Any]) -> Event:
    """An event as the API takes it."""
    return msgspec.convert(reported, Event, strict=False)


def as_text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
