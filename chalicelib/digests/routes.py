"""Which mails one gets, over HTTP, and the address by which one gets no more."""

from typing import Any, Final

from chalice import Blueprint, Response
from msgspec import UNSET, UnsetType

from chalicelib import times
from chalicelib.auth import membership
from chalicelib.digests import asking, unsubscribing, wishes
from chalicelib.digests.periods import Every
from chalicelib.digests.wishes import MailsView
from chalicelib.requests import Body, Nothing, answers, endpoint

routes = Blueprint(__name__)

FORMS: Final = ["application/x-www-form-urlencoded", "multipart/form-data"]
"""What RFC 8058 lets mail programs send."""

PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class MailsChange(Body):
    """Which mails to get; what is left out stays."""

    digest: Every | UnsetType = UNSET
    feedback: bool | UnsetType = UNSET

    def changes(self) -> dict[str, Any]:
        """The fields that are there, as the model has them."""
        given = {"every": self.digest, "feedback": self.feedback}
        return {name: value for name, value in given.items() if value is not UNSET}


@routes.route("/v1/workspaces/{workspace_id}/mails", methods=["GET"])
@endpoint()
def show_mails(workspace_id: str) -> MailsView:
    """Which mails the caller gets, and when the next digest may come."""
    return wishes.view(membership.current(workspace_id), now=times.now())


@routes.route("/v1/workspaces/{workspace_id}/mails", methods=["PATCH"])
@endpoint()
def change_mails(workspace_id: str, body: MailsChange) -> MailsView:
    """Get other mails from now on."""
    me, now = membership.current(workspace_id), times.now()
    wishes.change(me, body.changes(), now=now)
    return wishes.view(me, now=now)


@routes.route("/v1/workspaces/{workspace_id}/mails/digest", methods=["POST"])
@endpoint(status=202, body=Nothing)
def ask_for_digest(workspace_id: str) -> None:
    """Send the caller a digest of the last week now, whether there is enough to tell or not."""
    asking.ask(membership.current(workspace_id), now=times.now())


@routes.route("/u/{token}", methods=["GET"])
@answers({200: "text/html"}, refusals=(404, 503))
def show_unsubscribing(token: str) -> Response:
    """The page of an address in a mail; opening it changes nothing."""
    _, of = unsubscribing.read(token)
    return _page("No more of these mails?", unsubscribing.QUESTION[of], button="Send no more")


@routes.route("/u/{token}", methods=["POST"], content_types=FORMS)
@answers({200: "text/html"}, refusals=(404, 503))
def unsubscribe(token: str) -> Response:
    """Send no more mails of the kind that an address is about (RFC 8058); once more is the same."""
    of = unsubscribing.unsubscribe(token)
    return _page("That was the last one", unsubscribing.DONE[of])


def _page(title: str, said: str, *, button: str | None = None) -> Response:
    from chalicelib import letters  # Jinja2 is for mails, and costs a cold start what no other request needs

    return Response(
        body=letters.page(
            unsubscribing.TEMPLATES, "unsubscribe", title=title, said=said, button=button
        ).encode(),
        status_code=200,
        headers={"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": PAGE_POLICY},
    )
