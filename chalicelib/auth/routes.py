"""Signing in and out."""

from chalice import Blueprint, Response

from chalicelib import errors, requests, settings, times
from chalicelib.auth import caller, session, signin
from chalicelib.requests import answers

routes = Blueprint(__name__)


@routes.route("/signin", methods=["GET"])
@answers({303: None}, refusals=(503,), query=("next",))
def sign_in() -> Response:
    """Send the browser to the identity provider."""
    place = (requests.current.get().query_params or {}).get("next") or ""
    try:
        url, cookie = signin.start(place, times.now())
    except errors.EarshotError as error:
        return _refused(error)
    return _go(url, cookie)


@routes.route("/signin/callback", methods=["GET"])
@answers({303: None}, refusals=(400, 503), query=("state", "code", "error"))
def signed_in() -> Response:
    """Begin a session for the browser that comes back from the identity provider."""
    request = requests.current.get()
    query = request.query_params or {}
    now = times.now()
    try:
        begun, place = signin.finish(
            request.headers.get("cookie", ""),
            query.get("state") or "",
            query.get("code") or "",
            now,
        )
    except errors.EarshotError as error:
        return _refused(error)
    return _go(settings.BASE_URL + place, session.cookie(begun, now), session.mark(), signin.done())


@routes.route("/signout", methods=["POST"])
@answers({204: None}, refusals=(400,))
def sign_out() -> Response:
    """Take this browser's session away."""
    caller.refuse_foreign_pages(requests.current.get())
    response = requests.json_response(None, 204)
    response.headers["Set-Cookie"] = session.ended()
    return response


def _refused(error: errors.EarshotError) -> Response:
    """A person goes back to the page, which says what happened; a program gets the error."""
    if "text/html" in requests.current.get().headers["accept"]:
        return _go(f"{settings.BASE_URL}#/signin?problem={type(error).__name__}")
    return requests.error_response(error)


def _go(url: str, *cookies: str) -> Response:
    headers: dict[str, str | list[str]] = {"Location": url, "Content-Type": "text/html"}
    if cookies:
        headers["Set-Cookie"] = list(cookies)
    return Response(body=b"", status_code=303, headers=headers)
