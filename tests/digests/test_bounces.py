"""What SES tells of mails: believed where SNS has signed it, and followed."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import NameOID
from urllib3.exceptions import HTTPError

from chalicelib.digests import bounces, notifications
from chalicelib.digests.notifications import Forged
from tests import listener, policies
from tests.digests.office import Office, joined_long_ago, wants
from tests.digests.test_sending import tuesday
from tests.listener import Listener
from tests.world import Person

URL = f"https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-{'a' * 32}.pem"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:earshot-test-mail-events"
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = KEY) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


PEM = certificate()


def fetch(url: str) -> bytes:
    """The certificate of the SNS of these tests."""
    assert url == URL
    return PEM


def signed(event: dict[str, Any] | str, *, key: rsa.RSAPrivateKey = KEY, **more: Any) -> str:
    """An event as it lies in the queue."""
    envelope = {
        "Type": "Notification",
        "MessageId": "1",
        "TopicArn": TOPIC,
        "Message": event if isinstance(event, str) else json.dumps(event),
        "Timestamp": "2026-12-01T08:00:00.000Z",
        "SignatureVersion": "2",
        "SigningCertURL": URL,
        "UnsubscribeURL": "https://sns.eu-central-1.amazonaws.com/",
    } | {name: value for name, value in more.items() if name != "Signature"}
    names = sorted({"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"} & envelope.keys())
    text = "".join(f"{name}\n{envelope[name]}\n" for name in names)
    signature = key.sign(text.encode(), PKCS1v15(), hashes.SHA256())
    envelope["Signature"] = more.get("Signature", base64.b64encode(signature).decode())
    return json.dumps(envelope)


def event_about(person: Person, kind: str = "Bounce", **more: Any) -> dict[str, Any]:
    return {
        "eventType": kind,
        "mail": {
            "destination": [person.email],
            "tags": {"workspace": [person.workspace_id], "member": [person.member_id]},
        },
        **({"bounce": {"bounceType": "Permanent"}} if kind == "Bounce" else {}),
        **more,
    }


def arrives(body: str) -> None:
    with policies.held_to("note_mail_events"):
        bounces.note(body, now=NOW, fetch=fetch)


def stopped(person: Person) -> str | None:
    found: str | None = person.get(f"{person.place}/mails").expect(200)["stopped"]
    return found


@pytest.mark.parametrize(("kind", "why"), [("Bounce", "bounced"), ("Complaint", "complained")])
def test_to_whom_none_arrives_or_who_complains_none_is_sent(
    office: Office, ann: Person, ben: Person, kind: str, why: str
) -> None:
    joined_long_ago(ben)
    for title in ("One", "Two", "Three"):
        ann.makes(title)
    for _ in range(2):
        arrives(signed(event_about(ben, kind)))
    assert stopped(ben) == why
    assert stopped(ann) is None
    office.strikes(tuesday())
    assert office.to(ben) == []


def test_wanting_mails_again_tries_it_again(ann: Person) -> None:
    arrives(signed(event_about(ann)))
    assert ann.get(f"{ann.place}/mails").expect(200)["next_digest_at"] is None
    assert wants(ann, digest="weekly")["stopped"] is None


@pytest.mark.parametrize(
    "more",
    [
        {"bounce": {"bounceType": "Transient"}},
        {"bounce": {"bounceType": "Undetermined"}},
        {"eventType": "Delivery"},
        {"mail": {"destination": ["earlier@acme.example"], "tags": {}}},
    ],
)
def test_what_is_no_reason_to_stop(ann: Person, more: dict[str, Any]) -> None:
    arrives(signed(event_about(ann) | more))
    assert stopped(ann) is None


def test_a_bounce_of_an_earlier_address_stops_nothing(ann: Person) -> None:
    event = event_about(ann)
    event["mail"]["destination"] = ["earlier@acme.example"]
    arrives(signed(event))
    assert stopped(ann) is None


@pytest.mark.parametrize(
    "forged",
    [
        {"key": OTHER_KEY},
        {"Signature": "AAAA"},
        {"Signature": "no base64 !"},
        {"SignatureVersion": "1"},
        {"TopicArn": "arn:aws:sns:eu-central-1:666666666666:other-topic"},
        {"Type": "SubscriptionConfirmation"},
        {"SigningCertURL": URL.replace("amazonaws.com", "amazonaws.com.evil.example")},
        {"SigningCertURL": URL.replace("https", "http")},
        {"SigningCertURL": URL.replace("https://", "https://evil.example/")},
        {"SigningCertURL": URL + "?x"},
    ],
    ids=lambda forged: " ".join(forged),
)
def test_what_sns_did_not_sign_is_not_believed(
    ann: Person, forged: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    arrives(signed(event_about(ann), **forged))
    assert stopped(ann) is None
    assert "not believed" in caplog.text


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"Type": 1}', signed("no JSON"), signed("{}")],
    ids=["nothing", "list", "empty", "other", "signed no JSON", "signed empty"],
)
def test_what_is_no_notification_is_left_out(ann: Person, body: str) -> None:
    arrives(body)
    assert stopped(ann) is None


def test_a_subject_is_signed_with_the_rest(ann: Person) -> None:
    arrives(signed(event_about(ann), Subject="Amazon SES Email Event Notification"))
    assert stopped(ann) == "bounced"


@pytest.mark.parametrize(
    "pem",
    [b"", b"no certificate", certificate(ec.generate_private_key(ec.SECP256R1()))],
    ids=["nothing", "text", "elliptic"],
)
def test_a_certificate_that_is_none_is_not_believed(pem: bytes) -> None:
    with pytest.raises(Forged):
        notifications.verified(signed("{}"), topic="earshot-test-mail-events", fetch=lambda _: pem)


def test_a_certificate_is_fetched_and_no_redirect_followed() -> None:
    here = Listener()
    other = here.box("other").answers_with(listener.says(200, PEM.decode()))
    assert notifications.fetched(other.url) == PEM
    moved = here.box("moved").answers_with(listener.says(302, Location=other.url))
    with pytest.raises(HTTPError, match="302"):
        notifications.fetched(moved.url)
    assert len(other.posts) == 1


def test_of_what_is_fetched_no_more_is_read_than_a_certificate_has() -> None:
    box = Listener().box().answers_with(listener.says(200, "x" * 1_000_000))
    assert len(notifications.fetched(box.url)) == notifications.MOST_BYTES
