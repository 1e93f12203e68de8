"""What reviews, retirement and earlier revisions look like to a caller."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.tracks.models import Track
from chalicelib.tracks.views import SpeakerView


class ToReviewView(msgspec.Struct):
    """A track of the caller's whose review date has come."""

    track_id: str
    title: str
    review_on: date

    @classmethod
    def of(cls, track: Track) -> "ToReviewView":
        return cls(track.track_id, track.title, track.review_on)


class SuccessorView(msgspec.Struct):
    """The track that a retired one leads to."""

    track_id: str
    title: str
    speaker: SpeakerView
    duration_ms: int

    @classmethod
    def of(cls, track: Track) -> "SuccessorView":
        return cls(track.track_id, track.title, SpeakerView.of(track), int(track.duration_ms))


class RetirementView(msgspec.Struct):
    """Since when a track is retired, and where it leads."""

    retired_at: datetime
    successor: Annotated[
        SuccessorView | None, Meta(description="Null: there is none, or none that the caller may open.")
    ]


class RevisionView(msgspec.Struct):
    """A revision of a track, the present one or an earlier one."""

    revision: int
    published_at: datetime
    duration_ms: int
    present: bool
    playable: Annotated[
        bool, Meta(description="False: its audio was deleted, or it was for fewer people than the caller.")
    ]
    kept: Annotated[bool, Meta(description="Whether its audio is still there.")]
