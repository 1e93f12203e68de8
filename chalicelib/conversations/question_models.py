"""Questions and their answers.

Access patterns:

- one question: `Question` by workspace and question; who may read it is the audience that it carries
- what was asked about a track or in a group, newest first: `Question.of_place`
- what nobody has answered yet, by whom it is for, newest first: `Question.open_for`
- the anonymous questions of one place and day that wait to be published together: `Question.waiting`
- what was published to an audience, for its export: `Question.published_to`
- the answers to a question, first one first: `Answer.of_question`
- what a member asked and answered, in their own partition: `Asked.of_member`, `Asked`, `Asking`,
  `Answered.of_member`
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.pagination import ResultIterator

from chalicelib import settings
from chalicelib.aws import TableMeta
from chalicelib.tracks.models import Hidden

LONGEST_QUESTION: Final = 600
LONGEST_ANSWER: Final = 2000
"""Characters."""

MOST_ANSWERS: Final = 50
"""To one question."""

MOST_QUESTIONS_A_DAY: Final = 30
MOST_ANSWERS_A_DAY: Final = 100
"""Of one member."""

OF_TWO: Final = "m#"
"""How the audience of what only two people hear begins: a speaker and their mentor."""


class PlaceIndex(GlobalSecondaryIndex["Question"]):
    """Questions by where they can be read."""

    class Meta:
        index_name = "place"
        projection = AllProjection()

    listed_in = UnicodeAttribute(hash_key=True)
    listed_as = UnicodeAttribute(range_key=True)


class OpenIndex(GlobalSecondaryIndex["Question"]):
    """Questions that nobody has answered, by whose answer is waited for."""

    class Meta:
        index_name = "open"
        projection = AllProjection()

    waits_for = UnicodeAttribute(hash_key=True)
    listed_as = UnicodeAttribute(range_key=True)


class Question(Model):
    """Something asked at a moment of a track or in a group, for those who could read it there then.

    An anonymous one has no asker, no time but a day, and an id that is random throughout. ``helped_hash`` is
    of the token by which whoever asked can say what helped. ``listed_in`` is its place once it is published,
    what it waits for until then, and nothing where it is withheld. ``waits_for`` is who speaks in the track,
    or the mentor whose group it is, until somebody has answered.
    """

    class Meta(TableMeta):
        table_name = settings.table("questions")

    workspace_id = UnicodeAttribute(hash_key=True)
    question_id = UnicodeAttribute(range_key=True)
    audience_key = UnicodeAttribute()
    track_id = UnicodeAttribute(null=True)
    revision = NumberAttribute(null=True)
    at_ms = NumberAttribute(null=True)
    group_id = UnicodeAttribute(null=True)
    text = UnicodeAttribute()
    asked_on = UnicodeAttribute()
    asker_id = UnicodeAttribute(null=True)
    asked_at = UTCDateTimeAttribute(null=True)
    helped_hash = UnicodeAttribute(null=True)
    status = UnicodeAttribute()
    answers = NumberAttribute(default=0)
    listed_in = UnicodeAttribute(null=True)
    listed_as = UnicodeAttribute()
    waits_for = UnicodeAttribute(null=True)

    place_index = PlaceIndex()
    open_index = OpenIndex()

    @classmethod
    def of_place(
        cls,
        place: str,
        readable: Condition | None = None,
        *,
        limit: int | None = None,
        after: dict[str, Any] | None = None,
    ) -> ResultIterator["Question"]:
        """What was published in a place and of which this condition holds, newest first."""
        return cls.place_index.query(
            place,
            filter_condition=readable,
            scan_index_forward=False,
            limit=limit,
            last_evaluated_key=after,
        )

    @classmethod
    def open_for(
        cls, member_id: str, *, limit: int, after: dict[str, Any] | None
    ) -> ResultIterator["Question"]:
        """What waits for a member's answer, newest first."""
        return cls.open_index.query(
            member_id, scan_index_forward=False, limit=limit, last_evaluated_key=after
        )

    @classmethod
    def waiting(cls, round_: str) -> list["Question"]:
        """What waits to be published together."""
        return list(cls.place_index.query(waiting_in(round_)))

    @classmethod
    def published_to(cls, workspace_id: str, audience_key: str) -> ResultIterator["Question"]:
        """What was published to an audience, by id: all of a workspace's is read for it."""
        return cls.query(
            workspace_id,
            filter_condition=(cls.audience_key == audience_key) & (cls.status == "published"),
        )

    @property
    def place(self) -> str:
        """Where it was asked."""
        return place_of(self.track_id, self.group_id)

    @property
    def is_published(self) -> bool:
        return self.status == "published"

    @property
    def is_anonymous(self) -> bool:
        return self.asker_id is None


class Answer(Model):
    """What somebody answered: a text, or a track of theirs."""

    class Meta(TableMeta):
        table_name = settings.table("answers")

    question_id = UnicodeAttribute(hash_key=True)
    answer_id = UnicodeAttribute(range_key=True)
    workspace_id = UnicodeAttribute()
    answerer_id = UnicodeAttribute()
    answered_at = UTCDateTimeAttribute()
    text = UnicodeAttribute(null=True)
    track_id = UnicodeAttribute(null=True)
    helped = BooleanAttribute(default=False)
    hidden = Hidden(null=True)

    @classmethod
    def of_question(cls, question_id: str) -> list["Answer"]:
        """The answers to a question, first one first, as of now."""
        found = cls.query(question_id, consistent_read=True)
        return sorted(found, key=lambda answer: (answer.answered_at, answer.answer_id))


class AskedIndex(GlobalSecondaryIndex["Asked"]):
    """What somebody asked, by when."""

    class Meta:
        index_name = "asked"
        projection = AllProjection()

    member_id = UnicodeAttribute(hash_key=True)
    listed_as = UnicodeAttribute(range_key=True)


class Asked(Model):
    """That a member has asked a question, in their own partition.

    For an anonymous one nothing else says so; ``token`` says what helped.
    """

    class Meta(TableMeta):
        table_name = settings.table("written")

    member_id = UnicodeAttribute(hash_key=True)
    note = UnicodeAttribute(range_key=True)
    workspace_id = UnicodeAttribute()
    question_id = UnicodeAttribute()
    listed_as = UnicodeAttribute()
    token = UnicodeAttribute(null=True)

    asked = AskedIndex()

    @staticmethod
    def note_of(question_id: str) -> str:
        """Where it stands."""
        return f"question#{question_id}"

    @classmethod
    def of_member(
        cls, member_id: str, *, limit: int, after: dict[str, Any] | None
    ) -> ResultIterator["Asked"]:
        """What a member has asked, newest first."""
        return cls.asked.query(member_id, scan_index_forward=False, limit=limit, last_evaluated_key=after)


class Asking(Model):
    """Which anonymous question a member has asked under an idempotency key, in their own partition."""

    class Meta(TableMeta):
        table_name = settings.table("written")

    member_id = UnicodeAttribute(hash_key=True)
    note = UnicodeAttribute(range_key=True)
    question_id = UnicodeAttribute()

    @staticmethod
    def note_of(key: str) -> str:
        """Where it stands."""
        return f"asking#{key}"


class Answered(Model):
    """That a member has answered, in their own partition."""

    class Meta(TableMeta):
        table_name = settings.table("written")

    member_id = UnicodeAttribute(hash_key=True)
    note = UnicodeAttribute(range_key=True)
    workspace_id = UnicodeAttribute()
    question_id = UnicodeAttribute()

    @staticmethod
    def note_of(answer_id: str) -> str:
        """Where it stands."""
        return f"answer#{answer_id}"

    @classmethod
    def of_member(cls, member_id: str) -> ResultIterator["Answered"]:
        """What a member has answered."""
        return cls.query(member_id, cls.note.startswith(cls.note_of("")))

    @property
    def answer_id(self) -> str:
        return str(self.note.removeprefix(self.note_of("")))


def place_of(track_id: str | None, group_id: str | None) -> str:
    """Where something is asked: about a track or in a group."""
    return f"t#{track_id}" if group_id is None else f"g#{group_id}"


def waiting_in(round_: str) -> str:
    """Where questions are listed that wait to be published together."""
    return f"waiting#{round_}"


def round_of(place: str, day: date) -> str:
    """What is published together: what was asked anonymously in one place on one day."""
    return f"{place}#{day.isoformat()}"


def listed_at(moment: datetime, question_id: str) -> str:
    """How a question is sorted that was asked at this moment."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}#{question_id}"


def listed_on(day: date, question_id: str) -> str:
    """How a question is sorted of which only the day is told: before that day's others, by its random id."""
    return f"{day.isoformat()}#{question_id}"


def readable_by(audience_keys: Collection[str], *, speaks: bool) -> Condition:
    """That a question is for one of these audiences; or for two, where the caller speaks in its track."""
    condition: Condition = Question.audience_key.is_in(*audience_keys)
    return condition | Question.audience_key.startswith(OF_TWO) if speaks else condition
