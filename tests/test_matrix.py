"""Every route × everybody who may call it, with what each of them gets.

To add a route, add a line to `TABLE`; give it a line in `BODIES` where it takes a body and in `QUERIES`
where it needs a query, and teach `made` the ids in its path. A route that is not in the table fails here.

What somebody may not see is 404, to the letter the answer for what does not exist: for every 404 in the
table the same call is made with unknown ids, and the two answers must be the same.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from moto import mock_aws

from chalicelib import aws, settings, times
from chalicelib.announcements.models import Connection, Secret
from chalicelib.auth import audience, membership, session
from chalicelib.auth.caller import PUBLIC, Caller
from chalicelib.conversations import question_models
from chalicelib.conversations.feedback_models import Door, Feedback, Given
from chalicelib.conversations.loop_models import Shown, Thanks
from chalicelib.conversations.question_models import Asked, Question, listed_at, place_of
from chalicelib.digests import unsubscribing
from chalicelib.exports.models import Export
from chalicelib.groups.models import Group, Round, Wish
from chalicelib.playlists.assignment_models import Assignment
from chalicelib.playlists.models import Entry, Playlist
from chalicelib.progress.models import Progress
from chalicelib.reports.models import Case
from chalicelib.sharing.addresses import hash_of
from chalicelib.sharing.feed_models import Feed
from chalicelib.sharing.models import Kind, Share, key_of
from chalicelib.tracks.models import Consent, Revision, Track, Transcript
from chalicelib.workspaces import members
from chalicelib.workspaces.models import Invitation, Member, Mentorship, Workspace
from tests import wire
from tests.environment import listener, provider
from tests.world import Answer, Moment, Person, World

# nobody    without a session or a token
# stranger  the admin of another workspace
# invited   was invited to this one and has not accepted
# gone      was a member and is deactivated
# member    a colleague
# fellow    belongs to the owner's group, and is the owner's mentor
# owner     the member whose track, profile, group or thing it is; no admin
# admin     an admin who owns none of it; a link that its owner has taken back is gone when they come
#
# Of the podcast feeds that the table speaks of everybody has their own; only the owner has made one.
TABLE = """
method path                                            nobody stranger invited gone member fellow owner admin
GET    /                                                  200      200     200  200    200    200   200   200
GET    /openapi.json                                      200      200     200  200    200    200   200   200
GET    /settings.json                                     200      200     200  200    200    200   200   200
GET    /signin                                            303      303     303  303    303    303   303   303
GET    /signin/callback                                   400      400     400  400    400    400   400   400
POST   /signout                                           204      204     204  204    204    204   204   204
GET    /static/{name}                                     200      200     200  200    200    200   200   200
GET    /sw.js                                             200      200     200  200    200    200   200   200
GET    /s/{token}                                         200      200     200  200    200    200   200   200
GET    /s/{token}/content                                 200      200     200  200    200    200   200   200
GET    /s/{token}/tracks/{track_id}/audio                 200      200     200  200    200    200   200   200
GET    /s/{token}/tracks/{track_id}/transcript            200      200     200  200    200    200   200   200
POST   /s/{token}/visits                                  204      204     204  204    204    204   204   204
GET    /embed/{token}                                     200      200     200  200    200    200   200   200
GET    /feeds/{lists_token}                               200      200     200  200    200    200   200   200
HEAD   /feeds/{lists_token}                               200      200     200  200    200    200   200   200
GET    /feeds/{lists_token}/{track_id}/{file}             302      302     302  302    302    302   302   302
HEAD   /feeds/{lists_token}/{track_id}/{file}             302      302     302  302    302    302   302   302
GET    /u/{mails_token}                                   200      200     200  200    200    200   200   200
POST   /u/{mails_token}                                   200      200     200  200    200    200   200   200
GET    /v1/me                                             401      200     200  200    200    200   200   200
POST   /v1/workspaces                                     401      201     201  201    201    201   201   201
GET    /v1/workspaces/{workspace_id}                      401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}                      401      404     404  404    404    404   404   200
POST   /v1/workspaces/{workspace_id}/closing              401      404     404  404    404    404   404   202
DELETE /v1/workspaces/{workspace_id}/closing              401      404     404  404    404    404   404   200
GET    /v1/workspaces/{workspace_id}/members              401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/departments          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/members/{member_id}
                                                          401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}/members/{member_id}
                                                          401      404     404  404    404    404   200   200
DELETE /v1/workspaces/{workspace_id}/members/{member_id}/sessions
                                                          401      404     404  404    404    404   204   204
GET    /v1/workspaces/{workspace_id}/playback             401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}/playback             401      404     404  404    200    200   200   200
POST   /v1/workspaces/{workspace_id}/members/{member_id}/erasure
                                                          401      404     404  404    404    404   202   409
POST   /v1/workspaces/{workspace_id}/invitations          401      404     404  404    404    404   404   201
POST   /v1/workspaces/{workspace_id}/invitations/check    401      404     404  404    404    404   404   200
GET    /v1/workspaces/{workspace_id}/invitations          401      404     404  404    404    404   404   200
DELETE /v1/workspaces/{workspace_id}/invitations/{invitation_id}
                                                          401      404     404  404    404    404   404   204
POST   /v1/workspaces/{workspace_id}/invitations/accept
                                                          401      404     201  404    201    201   201   201
GET    /v1/workspaces/{workspace_id}/activity             401      404     404  404    200    200   200   200
POST   /v1/workspaces/{workspace_id}/tracks               401      404     404  404    201    201   201   201
GET    /v1/workspaces/{workspace_id}/tracks               401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}    401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}/tracks/{track_id}    401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/tracks/{track_id}    401      404     404  404    404    404   204   404
POST   /v1/workspaces/{workspace_id}/tracks/{track_id}/uploads
                                                          401      404     404  404    404    404   201   404
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/audio
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/transcript
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}/transcript
                                                          401      404     404  404    404    404   200   404
PUT    /v1/workspaces/{workspace_id}/tracks/{track_id}/transcript
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/tracks/{track_id}/transcript
                                                          401      404     404  404    404    404   204   404
PUT    /v1/workspaces/{workspace_id}/tracks/{track_id}/chapters
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/reach
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/reviews              401      404     404  404    200    200   200   200
PUT    /v1/workspaces/{workspace_id}/tracks/{track_id}/review
                                                          401      404     404  404    404    404   200   404
PUT    /v1/workspaces/{workspace_id}/tracks/{track_id}/still-true
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/tracks/{retired_id}/retirement
                                                          401      404     404  404    200    200   200   200
PUT    /v1/workspaces/{workspace_id}/tracks/{track_id}/retirement
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/tracks/{retired_id}/retirement
                                                          401      404     404  404    404    404   204   404
GET    /v1/workspaces/{workspace_id}/tracks/{retired_id}/audio
                                                          401      404     404  404    409    409   200   409
GET    /v1/workspaces/{workspace_id}/tracks/{retired_id}/transcript
                                                          401      404     404  404    409    409   200   409
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/revisions
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}/revisions
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/revisions/1/audio
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}/revisions/1/audio
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/tracks/{anew_id}/revisions/1/audio
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/tracks/{anew_id}/revisions/1
                                                          401      404     404  404    404    404   204   404
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}/audio
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/progress             401      404     404  404    200    200   200   200
POST   /v1/workspaces/{workspace_id}/progress             401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/progress/{track_id}
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/progress/{my_track_id}
                                                          401      404     404  404    404    404   200   404
PUT    /v1/workspaces/{workspace_id}/progress/{track_id}/completion
                                                          401      404     404  404    200    200   200   200
PUT    /v1/workspaces/{workspace_id}/progress/{my_track_id}/completion
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/progress/{track_id}/completion
                                                          401      404     404  404    204    204   204   204
GET    /v1/workspaces/{workspace_id}/recent               401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/search               401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/search/transcripts   401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/library              401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/library/choices      401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/home                 401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/inbox                401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/inbox/unread         401      404     404  404    200    200   200   200
POST   /v1/workspaces/{workspace_id}/inbox/read           401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/welcoming            401      404     404  404    404    404   404   200
PUT    /v1/workspaces/{workspace_id}/welcoming/{playlist_id}
                                                          401      404     404  404    404    404   404   204
DELETE /v1/workspaces/{workspace_id}/welcoming/{playlist_id}
                                                          401      404     404  404    404    404   404   204
GET    /v1/workspaces/{workspace_id}/assigned             401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}/assigned/{playlist_id}
                                                          401      404     404  404    404    404   200   404
POST   /v1/workspaces/{workspace_id}/playlists/{playlist_id}/assignments
                                                          401      404     404  404    404    204   204   204
POST   /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/assignments
                                                          401      404     404  404    404    404   204   404
GET    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/assignments
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/assignments
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/playlists/{playlist_id}/assignments/{member_id}
                                                          401      404     404  404    404    204   204   204
POST   /v1/workspaces/{workspace_id}/playlists            401      404     404  404    201    201   201   201
GET    /v1/workspaces/{workspace_id}/playlists            401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/playlists/{playlist_id}
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}
                                                          401      404     404  404    404    404   200   404
PATCH  /v1/workspaces/{workspace_id}/playlists/{playlist_id}
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/playlists/{playlist_id}
                                                          401      404     404  404    404    404   204   404
POST   /v1/workspaces/{workspace_id}/playlists/{playlist_id}/entries
                                                          401      404     404  404    404    404   201   404
PATCH  /v1/workspaces/{workspace_id}/playlists/{playlist_id}/entries/{entry_id}
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/playlists/{playlist_id}/entries/{entry_id}
                                                          401      404     404  404    404    404   204   404
PUT    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/following
                                                          401      404     404  404    200    200   200   200
PUT    /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/following
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/playlists/{playlist_id}/following
                                                          401      404     404  404    204    204   204   204
DELETE /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/following
                                                          401      404     404  404    404    404   204   404
POST   /v1/workspaces/{workspace_id}/playlists/{playlist_id}/seen
                                                          401      404     404  404    200    200   200   200
POST   /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/seen
                                                          401      404     404  404    404    404   200   404
POST   /v1/workspaces/{workspace_id}/groups               401      404     404  404    201    201   201   201
GET    /v1/workspaces/{workspace_id}/groups               401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/offers               401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/groups/{group_id}    401      404     404  404    404    200   200   404
GET    /v1/workspaces/{workspace_id}/groups/{my_group_id}
                                                          401      404     404  404    404    404   200   404
PATCH  /v1/workspaces/{workspace_id}/groups/{group_id}    401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/groups/{group_id}/suggestions
                                                          401      404     404  404    404    200   200   404
POST   /v1/workspaces/{workspace_id}/groups/{group_id}/invitations
                                                          401      404     404  404    404    201   201   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/invitations/{invited_id}
                                                          401      404     404  404    404    404   204   404
POST   /v1/workspaces/{workspace_id}/groups/{group_id}/members
                                                          401      404     404  404    404    201   201   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/members/{member_id}
                                                          401      404     404  404    404    404   204   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/members/{fellow_id}
                                                          401      404     404  404    404    204   404   404
PUT    /v1/workspaces/{workspace_id}/groups/{group_id}/check-ins
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/check-ins
                                                          401      404     404  404    404    404   204   404
PUT    /v1/workspaces/{workspace_id}/groups/{group_id}/snooze
                                                          401      404     404  404    404    200   200   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/snooze
                                                          401      404     404  404    404    204   204   404
POST   /v1/workspaces/{workspace_id}/groups/{group_id}/topics
                                                          401      404     404  404    404    201   201   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/topics/{topic_id}
                                                          401      404     404  404    404    404   204   404
PUT    /v1/workspaces/{workspace_id}/groups/{group_id}/topics/{topic_id}/vote
                                                          401      404     404  404    404    204   204   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/topics/{topic_id}/vote
                                                          401      404     404  404    404    204   204   404
GET    /v1/workspaces/{workspace_id}/groups/{group_id}/rounds
                                                          401      404     404  404    404    200   200   404
GET    /v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}
                                                          401      404     404  404    404    200   200   404
PUT    /v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}/contribution
                                                          401      404     404  404    404    200   200   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}/contribution
                                                          401      404     404  404    404    204   204   404
PUT    /v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}/absence
                                                          401      404     404  404    404    200   200   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}/absence
                                                          401      404     404  404    404    204   204   404
GET    /v1/workspaces/{workspace_id}/members/{member_id}/mentor
                                                          401      404     404  404    404    200   200   200
PUT    /v1/workspaces/{workspace_id}/members/{member_id}/mentor
                                                          401      404     404  404    404    200   404   200
DELETE /v1/workspaces/{workspace_id}/members/{member_id}/mentor
                                                          401      404     404  404    404    204   204   204
GET    /v1/workspaces/{workspace_id}/members/{member_id}/mentor/suggestions
                                                          401      404     404  404    404    404   404   200
PUT    /v1/workspaces/{workspace_id}/tracks/{track_id}/feedback-door
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/feedback-door
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}/feedback-door
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/tracks/{track_id}/feedback-door
                                                          401      404     404  404    404    404   204   404
PUT    /v1/workspaces/{workspace_id}/groups/{group_id}/feedback-door
                                                          401      404     404  404    404    200   200   404
GET    /v1/workspaces/{workspace_id}/groups/{group_id}/feedback-door
                                                          401      404     404  404    404    200   200   404
DELETE /v1/workspaces/{workspace_id}/groups/{group_id}/feedback-door
                                                          401      404     404  404    404    204   204   404
POST   /v1/workspaces/{workspace_id}/tracks/{track_id}/feedback
                                                          401      404     404  404    201    201   409   201
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/feedback
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}/feedback
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/feedback/{feedback_id}/audio
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/feedback             401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}/feedback/{feedback_id}
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/feedback/{feedback_id}/audio
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/given-feedback       401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}/given-feedback/{given_id}
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/given-feedback/{given_id}
                                                          401      404     404  404    404    404   204   404
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
GET    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/loop
                                                          401      404     404  404    404    404   200   404
PUT    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/gain
                                                          401      404     404  404    409    409   200   409
PUT    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/application
                                                          401      404     404  404    200    200   200   200
PUT    /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/loop/application
                                                          401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/application
                                                          401      404     404  404    204    204   204   204
PUT    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/reflection
                                                          401      404     404  404    200    200   200   200
DELETE /v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/reflection
                                                          401      404     404  404    204    204   204   204
PUT    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/use
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/loops
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/loops/mentor
                                                          401      404     404  404    200    200   200   200
PUT    /v1/workspaces/{workspace_id}/loops/mentor
                                                          401      404     404  404    409    409   200   409
DELETE /v1/workspaces/{workspace_id}/loops/mentor
                                                          401      404     404  404    204    204   204   204
GET    /v1/workspaces/{workspace_id}/members/{member_id}/loops
                                                          401      404     404  404    404    200   200   404
PUT    /v1/workspaces/{workspace_id}/tracks/{track_id}/thanks
                                                          401      404     404  404    204    204   409   204
GET    /v1/workspaces/{workspace_id}/thanks
                                                          401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/thanks/{thanks_id}/audio
                                                          401      404     404  404    404    404   200   404
POST   /v1/workspaces/{workspace_id}/reports              401      404     404  404    201    201   409   201
GET    /v1/workspaces/{workspace_id}/reports              401      404     404  404    404    404   404   200
GET    /v1/workspaces/{workspace_id}/sent-reports         401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/reports/{report_id}
                                                          401      404     404  404    404    404   404   200
GET    /v1/workspaces/{workspace_id}/reports/{groups_report_id}
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/reports/{report_id}/audio
                                                          401      404     404  404    404    404   404   200
PUT    /v1/workspaces/{workspace_id}/reports/{report_id}/decision
                                                          401      404     404  404    404    404   404   200
PUT    /v1/workspaces/{workspace_id}/reports/{groups_report_id}/decision
                                                          401      404     404  404    404    404   200   404
GET    /v1/workspaces/{workspace_id}/beginning            401      404     404  404    200    200   200   200
GET    /v1/workspaces/{workspace_id}/connections          401      404     404  404    404    404   404   200
POST   /v1/workspaces/{workspace_id}/connections          401      404     404  404    404    404   404   201
GET    /v1/workspaces/{workspace_id}/groups/{group_id}/connections
                                                          401      404     404  404    404    200   200   404
POST   /v1/workspaces/{workspace_id}/groups/{group_id}/connections
                                                          401      404     404  404    404    201   201   404
PATCH  /v1/workspaces/{workspace_id}/connections/{connection_id}
                                                          401      404     404  404    404    404   404   200
PATCH  /v1/workspaces/{workspace_id}/connections/{groups_connection_id}
                                                          401      404     404  404    404    200   200   404
DELETE /v1/workspaces/{workspace_id}/connections/{connection_id}
                                                          401      404     404  404    404    404   404   204
DELETE /v1/workspaces/{workspace_id}/connections/{groups_connection_id}
                                                          401      404     404  404    404    204   404   404
POST   /v1/workspaces/{workspace_id}/connections/{connection_id}/test
                                                          401      404     404  404    404    404   404   200
POST   /v1/workspaces/{workspace_id}/connections/{groups_connection_id}/test
                                                          401      404     404  404    404    200   429   404
GET    /v1/workspaces/{workspace_id}/tracks/{track_id}/shares
                                                          401      404     404  404    404    404   200   200
GET    /v1/workspaces/{workspace_id}/tracks/{my_track_id}/shares
                                                          401      404     404  404    404    404   200   404
POST   /v1/workspaces/{workspace_id}/tracks/{track_id}/shares
                                                          401      404     404  404    404    404   201   201
DELETE /v1/workspaces/{workspace_id}/tracks/{track_id}/shares/{share_id}
                                                          401      404     404  404    404    404   204   404
GET    /v1/workspaces/{workspace_id}/playlists/{playlist_id}/shares
                                                          401      404     404  404    404    404   200   200
GET    /v1/workspaces/{workspace_id}/playlists/{my_playlist_id}/shares
                                                          401      404     404  404    404    404   200   404
POST   /v1/workspaces/{workspace_id}/playlists/{playlist_id}/shares
                                                          401      404     404  404    404    404   201   201
DELETE /v1/workspaces/{workspace_id}/playlists/{playlist_id}/shares/{playlists_share_id}
                                                          401      404     404  404    404    404   204   404
GET    /v1/workspaces/{workspace_id}/feed                 401      404     404  404    200    200   200   200
POST   /v1/workspaces/{workspace_id}/feed                 401      404     404  404    201    201   201   201
PATCH  /v1/workspaces/{workspace_id}/feed                 401      404     404  404    404    404   200   404
DELETE /v1/workspaces/{workspace_id}/feed                 401      404     404  404    204    204   204   204
GET    /v1/workspaces/{workspace_id}/mails                401      404     404  404    200    200   200   200
PATCH  /v1/workspaces/{workspace_id}/mails                401      404     404  404    200    200   200   200
POST   /v1/workspaces/{workspace_id}/mails/digest         401      404     404  404    202    202   202   202
GET    /v1/workspaces/{workspace_id}/exports              401      404     404  404    404    404   404   200
POST   /v1/workspaces/{workspace_id}/exports              401      404     404  404    404    404   404   201
GET    /v1/workspaces/{workspace_id}/exports/{export_id}/file
                                                          401      404     404  404    404    404   404   200
GET    /v1/workspaces/{workspace_id}/groups/{group_id}/exports
                                                          401      404     404  404    404    200   200   404
GET    /v1/workspaces/{workspace_id}/groups/{my_group_id}/exports
                                                          401      404     404  404    404    404   200   404
POST   /v1/workspaces/{workspace_id}/groups/{group_id}/exports
                                                          401      404     404  404    404    201   409   404
GET    /v1/workspaces/{workspace_id}/groups/{group_id}/exports/{groups_export_id}/file
                                                          401      404     404  404    404    200   200   404
GET    /v1/workspaces/{workspace_id}/members/{member_id}/exports
                                                          401      404     404  404    404    404   200   404
POST   /v1/workspaces/{workspace_id}/members/{member_id}/exports
                                                          401      404     404  404    404    404   201   404
GET    /v1/workspaces/{workspace_id}/members/{member_id}/exports/{own_export_id}/file
                                                          401      404     404  404    404    404   200   404
"""

HOOK = {"kind": "webhook", "name": "Our wall", "url": "https://acme.example/hook"}
FILE = {"content_type": "audio/mpeg", "size_bytes": 1000}
HEARD = {
    "track_id": "{track_id}",
    "revision": 1,
    "session_id": str(uuid.uuid4()),
    "sequence": 1,
    "effective_at": times.now().isoformat(),
    "kind": "pause",
    "position_ms": 500,
    "segments": [[0, 500]],
    "rate": 1.0,
    "wall_ms": 500,
}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/v1/workspaces"): {"name": "Another"},
    ("PATCH", "/v1/workspaces/{workspace_id}"): {"name": "Renamed"},
    ("POST", "/v1/workspaces/{workspace_id}/closing"): {"name": "Acme"},
    ("PATCH", "/v1/workspaces/{workspace_id}/members/{member_id}"): {"title": "Engineer"},
    ("PATCH", "/v1/workspaces/{workspace_id}/playback"): {"rate": 1.5},
    ("POST", "/v1/workspaces/{workspace_id}/members/{member_id}/erasure"): {"name": "Somebody"},
    ("POST", "/v1/workspaces/{workspace_id}/invitations"): {"emails": ["new@acme.example"]},
    ("POST", "/v1/workspaces/{workspace_id}/invitations/check"): {"emails": ["new@acme.example"]},
    ("POST", "/v1/workspaces/{workspace_id}/invitations/accept"): {},
    ("POST", "/v1/workspaces/{workspace_id}/tracks"): {"title": "A pitch"} | FILE,
    ("PATCH", "/v1/workspaces/{workspace_id}/tracks/{track_id}"): {"title": "Another"},
    ("PUT", "/v1/workspaces/{workspace_id}/tracks/{track_id}/review"): {
        "review_on": (times.now() + timedelta(days=40)).date().isoformat()
    },
    ("PUT", "/v1/workspaces/{workspace_id}/tracks/{track_id}/retirement"): {},
    ("POST", "/v1/workspaces/{workspace_id}/tracks/{track_id}/uploads"): FILE,
    ("PUT", "/v1/workspaces/{workspace_id}/tracks/{track_id}/transcript"): {"text": "Ask first."},
    ("PUT", "/v1/workspaces/{workspace_id}/tracks/{track_id}/chapters"): {
        "chapters": [{"at_ms": 0, "title": "Asking"}]
    },
    ("POST", "/v1/workspaces/{workspace_id}/progress"): {"events": [HEARD]},
    ("PUT", "/v1/workspaces/{workspace_id}/progress/{track_id}/completion"): {
        "revision": 1,
        "source": "self_declared",
    },
    ("POST", "/v1/workspaces/{workspace_id}/playlists"): {"title": "How to sell"},
    ("PATCH", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}"): {"title": "Another"},
    ("POST", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/entries"): {"track_id": "{track_id}"},
    ("PATCH", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/entries/{entry_id}"): {"note": "Why"},
    ("POST", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/seen"): {},
    ("POST", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/assignments"): {
        "member_ids": ["{member_id}"]
    },
    ("PATCH", "/v1/workspaces/{workspace_id}/assigned/{playlist_id}"): {"put_away": True},
    ("POST", "/v1/workspaces/{workspace_id}/inbox/read"): {"until": "{track_id}"},
    ("POST", "/v1/workspaces/{workspace_id}/groups"): {"kind": "circle", "purpose": "Selling better"},
    ("PATCH", "/v1/workspaces/{workspace_id}/groups/{group_id}"): {"purpose": "Selling more"},
    ("POST", "/v1/workspaces/{workspace_id}/groups/{group_id}/invitations"): {"member_ids": ["{free_id}"]},
    ("POST", "/v1/workspaces/{workspace_id}/groups/{group_id}/members"): {},
    ("PUT", "/v1/workspaces/{workspace_id}/groups/{group_id}/check-ins"): {
        "every": "weekly",
        "time_zone": "UTC",
    },
    ("PUT", "/v1/workspaces/{workspace_id}/groups/{group_id}/snooze"): {
        "until": (times.now() + timedelta(days=2)).date().isoformat()
    },
    ("POST", "/v1/workspaces/{workspace_id}/groups/{group_id}/topics"): {"text": "Cold calls"},
    ("PUT", "/v1/workspaces/{workspace_id}/groups/{group_id}/rounds/{round_id}/contribution"): {
        "text": "I tried it."
    },
    ("PUT", "/v1/workspaces/{workspace_id}/tracks/{track_id}/feedback-door"): {"about": "The opening"},
    ("POST", "/v1/workspaces/{workspace_id}/tracks/{track_id}/feedback"): {
        "kind": "keep",
        "at_ms": 0,
        "heard": "A question",
        "effect": "I listened",
    },
    ("PATCH", "/v1/workspaces/{workspace_id}/feedback/{feedback_id}"): {"thanked": True},
    ("PUT", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/application"): {"text": "I tried"},
    ("PUT", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/reflection"): {"text": "Slower"},
    ("PUT", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/loop/use"): {"used": False},
    ("PUT", "/v1/workspaces/{workspace_id}/tracks/{track_id}/thanks"): {"kind": "thanks"},
    ("PATCH", "/v1/workspaces/{workspace_id}/given-feedback/{feedback_id}"): {"may_publish": True},
    ("POST", "/v1/workspaces/{workspace_id}/tracks/{track_id}/questions"): {"text": "Why?", "at_ms": 500},
    ("POST", "/v1/workspaces/{workspace_id}/groups/{group_id}/questions"): {"text": "Why?"},
    ("POST", "/v1/workspaces/{workspace_id}/questions/{question_id}/answers"): {"text": "Because."},
    ("PUT", "/v1/workspaces/{workspace_id}/questions/{question_id}/answers/{answer_id}/helped"): {},
    ("POST", "/v1/workspaces/{workspace_id}/questions/{question_id}/answers/{answer_id}/entries"): {
        "playlist_id": "{playlist_id}"
    },
    ("POST", "/v1/workspaces/{workspace_id}/reports"): {
        "kind": "track",
        "track_id": "{track_id}",
        "reason": "hurtful",
    },
    ("PUT", "/v1/workspaces/{workspace_id}/reports/{report_id}/decision"): {"decision": "leave"},
    ("POST", "/v1/workspaces/{workspace_id}/connections"): HOOK,
    ("POST", "/v1/workspaces/{workspace_id}/groups/{group_id}/connections"): HOOK,
    ("PATCH", "/v1/workspaces/{workspace_id}/connections/{connection_id}"): {"name": "Their wall"},
    ("POST", "/v1/workspaces/{workspace_id}/connections/{connection_id}/test"): {},
    ("POST", "/v1/workspaces/{workspace_id}/tracks/{track_id}/shares"): {},
    ("POST", "/v1/workspaces/{workspace_id}/playlists/{playlist_id}/shares"): {},
    ("POST", "/s/{token}/visits"): {},
    ("POST", "/v1/workspaces/{workspace_id}/exports"): {},
    ("POST", "/v1/workspaces/{workspace_id}/groups/{group_id}/exports"): {},
    ("POST", "/v1/workspaces/{workspace_id}/members/{member_id}/exports"): {},
    ("POST", "/v1/workspaces/{workspace_id}/feed"): {},
    ("PATCH", "/v1/workspaces/{workspace_id}/feed"): {"holds": "following"},
    ("PATCH", "/v1/workspaces/{workspace_id}/mails"): {"digest": "monthly"},
    ("POST", "/v1/workspaces/{workspace_id}/mails/digest"): {},
    ("PUT", "/v1/workspaces/{workspace_id}/members/{member_id}/mentor"): {
        "mentor_id": "{free_id}",
        "instead_of": "{fellow_id}",
    },
}
FORMS = {("POST", "/u/{token}"): "List-Unsubscribe=One-Click"}
"""Routes that take a form, and what stands in it."""

QUERIES = {
    ("GET", "/v1/workspaces/{workspace_id}/search"): "?q=how",
    ("GET", "/v1/workspaces/{workspace_id}/search/transcripts"): "?q=how",
    ("GET", "/v1/workspaces/{workspace_id}/progress"): "?tracks={track_id},{my_track_id}",
    ("DELETE", "/v1/workspaces/{workspace_id}/progress/{track_id}/completion"): "?revision=1",
}
"""Both may name ids of the scene in braces."""

SAME_ROUTE = {
    "{my_track_id}": "{track_id}",
    "{retired_id}": "{track_id}",
    "/revisions/1": "/revisions/{revision}",
    "{anew_id}": "{track_id}",
    "{my_playlist_id}": "{playlist_id}",
    "{my_group_id}": "{group_id}",
    "{my_question_id}": "{question_id}",
    "{invited_id}": "{member_id}",
    "{fellow_id}": "{member_id}",
    "{given_id}": "{feedback_id}",
    "{groups_connection_id}": "{connection_id}",
    "{groups_report_id}": "{report_id}",
    "{playlists_share_id}": "{share_id}",
    "{groups_export_id}": "{export_id}",
    "{own_export_id}": "{export_id}",
    "{lists_token}": "{token}",
    "{mails_token}": "{token}",
}
"""What stands for a parameter or for another thing of the same route; `my_`: only its owner may open it."""

ODD_IDS = (
    "unknown",
    "00000000-0000-0000-0000-000000000000",
    "..",
    "%2e%2e",
    "a%2Fb",
    "%00",
    "%C3%BC",
    "*",
    "'",
    '"',
    "{workspace_id}",
    "x" * 64,
    "x" * 65,
    "x" * 3000,
)


MOST_CALLS = 20
"""More calls than any route makes of DynamoDB."""

FOREIGN_PAGES: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {},
)


@dataclass(frozen=True)
class Row:
    """A route and what each of the callers gets."""

    method: str
    path: str
    statuses: dict[str, int]

    @property
    def route(self) -> tuple[str, str]:
        path = self.path
        for stands_for, parameter in SAME_ROUTE.items():
            path = path.replace(stands_for, parameter)
        return self.method, path

    @property
    def changes(self) -> bool:
        return self.method not in ("GET", "HEAD")

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _rows() -> Iterator[Row]:
    _, _, *callers = TABLE.split("\n")[1].split()
    words = iter(" ".join(TABLE.split("\n")[2:]).split())
    for method in words:
        path = next(words)
        yield Row(method, path, {caller: int(next(words)) for caller in callers})


ROWS = list(_rows())
CALLERS = list(ROWS[0].statuses)
PRIVATE = [row for row in ROWS if row.route not in PUBLIC]


@dataclass
class Scene:
    """A workspace with everybody of the table in it, and a thing of each kind."""

    world: World
    people: dict[str, Person | None]
    ids: dict[str, str]

    def calls(self, row: Row, caller: str, **ids: str) -> Answer:
        """What a caller gets at a route, with these ids in place of those that are there."""
        person = self.people[caller]
        token = {"Authorization": f"Bearer {person.token}"} if person else {}
        return self.asks(row, token | {"Sec-Fetch-Site": "same-origin"}, **ids)

    def asks(self, row: Row, headers: dict[str, str], **ids: str) -> Answer:
        """What is answered at a route to these headers."""
        form = FORMS.get(row.route)
        body = form or (json.dumps(BODIES[row.route]) if row.route in BODIES else "")
        content_type = "application/x-www-form-urlencoded" if form else "application/json"
        for name, value in self.ids.items():
            body = body.replace(f'"{{{name}}}"', f'"{value}"')
        return self.world.call(
            row.method,
            row.path.format_map(self.ids | ids) + QUERIES.get(row.route, "").format_map(self.ids),
            headers={"Content-Type": content_type} | headers,
            body=body.encode(),
        )

    def parameters(self, row: Row) -> list[str]:
        """The ids in a row's path."""
        return [name for name in self.ids if f"{{{name}}}" in row.path]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One AWS for the whole table."""
    with mock_aws():
        yield World.begin(provider)


@pytest.fixture(scope="module")
def scene(world: World) -> Scene:
    """The scene for whoever only looks."""
    return made(world)


@pytest.fixture(scope="module")
def other(world: World) -> Scene:
    """A scene in another workspace."""
    return made(world)


@pytest.fixture(scope="module")
def at_first(world: World, scene: Scene, other: Scene) -> Moment:
    """The world with both scenes, before anybody has changed anything."""
    return world.as_it_is()


@pytest.fixture
def fresh(request: pytest.FixtureRequest, world: World, scene: Scene, at_first: Moment) -> Iterator[Scene]:
    """The scene for a row; what the row changes is taken back."""
    row: Row = request.getfixturevalue("row")
    yield scene
    if row.changes:
        world.becomes(at_first)


def made(world: World) -> Scene:
    """A new scene in this world, written without the API: there are many, and only their rows are tested."""
    company, workspace_id = f"{uuid.uuid4().hex}.example", str(uuid.uuid4())
    admin, admin_id = joined(world, workspace_id, f"admin@{company}", role="admin")
    member, _ = joined(world, workspace_id, f"member@{company}")
    owner, owner_id = joined(world, workspace_id, f"owner@{company}")
    fellow, fellow_id = joined(world, workspace_id, f"fellow@{company}")
    _, free_id = joined(world, workspace_id, f"free@{company}")
    mentored(workspace_id, owner_id, by=fellow_id)
    group = circle_of(workspace_id, owner_id, fellow_id, asked=free_id)
    gone, _ = joined(world, workspace_id, f"gone@{company}", status="deactivated")
    founded(workspace_id, admin_id)
    elsewhere = str(uuid.uuid4())
    stranger, stranger_id = joined(world, elsewhere, f"stranger@not-{company}", role="admin")
    founded(elsewhere, stranger_id)
    track_id = ready_track(workspace_id, owner_id, "workspace")
    asked_about(track_id, owner_id)
    gone_through(track_id, owner_id, shown_to=fellow_id)
    fed(workspace_id, owner_id)
    entry = entry_of(track_id, owner_id, audience.key_for("workspace", workspace_id, owner_id))
    own_group = circle_of(workspace_id, owner_id)
    question = asked_by(owner_id, workspace_id, f"w#{workspace_id}", track_id=track_id)
    return Scene(
        world,
        {
            "nobody": None,
            "stranger": stranger,
            "invited": invited(world, workspace_id, f"invited@{company}"),
            "gone": gone,
            "member": member,
            "fellow": fellow,
            "owner": owner,
            "admin": admin,
        },
        {
            "name": "app.js",
            "workspace_id": workspace_id,
            "member_id": owner_id,
            "invitation_id": Invitation.id_of(workspace_id, f"invited@{company}"),
            "track_id": track_id,
            "token": f"a-link-of-{workspace_id}",
            "share_id": linked(workspace_id, "track", track_id, f"a-link-of-{workspace_id}"),
            "lists_token": f"a-list-of-{workspace_id}",
            "file": "1.mp3",
            "mails_token": unsubscribing.token(workspace_id, owner_id, "digest"),
            "my_track_id": ready_track(workspace_id, owner_id, "me"),
            "retired_id": retired_track(workspace_id, owner_id),
            "anew_id": recorded_anew(workspace_id, owner_id),
            "playlist_id": (
                listed := assigned_to(owner_id, playlist_of(workspace_id, owner_id, "workspace", entry))
            ),
            "playlists_share_id": linked(workspace_id, "playlist", listed, f"a-list-of-{workspace_id}"),
            "my_playlist_id": playlist_of(workspace_id, owner_id, "me", entry),
            "entry_id": entry.entry_id,
            "fellow_id": fellow_id,
            "free_id": free_id,
            "invited_id": free_id,
            "group_id": group.group_id,
            "my_group_id": own_group.group_id,
            "question_id": question.question_id,
            "my_question_id": asked_by(
                owner_id, workspace_id, own_group.key, group_id=own_group.group_id
            ).question_id,
            "answer_id": answered_by(owner_id, question, track_id),
            "topic_id": next(iter(group.wishes)),
            "round_id": open_round(group).round_id,
            "feedback_id": published_feedback(workspace_id, track_id, fellow_id, owner_id),
            "thanks_id": taught_back(workspace_id, track_id, fellow_id, owner_id),
            "connection_id": connected(workspace_id, f"w#{workspace_id}", owner_id),
            "groups_connection_id": connected(workspace_id, group.key, owner_id, group_id=group.group_id),
            "export_id": exported(workspace_id, f"w#{workspace_id}"),
            "groups_export_id": exported(workspace_id, group.key),
            "own_export_id": exported(workspace_id, f"m#{owner_id}"),
            "report_id": reported(
                workspace_id, f"w#{workspace_id}", owner_id, track_id=track_id, by=fellow_id
            ),
            "groups_report_id": reported(
                workspace_id,
                group.key,
                fellow_id,
                track_id=ready_track(workspace_id, fellow_id, "workspace"),
                by=owner_id,
            ),
            "given_id": feedback_of(workspace_id, track_id, owner_id, fellow_id).feedback_id,
        },
    )


def reported(workspace_id: str, place: str, author_id: str, *, track_id: str, by: str) -> str:
    """The id of a report of a track of this author's."""
    case = Case(
        workspace_id,
        Case.id_of("track", track_id),
        place=place,
        kind="track",
        author_id=author_id,
        track_id=track_id,
        reports={by: {"reason": "hurtful", "text": None, "at": times.epoch_ms(times.now())}},
        reported_at=times.now(),
    )
    case.save()
    return str(case.report_id)


def founded(workspace_id: str, admin_id: str) -> None:
    """A workspace with this admin."""
    Workspace(workspace_id, name="Acme", admin_ids={admin_id}, created_at=times.now()).save()


def joined(
    world: World, workspace_id: str, email: str, *, role: str = "member", status: str = "active"
) -> tuple[Person, str]:
    """A person who is a member of this workspace, and their id there."""
    now = times.now()
    who = Caller(provider.issuer, email, email, "Somebody", now)
    member = members.joining(who, workspace_id, role=role, department=None, time_zone="UTC", now=now)
    member.status = status
    member.save()
    return world.person(email), member.member_id


def invited(world: World, workspace_id: str, email: str) -> Person:
    """A person whose invitation to this workspace stands."""
    Invitation(
        workspace_id,
        Invitation.id_of(workspace_id, email),
        email=email,
        invited_by="Admin",
        created_at=times.now(),
        expires_at=times.epoch(times.now() + timedelta(days=1)),
    ).save()
    return world.person(email)


def circle_of(workspace_id: str, *member_ids: str, asked: str | None = None) -> Group:
    """A group of these people, of the first of whom it and its topic are, with somebody asked into it."""
    now, group_id = times.epoch_ms(times.now()), str(uuid.uuid4())
    [owner_id, *_] = member_ids
    group = Group(
        workspace_id,
        group_id,
        kind="circle",
        purpose="Selling better",
        owner_id=owner_id,
        created_at=times.now(),
        members={member_id: {"joined_ms": now + place} for place, member_id in enumerate(member_ids)},
        invited={asked: {"by": owner_id, "at_ms": now}} if asked else {},
        topics={str(uuid.uuid4()): msgspec.to_builtins(Wish("Cold calls", owner_id, now))},
    )
    group.save()
    for member_id in member_ids:
        Member(workspace_id, member_id).update(actions=[Member.group_ids.add({group_id})])
    return group


def open_round(group: Group) -> Round:
    """A round of this group's that is open and to which everybody has contributed."""
    opens_at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=uuid.uuid4().int % 1_000_000)
    found = Round(
        group.group_id,
        opens_at,
        workspace_id=group.workspace_id,
        topic="Cold calls",
        remind_at=times.now() + timedelta(days=1),
        closes_at=times.now() + timedelta(days=2),
        expected=set(group.people),
        contributions={member_id: {"text": "I tried it.", "at_ms": 0} for member_id in group.people},
    )
    found.save()
    return found


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


def mentored(workspace_id: str, member_id: str, *, by: str) -> None:
    """A member's mentor, with the group of the two."""
    group = circle_of(workspace_id, by, member_id)
    group.update(actions=[Group.kind.set("mentoring")])
    mentorship = Mentorship(member_id=by, group_id=group.group_id, since=times.now())
    Member(workspace_id, member_id).update(actions=[Member.mentor.set(mentorship)])
    Member(workspace_id, by).update(
        actions=[Member.mentees.set(1), Member.mentoring_group_id.set(group.group_id)]
    )


def ready_track(workspace_id: str, speaker_id: str, chosen: str) -> str:
    """The id of a track of this speaker for this audience; its audio nobody listens to here."""
    track = Track(
        workspace_id,
        str(uuid.uuid4()),
        title="A pitch",
        speaker_id=speaker_id,
        speaker_name="Owner",
        consent=Consent(audience=chosen, public_link=True),
        created_at=times.now(),
        published_at=times.now(),
        audience_key=audience.key_for(chosen, workspace_id, speaker_id),
        revision=1,
        transcript=transcribed(),
        media_key="media/unheard",
        container="mp3",
        content_type="audio/mpeg",
        size_bytes=1000,
        duration_ms=1000,
    )
    track.save()
    return str(track.track_id)


def retired_track(workspace_id: str, speaker_id: str) -> str:
    """The id of a track that was for everybody until this speaker has retired it."""
    track = Track.get(workspace_id, ready_track(workspace_id, speaker_id, "workspace"))
    track.retired_at, track.meant_for, track.audience_key = times.now(), track.audience_key, None
    track.save()
    return str(track.track_id)


def recorded_anew(workspace_id: str, speaker_id: str) -> str:
    """The id of a track that is for everybody, and in its first revision was for its speaker."""
    track = Track.get(workspace_id, ready_track(workspace_id, speaker_id, "workspace"))
    track.revision = 2
    track.former = [
        Revision(
            revision=1,
            media_key="media/unheard-before",
            duration_ms=1000,
            published_at=track.published_at,
            audience_key=f"m#{speaker_id}",
        )
    ]
    track.save()
    return str(track.track_id)


def transcribed() -> Transcript:
    """A transcript of what is said in a track's first revision."""
    key = f"transcripts/{uuid.uuid4().hex}"
    aws.client("s3").put_object(Bucket=settings.MEDIA_BUCKET, Key=key, Body=b"Ask first.")
    return Transcript(key=key, revision=1, kind="text")


def asked_about(track_id: str, speaker_id: str) -> None:
    """An open door for feedback on this speaker's track."""
    now = times.now()
    Door(
        Door.on_track(track_id),
        speaker_id,
        about="The opening",
        opened_at=now,
        closes_at=now + timedelta(days=1),
    ).save()


def gone_through(track_id: str, member_id: str, *, shown_to: str) -> None:
    """A member who knows this track, and shows their mentor how far they are with playlists."""
    Progress(
        member_id,
        Progress.key_of(track_id, 1),
        completed_at=times.now(),
        source="self_declared",
    ).save()
    Shown(member_id, mentor_id=shown_to).save()


def connected(workspace_id: str, audience_key: str, member_id: str, *, group_id: str | None = None) -> str:
    """The id of a connection to a channel that takes what is posted; one post in 15 s."""
    connection = Connection(
        workspace_id,
        str(uuid.uuid4()),
        audience_key=audience_key,
        group_id=group_id,
        kind="teams",
        name="Sales",
        url_end="abcd",
        created_by=member_id,
        vouched_by=member_id,
        created_at=times.now(),
    )
    connection.seal(Secret(listener.box().url))
    connection.save()
    return str(connection.connection_id)


def linked(workspace_id: str, kind: Kind, item_id: str, token: str) -> str:
    """The id of a link with this token."""
    now = times.now()
    share = Share(
        hash_of(token),
        workspace_id=workspace_id,
        item_key=key_of(workspace_id, kind, item_id),
        kind=kind,
        item_id=item_id,
        created_by="owner",
        created_at=now,
        ends_at=now + timedelta(days=1),
        expires_at=times.epoch(now + timedelta(days=31)),
    )
    share.save()
    return str(share.token_hash)


def fed(workspace_id: str, member_id: str) -> None:
    """A podcast feed of this member's."""
    Feed(
        member_id,
        workspace_id=workspace_id,
        token_hash=hash_of(f"a-feed-of-{member_id}"),
        guid=str(uuid.uuid4()),
        holds="library",
        made_at=times.now(),
    ).save()


def exported(workspace_id: str, audience_key: str) -> str:
    """The id of an export that is ready; its zip nobody opens here."""
    now = times.now()
    export = Export(
        audience_key,
        str(uuid.uuid4()),
        workspace_id=workspace_id,
        started_by="owner",
        started_name="Owner",
        started_at=now,
        status="ready",
        ready_at=now,
        size_bytes=1000,
        expires_at=times.epoch(now + timedelta(days=1)),
    )
    export.save()
    return str(export.export_id)


def taught_back(workspace_id: str, track_id: str, sender_id: str, speaker_id: str) -> str:
    """The id of what somebody has said to a speaker in their own words."""
    thanks = Thanks(
        speaker_id,
        str(uuid.uuid4()),
        workspace_id=workspace_id,
        sender_id=sender_id,
        kind="teach_back",
        track_id=track_id,
        voice_track_id=ready_track(workspace_id, sender_id, "me"),
        voice_revision=1,
        sent_at=times.now(),
    )
    thanks.save()
    return str(thanks.thanks_id)


def feedback_of(workspace_id: str, track_id: str, giver_id: str, receiver_id: str, **more: Any) -> Feedback:
    """What somebody has just given somebody."""
    now = times.now()
    feedback = Feedback(
        receiver_id,
        str(uuid.uuid4()),
        workspace_id=workspace_id,
        giver_id=giver_id,
        track_id=track_id,
        revision=1,
        kind="keep",
        at_ms=0,
        given_at=now,
        **more,
    )
    feedback.save()
    Given(
        giver_id,
        Given.note_of(feedback.feedback_id),
        receiver_id=receiver_id,
        given_by=giver_id,
        given_at=now,
    ).save()
    return feedback


def published_feedback(workspace_id: str, track_id: str, giver_id: str, receiver_id: str) -> str:
    """The id of what somebody has said to a speaker, who has published it."""
    now = times.now()
    return feedback_of(
        workspace_id,
        track_id,
        giver_id,
        receiver_id,
        voice_track_id=ready_track(workspace_id, giver_id, "me"),
        voice_revision=1,
        may_publish=True,
        delivered_to=receiver_id,
        delivered_at=now,
        published_on=track_id,
        published_at=now,
        published_to=f"w#{workspace_id}",
    ).feedback_id


def entry_of(track_id: str, owner_id: str, audience_key: str) -> Entry:
    """An entry that names this track."""
    return Entry(
        entry_id=str(uuid.uuid4()),
        rank=0,
        version=1,
        added_by=owner_id,
        added_name="Owner",
        added_ms=times.epoch_ms(times.now()),
        track_id=track_id,
        track_version=1,
        title="A pitch",
        duration_ms=1000,
        revision=1,
        speaker_id=owner_id,
        speaker_name="Owner",
        audience_key=audience_key,
    )


def assigned_to(member_id: str, playlist_id: str) -> str:
    """The id of a playlist that this member is asked to hear."""
    Assignment(
        member_id, Assignment.slot_of(playlist_id), assigned_by=member_id, assigned_at=times.now()
    ).save()
    return playlist_id


def playlist_of(workspace_id: str, owner_id: str, chosen: str, entry: Entry) -> str:
    """The id of a playlist of this owner for this audience, with this entry in it."""
    playlist = Playlist(
        workspace_id,
        str(uuid.uuid4()),
        owner_id=owner_id,
        owner_name="Owner",
        title="How to sell",
        mode="personal",
        audience_key=audience.key_for(chosen, workspace_id, owner_id),
        created_at=times.now(),
        changed_at=times.now(),
        entries={entry.entry_id: entry},
        entry_count=1,
    )
    playlist.save()
    return str(playlist.playlist_id)


def unknown(scene: Scene) -> dict[str, str]:
    """Ids that nobody has."""
    return {name: str(uuid.uuid4()) for name in scene.ids}


def who_may(row: Row) -> str:
    """The last of the callers who get what the route gives."""
    return [caller for caller in CALLERS if row.statuses[caller] < 300][-1]


def test_every_route_stands_in_the_table(world: World) -> None:
    routes = {(method, path) for path, methods in world.app.app.routes.items() for method in methods}
    assert {row.route for row in ROWS} == routes
    assert len({str(row) for row in ROWS}) == len(ROWS)
    assert set(BODIES) <= routes


def test_what_nobody_in_particular_may_ask_for_is_what_the_public_table_says() -> None:
    assert {row.route for row in ROWS if row.statuses["nobody"] != 401} == PUBLIC


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everybody_gets_what_the_table_says(fresh: Scene, row: Row) -> None:
    for caller, status in row.statuses.items():
        elsewhere = fresh.calls(row, caller, **unknown(fresh)) if status == 404 else None
        answer = fresh.calls(row, caller)
        assert answer.status == status, (caller, answer.body)
        if status >= 400:
            assert answer.body.keys() == {"Code", "Message"}, caller
        if elsewhere:
            assert (answer.status, answer.body) == (elsewhere.status, elsewhere.body), caller
            assert answer.headers.keys() == elsewhere.headers.keys(), caller


@pytest.mark.parametrize("row", [row for row in ROWS if "{my_" in row.path], ids=str)
def test_what_is_hidden_takes_as_many_reads_as_what_is_not_there(scene: Scene, row: Row) -> None:
    [*_, hidden] = scene.parameters(row)
    for caller in ("member", "admin"):
        scene.calls(row, caller).expect(404)
        with wire.counted() as for_hidden:
            scene.calls(row, caller).expect(404)
        with wire.counted() as for_nothing:
            scene.calls(row, caller, **{hidden: str(uuid.uuid4())}).expect(404)
        assert for_hidden == for_nothing


@pytest.mark.parametrize("row", PRIVATE, ids=str)
def test_whatever_call_dynamodb_throttles_the_answer_is_to_try_again(fresh: Scene, row: Row) -> None:
    """Each of the route's calls in turn; when all are let through, the route gives what it should."""
    membership._members.clear()
    caller = who_may(row)
    for after in range(MOST_CALLS):
        with wire.refusing("ThrottlingException", after=after, times=1):
            answer = fresh.calls(row, caller)
        if answer.status != 503:
            break
        assert answer.body["Code"] == "Unavailable"
        assert int(answer.headers["Retry-After"]) > 0
    assert 0 < after < MOST_CALLS
    answer.expect(row.statuses[caller])


@pytest.mark.parametrize("row", [row for row in PRIVATE if "{" in row.path], ids=str)
def test_ids_that_nobody_has_are_nothing(scene: Scene, row: Row) -> None:
    """Each id in turn, so that none is a way around the others."""
    nothing = scene.calls(row, who_may(row), **unknown(scene)).expect(404)
    for parameter in scene.parameters(row):
        for odd in ODD_IDS:
            answer = scene.calls(row, who_may(row), **{parameter: odd})
            assert (answer.status, answer.body) == (404, nothing), (parameter, odd)


@pytest.mark.parametrize("row", [row for row in PRIVATE if "{" in row.path], ids=str)
def test_ids_of_another_workspace_are_nothing_in_this_one(scene: Scene, other: Scene, row: Row) -> None:
    for parameter in scene.parameters(row):
        for caller in ("member", "owner", "admin"):
            scene.calls(row, caller, **{parameter: other.ids[parameter]}).expect(404)


@pytest.mark.parametrize("row", [row for row in PRIVATE if row.changes], ids=str)
def test_with_a_cookie_another_page_changes_nothing(scene: Scene, row: Row) -> None:
    person = scene.people[who_may(row)]
    assert person is not None
    begun = session.begun(provider.issuer, person.email, person.email, "Somebody", times.now())
    cookie = {"Cookie": session.cookie(begun, times.now()).partition(";")[0]}
    for page in FOREIGN_PAGES:
        assert scene.asks(row, cookie | page).expect(400)["Code"] == "ForeignPage", page
