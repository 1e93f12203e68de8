"""Signature Version 4 as S3 checks it on presigned URLs and POST policies.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

ALGORITHM = "AWS4-HMAC-SHA256"
LONGEST_VALIDITY = timedelta(days=7)
CLOCK_SKEW = timedelta(minutes=15)


class RefusedError(Exception):
    """S3 refuses a request, with the status, code and details its XML error carries."""

    def __init__(self, status: int, code: str, message: str, **details: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.details = status, code, message, details


@dataclass(frozen=True)
class Keys:
    """The access keys that may sign, and the region they sign for."""

    region: str
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Credential:
    """Who signed, on which day and for which service: `key/20261101/region/s3/aws4_request`."""

    access_key: str
    day: str
    region: str
    service: str

    @property
    def scope(self) -> str:
        return f"{self.day}/{self.region}/{self.service}/aws4_request"


def read_credential(text: str, keys: Keys, signed_at: datetime) -> Credential:
    """Read a credential; its day and region must be those of the request."""
    parts = text.split("/")
    if len(parts) != 5 or parts[4] != "aws4_request":
        raise RefusedError(
            400,
            "AuthorizationQueryParametersError",
            "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed.",
        )
    credential = Credential(*parts[:4])
    if credential.access_key not in keys.secrets:
        raise RefusedError(
            403,
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
            AWSAccessKeyId=credential.access_key,
        )
    if credential.service != "s3" or credential.day != f"{signed_at:%Y%m%d}":
        raise RefusedError(
            400,
            "AuthorizationQueryParametersError",
            "Error parsing the X-Amz-Credential parameter; its service or date is wrong.",
        )
    if credential.region != keys.region:
        raise RefusedError(
            400,
            "AuthorizationQueryParametersError",
            f"The region '{credential.region}' is wrong; expecting '{keys.region}'",
            Region=keys.region,
        )
    return credential


def read_time(text: str) -> datetime:
    """Read a time such as `20261101T120000Z`."""
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise RefusedError(
            400,
            "AuthorizationQueryParametersError",
            "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
        ) from error


def check(signature: str, to_sign: str, credential: Credential, keys: Keys) -> None:
    """Refuse a signature that this secret key did not make."""
    expected = sign(to_sign, credential, keys.secrets[credential.access_key])
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        raise RefusedError(
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you "
            "provided. Check your key and signing method.",
            AWSAccessKeyId=credential.access_key,
            StringToSign=to_sign,
        )


def sign(to_sign: str, credential: Credential, secret: str) -> str:
    """Sign with the key derived from the secret for this day, region and service."""
    key = f"AWS4{secret}".encode()
    for part in (credential.day, credential.region, credential.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, to_sign.encode(), "sha256").hex()


def check_presigned(
    method: str,
    raw_path: str,
    query: list[tuple[str, str]],
    headers: Mapping[str, str],
    keys: Keys,
    now: datetime,
) -> None:
    """Refuse a presigned URL that is incomplete, too old, too early, or not signed like this.

    `raw_path` is percent-encoded as it came; `headers` have lower-case names.
    """
    given = _complete(query)
    signed_at = read_time(given["X-Amz-Date"])
    credential = read_credential(given["X-Amz-Credential"], keys, signed_at)
    _check_validity(given["X-Amz-Expires"], signed_at, now)
    signed_headers = given["X-Amz-SignedHeaders"].split(";")
    if "host" not in signed_headers or any(name not in headers for name in signed_headers):
        raise RefusedError(
            403, "AccessDenied", "There were headers present in the request which were not signed"
        )
    request = _canonical_request(method, raw_path, query, headers, signed_headers)
    digest = hashlib.sha256(request.encode()).hexdigest()
    to_sign = "\n".join((ALGORITHM, given["X-Amz-Date"], credential.scope, digest))
    check(given["X-Amz-Signature"], to_sign, credential, keys)


def _complete(query: list[tuple[str, str]]) -> dict[str, str]:
    """The parameters of a presigned URL, each of which is there once."""
    given = dict(query)
    names = (
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-SignedHeaders",
        "X-Amz-Signature",
    )
    if len(given) != len(query) or any(not given.get(name) for name in names):
        raise RefusedError(
            400,
            "AuthorizationQueryParametersError",
            "Query-string authentication version 4 requires the X-Amz-Algorithm, "
            "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and "
            "X-Amz-Expires parameters.",
        )
    if given["X-Amz-Algorithm"] != ALGORITHM:
        raise RefusedError(
            400, "AuthorizationQueryParametersError", f'X-Amz-Algorithm only supports "{ALGORITHM}"'
        )
    return given


def _canonical_request(
    method: str,
    raw_path: str,
    query: list[tuple[str, str]],
    headers: Mapping[str, str],
    signed_headers: list[str],
) -> str:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"""
    canonical_query = "&".join(
        f"{name}={value}"
        for name, value in sorted(
            (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
            for name, value in query
            if name != "X-Amz-Signature"
        )
    )
    canonical_headers = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in signed_headers)
    return "\n".join(
        (
            method,
            raw_path,
            canonical_query,
            canonical_headers,
            ";".join(signed_headers),
            headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
        )
    )


def _check_validity(expires: str, signed_at: datetime, now: datetime) -> None:
    if not (expires.isascii() and expires.isdigit()):
        raise RefusedError(400, "AuthorizationQueryParametersError", "X-Amz-Expires should be a number")
    validity = timedelta(seconds=min(int(expires), 10**9))
    if validity > LONGEST_VALIDITY:
        raise RefusedError(
            400,
            "AuthorizationQueryParametersError",
            "X-Amz-Expires must be less than a week (in seconds); that is, the given "
            "X-Amz-Expires must be less than 604800 seconds",
        )
    if signed_at > now + CLOCK_SKEW:
        raise RefusedError(403, "AccessDenied", "Request is not valid yet")
    if now > signed_at + validity:
        raise RefusedError(
            403,
            "AccessDenied",
            "Request has expired",
            Expires=f"{signed_at + validity:%Y-%m-%dT%H:%M:%SZ}",
            ServerTime=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        )
