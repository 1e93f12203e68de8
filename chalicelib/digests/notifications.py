"""Notifications of Amazon SNS: whether one is really from there.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

import base64
import re
from collections.abc import Callable
from functools import cache
from typing import Final

import msgspec
import urllib3
from botocore.httpsession import get_cert_path
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

CERTIFICATE_URL: Final = re.compile(
    r"https://sns\.[a-z]{2}(-[a-z]+)+-[0-9]{1,2}\.amazonaws\.com(\.cn)?/SimpleNotificationService-[0-9a-f]{32}\.pem"
)
SIGNED: Final = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
VERSION: Final = "2"
"""Of signatures: RSA with SHA-256, which our topic is told to use."""

MOST_BYTES: Final = 16 * 1024
FETCHED_IN: Final = urllib3.Timeout(connect=2, read=3)

Fetch = Callable[[str], bytes]
"""What stands at an address. Raises urllib3's HTTPError."""


class Forged(Exception):
    """A notification that SNS did not sign, or that is of another topic."""


class Notification(msgspec.Struct, rename="pascal"):
    """What SNS puts into a queue."""

    type: str
    message_id: str
    topic_arn: str
    message: str
    timestamp: str
    signature_version: str
    signature: str
    signing_cert_url: str = msgspec.field(name="SigningCertURL")
    subject: str | None = None


def fetched(url: str) -> bytes:
    """What stands at an address, of which no more is read than a certificate has."""
    answer = _pool().request(
        "GET", url, redirect=False, retries=False, timeout=FETCHED_IN, preload_content=False
    )
    try:
        if answer.status != 200:
            raise urllib3.exceptions.HTTPError(f"{answer.status} for a certificate")
        return answer.read(MOST_BYTES)
    finally:
        answer.release_conn()


def verified(body: str, *, topic: str, fetch: Fetch) -> Notification:
    """The notification in a message from a queue. Raises `Forged`, and what ``fetch`` raises."""
    try:
        notification = msgspec.json.decode(body, type=Notification)
        signature = base64.b64decode(notification.signature, validate=True)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Forged("It is no notification.") from error
    if notification.type != "Notification" or notification.topic_arn.rpartition(":")[2] != topic:
        raise Forged("It is of another topic.")
    if notification.signature_version != VERSION:
        raise Forged("It is signed in another way.")
    if not CERTIFICATE_URL.fullmatch(notification.signing_cert_url):
        raise Forged("Its certificate lies elsewhere.")
    key = _key(fetch, notification.signing_cert_url)
    try:
        key.verify(signature, signed_text(notification), PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise Forged("Its signature is not of SNS.") from error
    return notification


def signed_text(notification: Notification) -> bytes:
    """What a signature of SNS is of: names and values by line, those that are there."""
    fields = msgspec.to_builtins(notification)
    return "".join(f"{name}\n{fields[name]}\n" for name in SIGNED if fields[name] is not None).encode()


@cache
def _key(fetch: Fetch, url: str) -> RSAPublicKey:
    try:
        key = x509.load_pem_x509_certificate(fetch(url)).public_key()
    except ValueError as error:
        raise Forged("Its certificate cannot be read.") from error
    if not isinstance(key, RSAPublicKey):
        raise Forged("Its certificate is of another kind.")
    return key


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(ca_certs=get_cert_path(True))
