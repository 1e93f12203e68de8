import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import urllib3

from infra import emulator, signatures
from infra.emulator import Emulator
from infra.signatures import Credential
from tests.infra.emulated import BUCKET, PAGE_ORIGIN, REGION, client

KEY = "uploads/w/t/0123456789abcdef"
AUDIO = b"a" * 500
Form = dict[str, str]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    folder = tmp_path_factory.mktemp("data")
    one = emulator.start(folder, 0, page_origin=PAGE_ORIGIN, stage="test")
    yield one
    one.stop()


@pytest.fixture(scope="module")
def s3(running: Emulator) -> Any:
    return client(running, "s3")


def form(s3: Any, *, expires_in: int = 900, smallest: int = 1, largest: int = 1000) -> Form:
    """A form as the server makes it: exactly this key and type, and a range of sizes."""
    content_type = {"Content-Type": "audio/mpeg"}
    presigned: dict[str, Any] = s3.generate_presigned_post(
        BUCKET,
        KEY,
        Fields=dict(content_type),
        Conditions=[content_type, ["content-length-range", smallest, largest]],
        ExpiresIn=expires_in,
    )
    fields: Form = presigned["fields"]
    return fields


def signed(policy: dict[str, Any], **fields: str) -> Form:
    """A form whose policy is anything we like, truly signed."""
    now = datetime.now(UTC)
    credential = Credential(emulator.ACCESS_KEY, f"{now:%Y%m%d}", REGION, "s3")
    encoded = base64.b64encode(json.dumps(policy).encode()).decode()
    return {
        **fields,
        "policy": encoded,
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": f"{emulator.ACCESS_KEY}/{credential.scope}",
        "x-amz-date": f"{now:%Y%m%dT%H%M%SZ}",
        "x-amz-signature": signatures.sign(encoded, credential, emulator.SECRET_KEY),
    }


def post(running: Emulator, fields: Form, body: bytes = AUDIO, **headers: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request(
        "POST",
        f"{running.url}/{BUCKET}",
        fields={**fields, "file": ("talk.mp3", body)},
        headers=headers,
    )


def error(answer: urllib3.BaseHTTPResponse) -> tuple[int, str, str]:
    """Status, code and message of an error in S3's XML."""
    root = ElementTree.fromstring(answer.data)
    assert root.tag == "Error"
    return answer.status, root.findtext("Code", ""), root.findtext("Message", "")


def without(fields: Form, *names: str) -> Form:
    return {name: value for name, value in fields.items() if name not in names}


def test_a_form_as_the_server_makes_it_is_taken(running: Emulator, s3: Any) -> None:
    answer = post(running, form(s3))
    assert (answer.status, answer.data) == (204, b"")
    stored = s3.get_object(Bucket=BUCKET, Key=KEY)
    assert stored["Body"].read() == AUDIO
    assert stored["ContentType"] == "audio/mpeg"
    assert stored["ETag"] == answer.headers["ETag"]
    assert stored["ServerSideEncryption"] == "AES256"


@pytest.mark.parametrize("size", [1, 1000])
def test_the_smallest_and_the_largest_file_are_taken(running: Emulator, s3: Any, size: int) -> None:
    assert post(running, form(s3), b"x" * size).status == 204


REFUSED_SIZES = [
    (b"", 400, "EntityTooSmall"),
    (b"x" * 1001, 400, "EntityTooLarge"),
    (b"x" * 3_000_000, 400, "EntityTooLarge"),
]


@pytest.mark.parametrize(("body", "status", "code"), REFUSED_SIZES)
def test_a_file_of_another_size_is_refused(
    running: Emulator, s3: Any, body: bytes, status: int, code: str
) -> None:
    assert error(post(running, form(s3), body))[:2] == (status, code)


CONDITION_FAILED = "Invalid according to Policy: Policy Condition failed"
REFUSED_CHANGES: list[tuple[Form, int, str, str]] = [
    ({"key": "uploads/w/t/other"}, 403, "AccessDenied", CONDITION_FAILED),
    ({"key": KEY + "x"}, 403, "AccessDenied", CONDITION_FAILED),
    ({"Content-Type": "text/html"}, 403, "AccessDenied", CONDITION_FAILED),
    ({"acl": "public-read"}, 403, "AccessDenied", "Extra input fields: acl"),
    ({"x-amz-meta-name": "x"}, 403, "AccessDenied", "Extra input fields"),
    ({"success_action_redirect": "https://a.example"}, 403, "AccessDenied", "Extra input fields"),
    ({"x-amz-signature": "0" * 64}, 403, "SignatureDoesNotMatch", "does not match"),
    ({"x-amz-signature": "é"}, 403, "SignatureDoesNotMatch", "does not match"),
    ({"x-amz-algorithm": "AWS4-HMAC-SHA1"}, 400, "InvalidArgument", "only supports"),
    ({"x-amz-date": "yesterday"}, 400, "AuthorizationQueryParametersError", "ISO8601"),
    ({"x-amz-date": "20200101T000000Z"}, 400, "AuthorizationQueryParametersError", "date is wrong"),
    ({"x-amz-credential": "nobody"}, 400, "AuthorizationQueryParametersError", "mal-formed"),
    ({"policy": "bm90IGEgcG9saWN5"}, 403, "SignatureDoesNotMatch", "does not match"),
]


@pytest.mark.parametrize(("change", "status", "code", "message"), REFUSED_CHANGES)
def test_a_changed_form_is_refused(
    running: Emulator, s3: Any, change: Form, status: int, code: str, message: str
) -> None:
    answered = error(post(running, form(s3) | change))
    assert answered[:2] == (status, code)
    assert message in answered[2]


REFUSED_OMISSIONS = [
    (("policy",), 403, "AccessDenied"),
    (("policy", "x-amz-signature", "x-amz-credential"), 403, "AccessDenied"),
    (("x-amz-signature",), 400, "InvalidArgument"),
    (("x-amz-credential",), 400, "InvalidArgument"),
    (("x-amz-date",), 400, "InvalidArgument"),
    (("key",), 403, "AccessDenied"),
    (("Content-Type",), 403, "AccessDenied"),
]


@pytest.mark.parametrize(("names", "status", "code"), REFUSED_OMISSIONS)
def test_an_incomplete_form_is_refused(
    running: Emulator, s3: Any, names: tuple[str, ...], status: int, code: str
) -> None:
    assert error(post(running, without(form(s3), *names)))[:2] == (status, code)


def test_an_expired_form_is_refused(running: Emulator, s3: Any) -> None:
    answered = error(post(running, form(s3, expires_in=-1)))
    assert answered == (403, "AccessDenied", "Invalid according to Policy: Policy expired.")


def test_a_form_for_another_region_or_from_a_stranger_is_refused(running: Emulator, s3: Any) -> None:
    elsewhere = form(s3)
    elsewhere["x-amz-credential"] = elsewhere["x-amz-credential"].replace(REGION, "us-east-1")
    assert error(post(running, elsewhere))[1] == "AuthorizationQueryParametersError"
    stranger = form(s3)
    stranger["x-amz-credential"] = stranger["x-amz-credential"].replace(emulator.ACCESS_KEY, "AKIA")
    assert error(post(running, stranger))[:2] == (403, "InvalidAccessKeyId")


def policy_of(*conditions: Any) -> dict[str, Any]:
    expiration = datetime.now(UTC) + timedelta(minutes=5)
    signing = [["starts-with", f"$x-amz-{name}", ""] for name in ("algorithm", "credential", "date")]
    return {
        "expiration": f"{expiration:%Y-%m-%dT%H:%M:%S.000Z}",
        "conditions": [{"bucket": BUCKET}, *signing, *conditions],
    }


def test_a_key_may_begin_with_what_the_policy_says(running: Emulator, s3: Any) -> None:
    policy = policy_of(["starts-with", "$key", "uploads/w/"])
    assert post(running, signed(policy, key="uploads/w/${filename}")).status == 204
    assert s3.head_object(Bucket=BUCKET, Key="uploads/w/talk.mp3")["ContentLength"] == 500
    assert error(post(running, signed(policy, key="media/x")))[1] == "AccessDenied"


def test_a_status_of_201_tells_where_the_object_is(running: Emulator) -> None:
    policy = policy_of(["eq", "$key", KEY], {"success_action_status": "201"})
    answer = post(running, signed(policy, key=KEY, success_action_status="201"))
    assert answer.status == 201
    assert ElementTree.fromstring(answer.data).findtext("Key") == KEY


@pytest.mark.parametrize(
    "policy",
    [
        {},
        {"expiration": "soon", "conditions": []},
        {"expiration": "2099-01-01T00:00:00Z", "conditions": [["less-than", "$key", "a"]]},
        {"expiration": "2099-01-01T00:00:00Z", "conditions": [["eq", "key", "a"]]},
        {"expiration": "2099-01-01T00:00:00Z", "conditions": [["content-length-range", "a", 1]]},
        {"expiration": "2099-01-01T00:00:00Z", "conditions": 5},
    ],
)
def test_a_policy_that_is_none_is_refused(running: Emulator, policy: dict[str, Any]) -> None:
    assert error(post(running, signed(policy, key=KEY)))[:2] == (400, "InvalidPolicyDocument")


def test_a_policy_for_another_bucket_is_refused(running: Emulator) -> None:
    policy = policy_of({"key": KEY})
    policy["conditions"][0] = {"bucket": "another"}
    assert error(post(running, signed(policy, key=KEY)))[:2] == (403, "AccessDenied")


def test_bodies_that_are_no_form_are_refused(running: Emulator, s3: Any) -> None:
    url = f"{running.url}/{BUCKET}"
    plain = urllib3.request("POST", url, body=b"x", headers={"Content-Type": "text/plain"})
    assert error(plain)[:2] == (412, "PreconditionFailed")
    kind = "multipart/form-data; boundary=b"
    start = b'--b\r\nContent-Disposition: form-data; name="'
    no_file = urllib3.request(
        "POST", url, body=start + b'key"\r\n\r\na\r\n--b--\r\n', headers={"Content-Type": kind}
    )
    assert error(no_file)[:2] == (400, "InvalidArgument")
    cut = urllib3.request("POST", url, body=start, headers={"Content-Type": kind})
    assert error(cut)[:2] == (400, "MalformedPOSTRequest")
    long = post(running, form(s3) | {"x-ignore-me": "x" * 30_000})
    assert error(long)[:2] == (400, "MaxPostPreDataLengthExceeded")
    assert post(running, form(s3) | {"x-ignore-me": "x"}).status == 204


def test_a_refused_file_leaves_nothing_behind(running: Emulator, s3: Any, tmp_path: Path) -> None:
    before = s3.list_object_versions(Bucket=BUCKET)["Versions"]
    post(running, form(s3), b"x" * 5000)
    post(running, without(form(s3), "policy"))
    assert s3.list_object_versions(Bucket=BUCKET)["Versions"] == before
    folder: Path = running._objects.folder
    assert not list(folder.glob("incoming-*"))


def presigned(s3: Any, **parameters: Any) -> str:
    s3.put_object(Bucket=BUCKET, Key="media/talk", Body=bytes(range(100)), ContentType="audio/mpeg")
    url: str = s3.generate_presigned_url(
        "get_object",
        Params={"Bucket": BUCKET, "Key": "media/talk", **parameters.pop("Params", {})},
        **parameters,
    )
    return url


def test_a_presigned_url_is_served_whole_and_in_ranges(s3: Any) -> None:
    url = presigned(s3, Params={"ResponseContentType": "audio/mp4"})
    whole = urllib3.request("GET", url)
    assert (whole.status, whole.data) == (200, bytes(range(100)))
    assert whole.headers["Content-Type"] == "audio/mp4"
    part = urllib3.request("GET", url, headers={"Range": "bytes=10-19"})
    assert (part.status, part.data) == (206, bytes(range(10, 20)))
    assert part.headers["Content-Range"] == "bytes 10-19/100"
    beyond = urllib3.request("GET", url, headers={"Range": "bytes=100-"})
    assert beyond.status == 416


def test_a_url_for_getting_is_for_nothing_else(s3: Any) -> None:
    url = presigned(s3)
    assert urllib3.request("HEAD", url).status == 403
    for method in ("PUT", "DELETE", "POST"):
        assert error(urllib3.request(method, url))[:2] == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize(
    ("old", "new", "status", "code"),
    [
        ("X-Amz-Signature=", "X-Amz-Signature=0", 403, "SignatureDoesNotMatch"),
        ("media/talk", "media/other", 403, "SignatureDoesNotMatch"),
        ("X-Amz-Expires=900", "X-Amz-Expires=9000", 403, "SignatureDoesNotMatch"),
        ("X-Amz-Expires=900", "X-Amz-Expires=604801", 400, "AuthorizationQueryParametersError"),
        ("X-Amz-Expires=900", "X-Amz-Expires=-1", 400, "AuthorizationQueryParametersError"),
        ("X-Amz-Expires=900", "X-Other=900", 400, "AuthorizationQueryParametersError"),
        ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=range", 403, "AccessDenied"),
        ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1", 400, "AuthorizationQueryParametersError"),
        (REGION, "us-east-1", 400, "AuthorizationQueryParametersError"),
        (emulator.ACCESS_KEY, "AKIA", 403, "InvalidAccessKeyId"),
        ("?", "?x=1&x=2&", 400, "AuthorizationQueryParametersError"),
        ("?", "?response-content-type=text/html&", 403, "SignatureDoesNotMatch"),
    ],
)
def test_a_changed_url_is_refused(s3: Any, old: str, new: str, status: int, code: str) -> None:
    url = presigned(s3, ExpiresIn=900)
    assert old in url
    assert error(urllib3.request("GET", url.replace(old, new, 1)))[:2] == (status, code)


def test_an_expired_url_is_refused(s3: Any) -> None:
    answered = error(urllib3.request("GET", presigned(s3, ExpiresIn=0)))
    assert answered == (403, "AccessDenied", "Request has expired")


def test_a_url_is_good_from_its_signing_to_its_end() -> None:
    keys = signatures.Keys(REGION, {"KEY": "secret"})
    signed_at = datetime(2026, 11, 1, 12, tzinfo=UTC)
    query = [
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Credential", f"KEY/20261101/{REGION}/s3/aws4_request"),
        ("X-Amz-Date", "20261101T120000Z"),
        ("X-Amz-Expires", "300"),
        ("X-Amz-SignedHeaders", "host"),
        ("X-Amz-Signature", "of another key"),
    ]
    expected = [
        (timedelta(minutes=-16), "Request is not valid yet"),
        (timedelta(minutes=-14), "does not match"),
        (timedelta(minutes=5), "does not match"),
        (timedelta(minutes=5, seconds=1), "Request has expired"),
    ]
    for since, message in expected:
        with pytest.raises(signatures.RefusedError, match=message):
            signatures.check_presigned("GET", "/b/k", query, {"host": "h"}, keys, signed_at + since)


def test_names_of_any_kind_can_be_presigned(s3: Any) -> None:
    key = "media/ä b+c&d=e%20(1)~.mp3"
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"audio")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": key})
    assert urllib3.request("GET", url).data == b"audio"


def test_unsigned_and_old_signatures_are_refused(running: Emulator) -> None:
    url = f"{running.url}/{BUCKET}/media/talk"
    assert error(urllib3.request("GET", url))[:2] == (403, "AccessDenied")
    assert error(urllib3.request("PUT", url, body=b"x"))[:2] == (403, "AccessDenied")
    assert urllib3.request("HEAD", url).status == 403
    old = f"{url}?AWSAccessKeyId={emulator.ACCESS_KEY}&Signature=x&Expires=9999999999"
    assert error(urllib3.request("GET", old))[:2] == (400, "InvalidRequest")
    none = urllib3.request("GET", f"{running.url}/no-such-bucket/x")
    assert error(none)[:2] == (404, "NoSuchBucket")


def preflight(running: Emulator, **headers: str) -> urllib3.BaseHTTPResponse:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib3.request("OPTIONS", f"{running.url}/{BUCKET}", headers=names)


def test_the_page_may_ask_and_is_answered(running: Emulator, s3: Any) -> None:
    asked = preflight(
        running,
        Origin=PAGE_ORIGIN,
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="x-requested-with, Range",
    )
    assert asked.status == 200
    assert asked.headers["Access-Control-Allow-Origin"] == PAGE_ORIGIN
    assert asked.headers["Access-Control-Allow-Headers"] == "x-requested-with, range"
    assert asked.headers["Access-Control-Max-Age"] == "3600"
    sent = post(running, form(s3), Origin=PAGE_ORIGIN)
    assert sent.headers["Access-Control-Allow-Origin"] == PAGE_ORIGIN
    assert "Content-Range" in sent.headers["Access-Control-Expose-Headers"]
    heard = urllib3.request("GET", presigned(s3), headers={"Origin": PAGE_ORIGIN})
    assert heard.headers.getlist("Access-Control-Allow-Origin") == [PAGE_ORIGIN]
    refused = post(running, form(s3), b"", Origin=PAGE_ORIGIN)
    assert refused.headers["Access-Control-Allow-Origin"] == PAGE_ORIGIN


@pytest.mark.parametrize(
    ("origin", "method"),
    [
        ("https://attacker.example", "POST"),
        (PAGE_ORIGIN + ".attacker.example", "POST"),
        ("null", "GET"),
        (PAGE_ORIGIN, "PUT"),
        (PAGE_ORIGIN, "DELETE"),
    ],
)
def test_other_origins_and_methods_are_refused(running: Emulator, origin: str, method: str) -> None:
    asked = preflight(running, Origin=origin, Access_Control_Request_Method=method)
    assert error(asked)[:2] == (403, "AccessForbidden")
    assert "Access-Control-Allow-Origin" not in asked.headers


def test_another_origin_gets_no_cors_headers(running: Emulator, s3: Any) -> None:
    other = {"Origin": "https://attacker.example"}
    heard = urllib3.request("GET", presigned(s3), headers=other)
    assert heard.status == 200
    assert not [name for name in heard.headers if name.lower().startswith("access-control-")]
    assert "Access-Control-Allow-Origin" not in post(running, form(s3), AUDIO, **other).headers


def test_a_preflight_that_asks_nothing_is_refused(running: Emulator) -> None:
    assert error(preflight(running, Origin=PAGE_ORIGIN))[:2] == (400, "BadRequest")


def test_a_bucket_without_cors_answers_no_origin(running: Emulator, s3: Any) -> None:
    s3.create_bucket(Bucket="earshot-plain", CreateBucketConfiguration={"LocationConstraint": REGION})
    asked = urllib3.request(
        "OPTIONS",
        f"{running.url}/earshot-plain",
        headers={"Origin": PAGE_ORIGIN, "Access-Control-Request-Method": "GET"},
    )
    assert error(asked) == (
        403,
        "AccessForbidden",
        "CORSResponse: CORS is not enabled for this bucket.",
    )
