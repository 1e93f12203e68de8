"""The gateway in front of a small app of its own, over a real listener."""

import gzip
import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from chalice import Chalice, Response

from infra.gateway import LARGEST_PAYLOAD, Gateway
from infra.local import Server

app = Chalice(app_name="small")
app.api.binary_types = ["*/*"]
BODIES = ["application/json", "text/plain", "application/octet-stream"]


@app.route("/echo/{first}/{second}", methods=["GET", "POST"], content_types=BODIES)
def echo(first: str, second: str) -> dict[str, Any]:
    request = app.current_request
    return {
        "parameters": [first, second],
        "query": {name: request.query_params.getlist(name) for name in request.query_params or {}},
        "resource": request.path,
        "length": len(request.raw_body),
        "agent": request.headers.get("user-agent"),
        "is_base64": request.to_original_event()["isBase64Encoded"],
    }


@app.route("/echo/fixed/{second}", methods=["GET"])
def fixed(second: str) -> dict[str, Any]:
    return {"fixed": second}


@app.route("/slow/{number}", methods=["GET"])
def slow(number: str) -> dict[str, Any]:
    before = app.current_request.uri_params["number"], app.lambda_context.aws_request_id
    time.sleep(0.001)
    after = app.current_request.uri_params["number"], app.lambda_context.aws_request_id
    return {"number": number, "same": before == after == (number, before[1])}


@app.route("/answer/{kind}", methods=["GET", "HEAD"])
def answer(kind: str) -> Response:
    long = b"long enough " * 200
    return {
        "cookies": Response(b"", {"Content-Type": "text/html", "Set-Cookie": ["a=1", "b=2"]}, 200),
        "empty": Response(b"not to be sent", {"Content-Type": "text/plain"}, 204),
        "unchanged": Response(b"not to be sent", {"ETag": '"1"', "Content-Type": "text/plain"}, 304),
        "text": Response(long, {"Content-Type": "text/javascript; charset=utf-8"}, 200),
        "characters": Response("characters", {"Content-Type": "text/plain"}, 200),
        "short": Response(b"short", {"Content-Type": "text/plain"}, 200),
        "wasm": Response(b"\0asm" * 500, {"Content-Type": "application/wasm"}, 200),
        "image": Response(b"\x89PNG" * 500, {"Content-Type": "image/png"}, 200),
    }[kind]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = Server(Gateway(app), listening)
    yield listening.getsockname()[1]
    server.stop()
    listening.close()


class Got:
    """What came back over the wire."""

    def __init__(self, port: int, method: str, target: str, body: Any = None, **headers: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.putrequest(method, target, skip_accept_encoding=True)
        headers.setdefault("Accept", "*/*")
        if isinstance(body, list):
            headers["Transfer-Encoding"] = "chunked"
        elif body is not None:
            headers["Content-Length"] = str(len(body))
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(body, encode_chunked=isinstance(body, list))
        response = connection.getresponse()
        self.status, self.headers, self.body = response.status, response.headers, response.read()
        connection.close()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def test_path_parameters_stay_percent_encoded_and_query_values_do_not(port: int) -> None:
    got = Got(port, "GET", "/echo/a%2Fb/%C3%A9?x=1&x=%20&y=").json
    assert got["parameters"] == ["a%2Fb", "%C3%A9"]
    assert got["query"] == {"x": ["1", " "], "y": [""]}
    assert got["resource"] == "/echo/{first}/{second}"


def test_a_fixed_segment_goes_before_a_parameter_and_a_slash_at_the_end_does_not_matter(port: int) -> None:
    assert Got(port, "GET", "/echo/fixed/b/").json == {"fixed": "b"}


@pytest.mark.parametrize("body", [b"x" * 5000, [b"x" * 2000, b"x" * 3000]], ids=["whole", "chunked"])
def test_a_body_arrives_whole(port: int, body: Any) -> None:
    got = Got(port, "POST", "/echo/a/b", body, Content_Type="text/plain").json
    assert (got["length"], got["is_base64"]) == (5000, True)


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/nowhere/secret-word"),
        ("DELETE", "/echo/a/b"),
        ("OPTIONS", "/echo/a/b"),
        ("GET", "/echo//b"),
        ("GET", "/"),
    ],
)
def test_what_is_not_there_is_refused_without_an_echo(port: int, method: str, target: str) -> None:
    got = Got(port, method, target, Authorization="Bearer secret-word")
    assert got.status == 404
    assert set(got.json) == {"Code", "Message"}
    assert b"secret-word" not in got.body
    assert got.headers["Content-Type"] == "application/json"


def test_a_body_that_lambda_would_not_take_is_refused(port: int) -> None:
    fits = LARGEST_PAYLOAD // 4 * 3
    assert Got(port, "POST", "/echo/a/b", b"x" * fits, Content_Type="text/plain").json["length"] == fits
    got = Got(port, "POST", "/echo/a/b", b"x" * (fits + 4), Content_Type="text/plain")
    assert got.status == 413
    assert got.json["Code"] == "BodyTooLarge"


def test_every_cookie_is_sent(port: int) -> None:
    assert Got(port, "GET", "/answer/cookies").headers.get_all("Set-Cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize(("kind", "status"), [("empty", 204), ("unchanged", 304)])
def test_some_answers_have_no_body(port: int, kind: str, status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    for _ in range(2):  # a body would be read as the beginning of the second answer
        connection.request("GET", f"/answer/{kind}", headers={"Accept": "*/*"})
        response = connection.getresponse()
        assert (response.status, response.read()) == (status, b"")
    connection.close()


def test_head_has_the_length_and_no_body(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    for _ in range(2):
        connection.request("HEAD", "/answer/short", headers={"Accept": "*/*"})
        response = connection.getresponse()
        assert (response.status, response.headers["Content-Length"], response.read()) == (200, "5", b"")
    connection.close()


@pytest.mark.parametrize(
    ("kind", "accepted", "compressed"),
    [
        ("text", "gzip, br", True),
        ("wasm", "*", True),
        ("text", "gzip;q=0", False),
        ("text", "br", False),
        ("image", "gzip", False),
        ("short", "gzip", False),
    ],
)
def test_long_text_is_compressed_for_who_takes_it(
    port: int, kind: str, accepted: str, compressed: bool
) -> None:
    plain = Got(port, "GET", f"/answer/{kind}").body
    got = Got(port, "GET", f"/answer/{kind}", Accept_Encoding=accepted)
    assert (got.headers["Content-Encoding"] == "gzip") is compressed
    assert (gzip.decompress(got.body) if compressed else got.body) == plain


@pytest.mark.parametrize(("kind", "status"), [("no-such-kind", 500), ("characters", 503)])
def test_a_function_that_fails_says_nothing_of_why(port: int, kind: str, status: int) -> None:
    # The first fails in the route; the second gives Chalice a body that it cannot send as bytes.
    got = Got(port, "GET", f"/answer/{kind}")
    assert (got.status, set(got.json)) == (status, {"Code", "Message"})
    assert kind.encode() not in got.body


def test_threads_do_not_mix_their_requests(port: int) -> None:
    def ask(worker: int) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        mixed = 0
        for number in range(250):
            name = f"{worker}-{number}"
            connection.request("GET", f"/slow/{name}", headers={"Accept": "*/*"})
            mixed += json.loads(connection.getresponse().read()) != {"number": name, "same": True}
        connection.close()
        return mixed

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(8))) == 0
