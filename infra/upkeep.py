"""What keeps the library of a company of use: transcripts, reviews, what is asked to be heard, reports."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from infra.company import Assignment, Report
from infra.crew import Crew, at_once

Tracks = Mapping[str, dict[str, Any]]
"""Of each title, the track as the library has it."""


class Upkeep:
    """One company that looks after what it has said."""

    def __init__(self, crew: Crew) -> None:
        self._crew, self._company = crew, crew.company

    def write(self, tracks: Tracks) -> None:
        """Speakers write down what they have said, as far as they do."""
        at_once(lambda title: self._transcribe(title, tracks[title]), self._company.transcripts)

    def plan_reviews(self, tracks: Tracks, now: datetime) -> None:
        """Speakers want to be asked tomorrow whether it is still true."""
        day = (now + timedelta(days=1)).date().isoformat()
        for title in self._company.reviews:
            speaker, path = self._company.speakers[title], f"tracks/{tracks[title]['track_id']}"
            if self._crew.asks(speaker, "GET", path)["review_on"] > day:
                self._crew.asks(speaker, "PUT", f"{path}/review", {"review_on": day})

    def assign(self, members: Mapping[str, str], today: date) -> None:
        """Ask people to hear playlists; ``members`` has the id of everybody."""
        for each in self._company.assignments:
            self._assign(each, members, today)

    def report(self, tracks: Tracks) -> None:
        """Tell those who look after the workspace of what should not have been said."""
        for each in self._company.reports:
            self._report(each, tracks[each.track]["track_id"])

    def _transcribe(self, title: str, track: Mapping[str, Any]) -> None:
        speaker = self._company.speakers[title]
        path = f"tracks/{track['track_id']}"
        if self._crew.asks(speaker, "GET", path)["transcript"] is None:
            text = self._company.tracks[speaker][title]
            self._crew.asks(speaker, "PUT", f"{path}/transcript", {"text": text})

    def _assign(self, assignment: Assignment, members: Mapping[str, str], today: date) -> None:
        said: dict[str, Any] = {"member_ids": [members[key] for key in assignment.to]}
        if assignment.in_days is not None:
            said["planned_for"] = (today + timedelta(days=assignment.in_days)).isoformat()
        path = f"playlists/{self._crew.id_of(f'playlists/{assignment.playlist}')}/assignments"
        self._crew.asks(assignment.by, "POST", path, said)

    def _report(self, report: Report, track_id: str) -> None:
        said = {"kind": "track", "track_id": track_id, "reason": report.reason, "text": report.text}
        self._crew.asks(report.by, "POST", "reports", said)
