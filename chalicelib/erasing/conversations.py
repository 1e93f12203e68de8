"""What somebody asked, answered, gave, was given and was thanked for.

Of an anonymous question only its asker's own note says who asked: the note is deleted, the question stays as
it is, and nothing links any more.
"""

from collections.abc import Iterator
from functools import partial

from pynamodb.transactions import TransactWrite

from chalicelib import aws
from chalicelib.conversations import answering
from chalicelib.conversations.feedback_models import Feedback, Given, Pair
from chalicelib.conversations.loop_models import Thanks
from chalicelib.conversations.question_models import Answer, Answered, Asked, Asking, Question
from chalicelib.erasing import rows
from chalicelib.erasing.work import Done, Erasing, nobody, repeat
from chalicelib.workspaces.models import Member

OF_NOTES = "#"
"""How what is no feedback begins where a feedback has its id."""


def questions(of: Erasing) -> Iterator[Done]:
    """Delete what nobody has answered; what somebody has stays and names nobody."""
    member = of.member
    for note in list(Asked.query(member.member_id, Asked.note.startswith(Asked.note_of("")))):
        repeat(partial(_unasked, member, note))
        yield Done(1)
    for answered in list(Answered.of_member(member.member_id)):
        keys = [(answered.question_id, answered.answer_id)]
        for given in Answer.batch_get(keys, consistent_read=True):
            answering.remove(given)
        yield from rows.delete([answered])
    yield from rows.delete(Asking.query(member.member_id))
    for waiting in list(Question.open_index.query(member.member_id)):
        question = Question(member.workspace_id, waiting.question_id)
        aws.updated(question, [Question.waits_for.remove()], Question.waits_for == member.member_id)
        yield Done(1)


def feedback(of: Erasing) -> Iterator[Done]:
    """Delete what they gave and what they were given, with the other one's note of it."""
    member = of.member
    for note in list(Given.query(member.member_id, Given.note.startswith(Given.note_of("")))):
        _forget(note.receiver_id, note.giver_id, note.feedback_id)
        yield Done(1)
    for received in list(Feedback.query(member.member_id, Feedback.feedback_id > f"{OF_NOTES}~")):
        _forget(member.member_id, received.giver_id, received.feedback_id)
        yield Done(1)
    yield from rows.delete(Pair.query(member.member_id))


def thanks(of: Erasing) -> Iterator[Done]:
    """Delete what they were sent."""
    member = of.member
    yield from rows.delete(Thanks.query(member.member_id))


def _unasked(member: Member, note: Asked) -> bool:
    question = aws.found(Question, member.workspace_id, note.question_id)
    own = Asked(member.member_id, note.note)
    if question is None or question.asker_id != member.member_id:
        own.delete()
        return True

    def fill(transaction: TransactWrite) -> None:
        there = Question(member.workspace_id, question.question_id)
        as_read = (Question.asker_id == member.member_id) & (Question.answers == question.answers)
        transaction.delete(own)
        if question.answers:
            transaction.update(there, actions=[Question.asker_id.set(nobody())], condition=as_read)
        else:
            transaction.delete(there, condition=as_read)

    return aws.written(fill)


def _forget(receiver_id: str, giver_id: str, feedback_id: str) -> None:
    def fill(transaction: TransactWrite) -> None:
        transaction.delete(Feedback(receiver_id, feedback_id))
        transaction.delete(Given(giver_id, Given.note_of(feedback_id)))
        transaction.delete(Pair(receiver_id, Pair.note_of(giver_id)))

    aws.written(fill)
