"""Every error raised on purpose. The name of the class is the API's ``Code``.

::

    EarshotError
    ├── BadRequest 400
    │   ├── InvalidRequest
    │   ├── OtherName
    │   ├── InvalidCursor
    │   ├── ForeignPage
    │   ├── AddressNotAllowed
    │   └── SignInFailed
    ├── Unauthorized 401
    │   ├── SignInNeeded
    │   └── SessionEnded
    ├── NotFound 404
    ├── Conflict 409
    │   ├── StaleVersion
    │   ├── AlreadyExists
    │   ├── LastAdmin
    │   ├── StillActive
    │   ├── BeingErased
    │   ├── NothingToUpload
    │   ├── TrackNotReady
    │   ├── TrackRetired
    │   ├── NoSuccessor
    │   ├── NotSelfDeclared
    │   ├── TrackNotForEverybody
    │   ├── TrackInTooManyPlaylists
    │   ├── PlaylistFull
    │   ├── PlaylistHoldsNarrowerTracks
    │   ├── PlaylistNotForThem
    │   ├── PlaylistNotForEverybody
    │   ├── TooManyToWelcome
    │   ├── NoMentor
    │   ├── MentorFull
    │   ├── HasMentor
    │   ├── OtherMentor
    │   ├── JoinedByMentoring
    │   ├── HandedOverByAssigning
    │   ├── GroupFull
    │   ├── TooManyGroups
    │   ├── TooManyTopics
    │   ├── RoundClosed
    │   ├── ContributionTooLong
    │   ├── TrackNotForTheGroup
    │   ├── OwnTrack
    │   ├── DoorClosed
    │   ├── KeepComesFirst
    │   ├── VoiceNotPrivate
    │   ├── VoiceTooLong
    │   ├── TooLateToWithdraw
    │   ├── GiverHasNotAgreed
    │   ├── NotGained
    │   ├── NotAnonymousHere
    │   ├── TrackNotForTheQuestion
    │   ├── TooManyAnswers
    │   ├── TooManyConnections
    │   ├── PublicLinksForbidden
    │   ├── NotForThePublic
    │   ├── TooManyShares
    │   ├── OwnWords
    │   ├── NobodyToDecide
    │   ├── ReportedByMany
    │   └── ExportUnderWay
    ├── BodyTooLarge 413
    ├── QuotaReached 429
    └── Unavailable 503
"""

from typing import Any

from chalice.app import ChaliceViewError


class EarshotError(ChaliceViewError):
    """Anything that the caller is told about."""

    STATUS_CODE = 500

    def headers(self) -> dict[str, str]:
        """Headers that the answer carries beside the error."""
        return {}

    def current(self) -> Any:
        """State that the answer shows so that the caller can decide again; None where there is none."""
        return None


class BadRequest(EarshotError):
    """The request cannot be understood or may not be made this way."""

    STATUS_CODE = 400


class InvalidRequest(BadRequest):
    """A body, query string or header is not as documented."""


class OtherName(BadRequest):
    """What was typed to confirm is not the name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Type the name as it is here, {name}, to confirm it.")


class InvalidCursor(BadRequest):
    """A cursor was changed, is another caller's or belongs to another list."""

    def __init__(self) -> None:
        super().__init__("This cursor does not belong to this list. Start again without `after`.")


class ForeignPage(BadRequest):
    """A change was asked for with the cookie, but not by Earshot's own page."""

    def __init__(self) -> None:
        super().__init__("This change was not asked for by Earshot's own page. Open Earshot and try again.")


class AddressNotAllowed(BadRequest):
    """An address is given to post to that Earshot does not post to; its message repeats nothing of it."""


class SignInFailed(BadRequest):
    """The identity provider's answer cannot be accepted."""


class Unauthorized(EarshotError):
    """Nobody, or nobody any more."""

    STATUS_CODE = 401


class SignInNeeded(Unauthorized):
    """The request carries no valid session and no valid token."""

    def __init__(self) -> None:
        super().__init__("Sign in to go on.")


class SessionEnded(Unauthorized):
    """The session was begun before the member's sessions were ended."""

    def __init__(self) -> None:
        super().__init__("This session was ended. Sign in again to go on.")


class NotFound(EarshotError):
    """There is nothing, or nothing this caller may see or change: one answer for both."""

    STATUS_CODE = 404

    def __init__(self) -> None:
        super().__init__("There is nothing here that you may open or change.")


class Conflict(EarshotError):
    """The request is right, but not in the present state."""

    STATUS_CODE = 409


class StaleVersion(Conflict):
    """``If-Match`` names a version that somebody has changed since."""

    def __init__(self, current: Any) -> None:
        super().__init__("Somebody changed this in the meantime. Look at it again before you change it.")
        self._current = current

    def current(self) -> Any:
        return self._current


class AlreadyExists(Conflict):
    """An Idempotency-Key names something that is there and is not this caller's to create again."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for something else. Use a fresh UUID.")


class LastAdmin(Conflict):
    """The only admin would leave or be demoted."""

    def __init__(self) -> None:
        super().__init__("A workspace needs an admin. Make somebody else an admin first.")


class StillActive(Conflict):
    """An admin would erase somebody who is not deactivated."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is still active. Deactivate them first, or let them erase themselves.")


class BeingErased(Conflict):
    """Somebody is being erased, and nothing can be changed of them any more."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Everything of {name} is being erased. Once that is done they can be invited anew.")


class NothingToUpload(Conflict):
    """A form was asked for while this track is being processed."""

    def __init__(self) -> None:
        super().__init__("This track's upload is being processed. Wait a moment and look again.")


class TrackNotReady(Conflict):
    """The audio of a track was asked for before it is ready."""

    def __init__(self) -> None:
        super().__init__("This track is not ready to be heard yet. Wait a moment and look again.")


class TrackRetired(Conflict):
    """Something is to be done with a track that its speaker has retired."""

    def __init__(self) -> None:
        super().__init__("This track was retired by its speaker, who can bring it back on its page.")


class NoSuccessor(Conflict):
    """A track is to lead to another that cannot take its place."""

    def __init__(self) -> None:
        super().__init__(
            "This track cannot take its place: it was retired itself, or not everybody may hear it who may "
            "hear the one to retire. Choose another one, or none."
        )


class NotSelfDeclared(Conflict):
    """A completion is to be taken back that the member has not merely declared."""

    def __init__(self) -> None:
        super().__init__(
            "You have heard or read this track, and that stays. Only what you declared can be undone."
        )


class TrackNotForEverybody(Conflict):
    """A playlist would name a track that not everybody who may open the playlist may hear."""

    def __init__(self) -> None:
        super().__init__(
            "Not everybody who may open this playlist may hear this track. "
            "Its speaker can share it with the workspace first."
        )


class TrackInTooManyPlaylists(Conflict):
    """A track stands in as many playlists as one may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"This track stands in {most} playlists already, which is the most a track may.")


class PlaylistFull(Conflict):
    """A playlist has as many entries as one may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"A playlist has {most} entries at most. Remove one first, or begin another playlist."
        )


class PlaylistHoldsNarrowerTracks(Conflict):
    """A playlist would be opened to people who may not hear all of its tracks."""

    def __init__(self, titles: list[str]) -> None:
        super().__init__(
            f"Not everybody may hear all of it: {', '.join(f'“{title}”' for title in titles)}. "
            "Share these tracks with the workspace or remove them first."
        )


class PlaylistNotForThem(Conflict):
    """A playlist would be assigned to people who may not open it."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"This playlist is not open to {', '.join(names)}. "
            "Choose people whom it is for, or open it to more people first."
        )


class PlaylistNotForEverybody(Conflict):
    """Every new hire would be asked to hear a playlist that not everybody may open."""

    def __init__(self) -> None:
        super().__init__("Not everybody may open this playlist. Open it to the whole workspace first.")


class TooManyToWelcome(Conflict):
    """Every new hire is asked to hear as many playlists as they may be."""

    def __init__(self, most: int) -> None:
        super().__init__(f"New colleagues are asked to hear {most} playlists at most. Leave one out first.")


class NoMentor(Conflict):
    """Something is to be for somebody's mentor, and there is none."""

    def __init__(self, advice: str) -> None:
        super().__init__(f"You have no mentor at present. {advice}")


class MentorFull(Conflict):
    """A mentor would get more new hires than they have time for."""

    def __init__(self, name: str, capacity: int) -> None:
        super().__init__(
            f"{name} has time for {capacity} new hires at once, and no place is free. "
            "Choose another mentor, or let them change how many they have time for."
        )


class HasMentor(Conflict):
    """Somebody offers to be the mentor of who has one; who that is, is not theirs to know."""

    def __init__(self, new_hire: str) -> None:
        super().__init__(f"{new_hire} has a mentor already. Ask an admin where that should change.")


class OtherMentor(Conflict):
    """A mentor was assigned while the new hire has another one than the request says, or one at all."""

    def __init__(self, new_hire: str, mentor: str | None, current: Any) -> None:
        has = f"{mentor} is {new_hire}'s mentor" if mentor else f"{new_hire} has no mentor any more"
        super().__init__(f"{has}. To change that, say instead of whom.")
        self._current = current

    def current(self) -> Any:
        return self._current


class JoinedByMentoring(Conflict):
    """Somebody is to be invited into a mentor's group, or taken out of it."""

    def __init__(self) -> None:
        super().__init__("A mentor and their new hires make this group. Assign or end a mentor instead.")


class HandedOverByAssigning(Conflict):
    """A mentor's group is to be handed over to one of its members."""

    def __init__(self) -> None:
        super().__init__("A mentor's group is not handed over. Assign another mentor instead.")


class GroupFull(Conflict):
    """A group has as many members, or as many invitations, as one may."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(f"A group has {most} {what} at most.")


class TooManyGroups(Conflict):
    """A member belongs to as many groups as one may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"One may belong to {most} groups. Leave one first.")


class TooManyTopics(Conflict):
    """A group has as many topics as one may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"A group has {most} topics at most. Remove one first.")


class RoundClosed(Conflict):
    """Something is contributed to a round whose time is over."""

    def __init__(self) -> None:
        super().__init__("This round has closed. Keep it for the next one.")


class ContributionTooLong(Conflict):
    """A track is longer than a contribution to a round may be."""

    def __init__(self, most_ms: int) -> None:
        super().__init__(f"A contribution has {most_ms // 60_000} minutes at most. Record a shorter one.")


class TrackNotForTheGroup(Conflict):
    """A track is contributed to a round and is not for its group."""

    def __init__(self) -> None:
        super().__init__("This track is not for this group. Choose the group as its audience first.")


class OwnTrack(Conflict):
    """Feedback is given, or thanks are sent, to oneself."""

    def __init__(self) -> None:
        super().__init__("This is your own track. Ask others what they think of it.")


class DoorClosed(Conflict):
    """Feedback is given that nobody has asked for, or not for so long any more."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody has asked for feedback on this track, or not any more. "
            "Ask its speaker whether they would like some."
        )


class KeepComesFirst(Conflict):
    """A first ``try`` to somebody comes alone."""

    def __init__(self) -> None:
        super().__init__(
            "The first thing to try that you give somebody comes together with something to keep. Add that."
        )


class VoiceNotPrivate(Conflict):
    """What is said to one person was recorded for others too."""

    def __init__(self) -> None:
        super().__init__(
            "Others may hear this track. Record it for yourself alone: only whom you say it to will hear it."
        )


class VoiceTooLong(Conflict):
    """What is said to one person is longer than it may be."""

    def __init__(self, most_ms: int) -> None:
        super().__init__(f"A spoken note has {most_ms // 1000} seconds at most. Record a shorter one.")


class TooLateToWithdraw(Conflict):
    """Feedback is taken back after it could be."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"Feedback can be withdrawn for {minutes} minutes, and those are over.")


class GiverHasNotAgreed(Conflict):
    """Feedback is published whose giver has not agreed to that."""

    def __init__(self) -> None:
        super().__init__("Who gave you this has not agreed to its being published. Ask them first.")


class NotAnonymousHere(Conflict):
    """A question is asked anonymously where it would show who asked."""

    def __init__(self, least: int) -> None:
        super().__init__(
            f"Fewer than {least} people other than the speaker could have asked here, "
            "so that it would show who did. Ask with your name."
        )


class TrackNotForTheQuestion(Conflict):
    """A question is answered by a track that not everybody may hear who can read the question."""

    def __init__(self) -> None:
        super().__init__(
            "Not everybody who can read this question may hear this track. "
            "Choose the audience of what was asked about as its audience first."
        )


class TooManyAnswers(Conflict):
    """A question has as many answers as one may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"A question has {most} answers at most. Ask or answer anew.")


class NotGained(Conflict):
    """A playlist is to be gained of which too little was heard."""

    def __init__(self, percent: int, needed_percent: int) -> None:
        super().__init__(
            f"You have heard {percent} % of this playlist. From {needed_percent} % on it counts as gained."
        )


class TooManyConnections(Conflict):
    """A workspace or group has as many connections as one may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most} connections here, which is the most one may have.")


class PublicLinksForbidden(Conflict):
    """The workspace allows no public links."""

    def __init__(self) -> None:
        super().__init__("This workspace allows no public links. An admin can change that.")


class NotForThePublic(Conflict):
    """Nothing here may be shared by a public link."""

    def __init__(self) -> None:
        super().__init__("No speaker has agreed to a public link here. Each can, on the page of a track.")


class TooManyShares(Conflict):
    """A track or playlist has as many public links as one may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most} public links already, which is the most. Take one back first.")


class OwnWords(Conflict):
    """Somebody reports what they said themselves."""

    def __init__(self) -> None:
        super().__init__("This is your own. You can change it or take it back yourself.")


class NobodyToDecide(Conflict):
    """Something is reported that nobody but who said it, or nobody at all, looks after."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody else looks after this place, so a report would reach only who said it. "
            "Talk to them, or to somebody whom you trust."
        )


class ReportedByMany(Conflict):
    """As many people have reported something as are noted."""

    def __init__(self) -> None:
        super().__init__("Many have reported this already. It is waiting to be looked at.")


class ExportUnderWay(Conflict):
    """An export is started while another of the same things is being written."""

    def __init__(self) -> None:
        super().__init__("An export is being written already. Wait for it; it will be ready in a while.")


class BodyTooLarge(EarshotError):
    """The body is larger than any documented one."""

    STATUS_CODE = 413

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"A body may have {limit_bytes} bytes at most.")


class QuotaReached(EarshotError):
    """The member has done as much of this as one may in a day."""

    STATUS_CODE = 429

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self._retry_after_seconds = retry_after_seconds

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self._retry_after_seconds)}


class Unavailable(EarshotError):
    """AWS or the identity provider did not answer in time; asking again is right."""

    STATUS_CODE = 503

    def __init__(self) -> None:
        super().__init__("Earshot cannot answer right now. Nothing was lost; try again in a moment.")

    def headers(self) -> dict[str, str]:
        return {"Retry-After": "2"}
