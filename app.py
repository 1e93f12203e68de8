"""Earshot on one page: the routes by feature, then every queue, stream and schedule."""

from functools import partial
from typing import Any

from chalice import Chalice

from chalicelib import batches, logs, settings, times
from chalicelib.activity import log
from chalicelib.activity.inbox_routes import routes as inbox_routes
from chalicelib.activity.routes import routes as activity_routes
from chalicelib.announcements.routes import routes as announcements_routes
from chalicelib.auth import caller, keys
from chalicelib.auth.routes import routes as auth_routes
from chalicelib.closing.routes import routes as closing_routes
from chalicelib.conversations.feedback_routes import routes as feedback_routes
from chalicelib.conversations.loop_routes import routes as loop_routes
from chalicelib.conversations.question_routes import routes as question_routes
from chalicelib.digests.routes import routes as digests_routes
from chalicelib.erasing.routes import routes as erasing_routes
from chalicelib.exports.routes import routes as exports_routes
from chalicelib.groups.routes import routes as groups_routes
from chalicelib.playlists import spreading
from chalicelib.playlists.assignment_routes import routes as assignment_routes
from chalicelib.playlists.routes import routes as playlists_routes
from chalicelib.progress.routes import routes as progress_routes
from chalicelib.reach.routes import routes as reach_routes
from chalicelib.reports.routes import routes as reports_routes
from chalicelib.reviews import retiring
from chalicelib.reviews.routes import routes as reviews_routes
from chalicelib.search.routes import routes as search_routes
from chalicelib.sharing.feed_routes import routes as feed_routes
from chalicelib.sharing.routes import routes as sharing_routes
from chalicelib.tracks import library
from chalicelib.tracks.routes import routes as tracks_routes
from chalicelib.web.routes import routes as web_routes
from chalicelib.workspaces.routes import routes as workspaces_routes

app = Chalice(app_name="earshot")
app.api.binary_types = ["*/*"]
app.register_middleware(caller.identify, "http")
app.register_blueprint(web_routes)
app.register_blueprint(auth_routes)
app.register_blueprint(workspaces_routes)
app.register_blueprint(tracks_routes)
app.register_blueprint(groups_routes)
app.register_blueprint(reviews_routes)
app.register_blueprint(progress_routes)
app.register_blueprint(reach_routes)
app.register_blueprint(playlists_routes)
app.register_blueprint(assignment_routes)
app.register_blueprint(search_routes)
app.register_blueprint(feedback_routes)
app.register_blueprint(loop_routes)
app.register_blueprint(question_routes)
app.register_blueprint(reports_routes)
app.register_blueprint(activity_routes)
app.register_blueprint(inbox_routes)
app.register_blueprint(announcements_routes)
app.register_blueprint(digests_routes)
app.register_blueprint(sharing_routes)
app.register_blueprint(feed_routes)
app.register_blueprint(exports_routes)
app.register_blueprint(erasing_routes)
app.register_blueprint(closing_routes)
library.on_consent.append(spreading.carry)
retiring.on_retired.append(spreading.carry)
library.on_taken_back.append(spreading.take_out)
logs.configure()
keys.check_at_start()


@app.on_sqs_message(queue=settings.UPLOADS_QUEUE, batch_size=5)
def process_uploads(event: Any) -> dict[str, Any]:
    from chalicelib.tracks import processing

    return batches.each(event.to_dict(), processing.process_message, now=times.now)


@app.on_sqs_message(queue=settings.UPLOADS_DEAD_QUEUE, batch_size=5)
def reject_dead_uploads(event: Any) -> dict[str, Any]:
    from chalicelib.tracks import processing

    return batches.each(event.to_dict(), processing.reject_dead, now=times.now)


@app.on_sqs_message(queue=settings.DELIVERIES_QUEUE, batch_size=1)
def deliver(event: Any) -> dict[str, Any]:
    from chalicelib.activity import announced
    from chalicelib.announcements import delivery

    return batches.each(event.to_dict(), partial(delivery.deliver, tell=announced.news), now=times.now)


@app.on_sqs_message(queue=settings.DIGESTS_QUEUE, batch_size=1)
def send_digests(event: Any) -> dict[str, Any]:
    from chalicelib.digests import sending

    return batches.each(event.to_dict(), sending.carry_out, now=times.now)


@app.on_sqs_message(queue=settings.MAIL_EVENTS_QUEUE, batch_size=10)
def note_mail_events(event: Any) -> dict[str, Any]:
    from chalicelib.digests import bounces

    return batches.each(event.to_dict(), bounces.note, now=times.now)


@app.on_sqs_message(queue=settings.EXPORTS_QUEUE, batch_size=1)
def write_exports(event: Any) -> dict[str, Any]:
    from chalicelib.exports import writing

    return batches.each(event.to_dict(), writing.go_on, now=times.now)


@app.on_dynamodb_record(stream_arn=settings.ACTIVITY_STREAM, batch_size=25)
def react_to_activity(event: Any) -> dict[str, Any]:
    from chalicelib import reactions

    return batches.in_order(event.to_dict(), lambda record: log.react(record, reactions.BY_KIND))


@app.on_dynamodb_record(
    stream_arn=settings.PROGRESS_STREAM, batch_size=500, maximum_batching_window_in_seconds=300
)
def keep_reach(event: Any) -> dict[str, Any]:
    from chalicelib.reach import counting

    return batches.together(event.to_dict(), counting.keep)


@app.schedule("rate(15 minutes)")
def run_due(_event: Any) -> None:
    from chalicelib import duties
    from chalicelib.due import running

    running.run(duties.BY_KIND, now=times.now)
