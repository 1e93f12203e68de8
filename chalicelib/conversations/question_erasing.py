"""What was asked and answered about a track goes with it."""

from pynamodb.transactions import TransactWrite

from chalicelib import aws
from chalicelib.activity.models import Activity
from chalicelib.conversations import answering
from chalicelib.conversations.question_models import Answer, Asked, Question, place_of


def erase(activity: Activity) -> None:
    """Erase what was published about a track, after a ``track_taken_back`` activity.

    What waits to be published is withheld then. Of an anonymous question only its asker knows that it was
    theirs: their own note of it stays, and finds nothing any more.
    """
    for question in Question.of_place(place_of(activity.track_id, None)):
        for given in Answer.of_question(question.question_id):
            answering.remove(given)
        _erase(question)


def _erase(question: Question) -> None:
    def fill(transaction: TransactWrite) -> None:
        transaction.delete(Question(question.workspace_id, question.question_id))
        if question.asker_id is not None:
            transaction.delete(Asked(question.asker_id, Asked.note_of(question.question_id)))

    aws.written(fill)
