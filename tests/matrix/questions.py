"""Questions and their answers."""

import uuid

from chalicelib import times
from chalicelib.conversations import question_models
from chalicelib.conversations.question_models import Asked, Question, listed_at, place_of
from tests.matrix.feature import Bodies, Feature, Ids

TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
POST   /v1/workspaces/{workspace_id}/tracks/{track_id}/questions
                                                          401      404     404  404    201    201   201   201
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/questions
                                                          401      404     404  404    200    200   200   200
POST   /v1/workspaces/{workspace_id}/tracks/{my_track_id}/questions
                                                          401      404     404  404    404    404   201   404
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}/questions
                                                          401      404     404  404    404    404   200   404
POST   /v1/workspaces/{workspace_id}/groups/{group_id}/questions
                                                          401      404     404  404    404    201   201   404
GET    /v1/workspaces/{workspace_id}/groups/{group_id}/questions
                                                          401      404     404  404    404    200   200   404
GET    /v1/workspaces/{workspace_id}/groups/{my_group_id}/questions
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/questions            401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/open-questions       401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/questions/{question_id}
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/questions/{my_question_id}
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/questions/{question_id}
                                                          401      404     404  404    404    404   204   404
POST   /v1/workspaces/{workspace_id}/questions/{question_id}/answers
                                                          401      404     404  404    201    201   201   201
POST   /v1/workspaces/{workspace_id}/questions/{my_question_id}/answers
                                                          401      404     404  404    404    404   201   404
DELETE /v1/workspaces/{workspace_id}/questions/{question_id}/answers/{answer_id}
                                                          401      404     404  404    404    404   204   404
PUT    /v1/workspaces/{workspace_id}/questions/{question_id}/answers/{answer_id}/helped
                                                          401      404     404  404    404    404   200   404
POST   /v1/workspaces/{workspace_id}/questions/{question_id}/answers/{answer_id}/entries
                                                          401      404     404  404    404    404   201   404
"""

BODIES: Bodies = {
    ("POST", "/v1/workspaces/{workspace_id}/tracks/{track_id}/questions"): {"text": "Why?", "at_ms": 500},
    ("POST", "/v1/workspaces/{workspace_id}/groups/{group_id}/questions"): {"text": "Why?"},
    ("POST", "/v1/workspaces/{workspace_id}/questions/{question_id}/answers"): {"text": "Because."},
    ("PUT", "/v1/workspaces/{workspace_id}/questions/{question_id}/answers/{answer_id}/helped"): {},
    ("POST", "/v1/workspaces/{workspace_id}/questions/{question_id}/answers/{answer_id}/entries"): {
        "playlist_id": "{playlist_id}"
    },
}

SAME_ROUTE = {
    "{my_question_id}": "{question_id}",
}


def things(ids: Ids) -> dict[str, str]:
    """A question of the owner's for everybody, with an answer, and one in their own group."""
    workspace_id, owner_id = ids["workspace_id"], ids["member_id"]
    question = asked_by(owner_id, workspace_id, f"w#{workspace_id}", track_id=ids["track_id"])
    in_group = asked_by(owner_id, workspace_id, f"g#{ids['my_group_id']}", group_id=ids["my_group_id"])
    return {
        "question_id": question.question_id,
        "my_question_id": in_group.question_id,
        "answer_id": answered_by(owner_id, question, ids["track_id"]),
    }


def asked_by(
    asker_id: str,
    workspace_id: str,
    audience_key: str,
    *,
    track_id: str | None = None,
    group_id: str | None = None,
) -> Question:
    """A question that was asked by name, about a track or in a group."""
    question_id, now = str(uuid.uuid4()), times.now()
    question = Question(
        workspace_id,
        question_id,
        audience_key=audience_key,
        track_id=track_id,
        group_id=group_id,
        text="Why?",
        asked_on=now.date().isoformat(),
        asker_id=asker_id,
        asked_at=now,
        status="published",
        listed_in=place_of(track_id, group_id),
        listed_as=listed_at(now, question_id),
        waits_for=asker_id,
    )
    question.save()
    Asked(
        asker_id,
        Asked.note_of(question_id),
        workspace_id=workspace_id,
        question_id=question_id,
        listed_as=question.listed_as,
    ).save()
    return question


def answered_by(answerer_id: str, question: Question, track_id: str) -> str:
    """The id of an answer with this track."""
    answer = question_models.Answer(
        question.question_id,
        str(uuid.uuid4()),
        workspace_id=question.workspace_id,
        answerer_id=answerer_id,
        answered_at=times.now(),
        track_id=track_id,
    )
    answer.save()
    question.update(actions=[Question.answers.add(1)])
    return str(answer.answer_id)


FEATURE = Feature(TABLE, bodies=BODIES, same_route=SAME_ROUTE, things=things)
