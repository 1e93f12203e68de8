"""Earshot as tests speak of it: people who call the API, and what AWS would carry to its handlers."""

import copyreg
import json
import threading
import uuid
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_string, policy
from email.message import EmailMessage
from functools import cache
from io import BytesIO
from typing import Any, TypeVar
from wsgiref.types import WSGIEnvironment

import requests
from moto.core import DEFAULT_ACCOUNT_ID, responses
from moto.core.botocore_stubber import BotocoreStubber
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends

from chalicelib import aws, settings
from chalicelib.auth import membership, provider, tokens
from chalicelib.progress import revisions
from chalicelib.search import catalogue
from chalicelib.tracks import own_tags
from infra.gateway import Gateway
from infra.resources import Resources
from tests import contract, policies
from tests.provider import Provider

T = TypeVar("T")

_one_at_a_time = threading.RLock()
_made_first: dict[type, "Moment"] = {}
_processed = BotocoreStubber.process_request
copyreg.pickle(threading.Condition, lambda _: (threading.Condition, ()))  # each queue has one


def _process_request(stubber: BotocoreStubber, request: Any) -> Any:
    """moto loses what threads do at the same time, so it is asked for one thing after the other."""
    with _one_at_a_time:
        return _processed(stubber, request)


BotocoreStubber.process_request = _process_request
responses.method_names_from_class = cache(responses.method_names_from_class)  # asked for with each request


@dataclass
class Answer:
    """What the API said."""

    status: int
    headers: dict[str, Any]
    body: Any

    def expect(self, status: int) -> Any:
        """The body of an answer with this status."""
        assert self.status == status, (self.status, self.body)
        return self.body


@dataclass(frozen=True)
class Moment:
    """What a world held at a time, and how much of its streams had been carried."""

    held: list[dict[str, Any]]
    carried: Counter[str]


class World:
    """Earshot, its AWS, and what is under way between them."""

    def __init__(self, identity_provider: Provider) -> None:
        import app

        self.app = app
        self.identity_provider = identity_provider
        self.gateway = Gateway(app.app)
        self.s3 = aws.client("s3")
        self.sqs = aws.client("sqs")
        self.dynamodb = aws.client("dynamodb")
        self._carried: Counter[str] = Counter()

    @classmethod
    def begin(cls, identity_provider: Provider) -> "World":
        """Earshot on the empty AWS that is there, with nothing remembered."""
        world = cls(identity_provider)
        world.make_resources()
        aws.client("sesv2").create_email_identity(EmailIdentity="earshot@example.com")
        return world

    def make_resources(self) -> None:
        """As resources.yaml has them. Making them is slow: each world gets a copy of those of the first."""
        if type(self) not in _made_first:
            resources = Resources("test", account=DEFAULT_ACCOUNT_ID)
            resources.create_queues(self.sqs)
            resources.create_tables(self.dynamodb)
            resources.create_bucket(self.s3)
            resources.notify(self.s3)
            self.messages()  # S3's test event
            _made_first[type(self)] = self.as_it_is()
        self.becomes(_made_first[type(self)])

    def as_it_is(self) -> "Moment":
        """What its tables, buckets and queues hold now, to come back to."""
        return Moment(deepcopy(_holding()), Counter(self._carried))

    def becomes(self, moment: "Moment") -> None:
        """Hold what was held at this moment, with nothing else remembered."""
        for there, then in zip(_holding(), deepcopy(moment.held), strict=True):
            there.clear()
            there.update(then)
        self._carried = Counter(moment.carried)
        forget_everything()

    def person(self, email: str, /, **claims: Any) -> "Person":
        """Somebody who has signed in."""
        return Person(self, email, self.identity_provider.token(email, **claims))

    def founder(self, email: str, *, workspace: str) -> "Person":
        """Somebody who has signed in and created a workspace."""
        person = self.person(email)
        person.workspace_id = person.post("/v1/workspaces", name=workspace).expect(201)["workspace_id"]
        return person

    def call(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """What the API answers, through the gateway; request and answer are as OpenAPI describes them."""
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": method,
            "REQUEST_URI": path,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
        for name, value in (headers or {}).items():
            variable = name.upper().replace("-", "_")
            environ[variable if variable == "CONTENT_TYPE" else f"HTTP_{variable}"] = value
        began: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
            began[:] = status, headers
            return BytesIO().write

        with policies.held_to("api_handler"):
            content = b"".join(self.gateway(environ, start))
        found: dict[str, list[str]] = {}
        for name, value in began[1]:
            found.setdefault(name, []).append(value)
        whole = {name: values[0] if len(values) == 1 else values for name, values in found.items()}
        is_json = "json" in whole.get("Content-Type", "") and content
        answer = Answer(int(began[0][:3]), whole, json.loads(content) if is_json else content)
        contract.check(contract.Passed(method, path, headers or {}, body, answer.status, whole, answer.body))
        return answer

    def at_once(self, *acts: Callable[[], T]) -> list[T]:
        """What each of these gives, all begun at the same moment, each in a thread of its own."""
        together = threading.Barrier(len(acts))

        def act(what: Callable[[], T]) -> T:
            together.wait()
            return what()

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(act, acts))

    def settle(self) -> None:
        """Carry messages and stream records to their handlers until nothing is under way."""
        while self.carry_uploads() or self.carry_activity():
            pass

    def messages(self, queue: str = settings.UPLOADS_QUEUE) -> list[dict[str, Any]]:
        """Messages received from a queue, as Lambda gets them."""
        url = self.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        received = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": {},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
            }
            for message in received
        ]

    def carry_uploads(self) -> int:
        """Hand waiting messages to ``process_uploads``; how many were done with."""
        messages = self.messages()
        if not messages:
            return 0
        with policies.held_to("process_uploads"):
            answer = self.app.process_uploads({"Records": messages}, None)
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        url = self.sqs.get_queue_url(QueueName=settings.UPLOADS_QUEUE)["QueueUrl"]
        done = [message for message in messages if message["messageId"] not in failed]
        for message in done:
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["receiptHandle"])
        return len(done)

    def carry_activity(self) -> int:
        """Hand new stream records to ``react_to_activity``; how many there were."""
        records = self.stream_records()
        if records:
            with policies.held_to("react_to_activity"):
                answer = self.app.react_to_activity({"Records": records}, None)
            assert answer == {"batchItemFailures": []}
        return len(records)

    def carry_listening(self) -> list[dict[str, Any]]:
        """Hand the new records of the progress table's stream to ``keep_reach``; which they were."""
        records = self._new_in_stream("progress")
        with policies.held_to("keep_reach"):
            self.app.keep_reach({"Records": records}, None)
        return records

    def mails(self) -> list[EmailMessage]:
        """The e-mails sent so far."""
        return [message_from_string(raw, policy=policy.default) for raw in self.raw_mails()]

    def raw_mails(self) -> list[str]:
        """The e-mails sent so far, as they travel."""
        sent = ses_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"].sent_messages
        return [message.raw_data for message in sent]

    def objects(self, prefix: str) -> list[str]:
        """Keys in the media bucket."""
        found = self.s3.list_objects_v2(Bucket=settings.MEDIA_BUCKET, Prefix=prefix)
        return [entry["Key"] for entry in found.get("Contents", [])]

    def stored(self, key: str) -> bytes:
        """What lies in the media bucket under a key."""
        body: bytes = self.s3.get_object(Bucket=settings.MEDIA_BUCKET, Key=key)["Body"].read()
        return body

    def stream_records(self) -> list[dict[str, Any]]:
        """What is new in the activity table's stream, as Lambda gets it."""
        return self._new_in_stream("activity")

    def _new_in_stream(self, table: str) -> list[dict[str, Any]]:
        backend = dynamodb_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"]
        new = backend.tables[settings.table(table)].stream_shard.items[self._carried[table] :]
        self._carried[table] += len(new)
        return [json.loads(json.dumps(record.to_json(), default=_as_json)) for record in new]


@dataclass
class Person:
    """Somebody with a token, in one workspace."""

    world: World
    email: str
    token: str
    workspace_id: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    _member_ids: dict[str, str] = field(default_factory=dict)

    @property
    def member_id(self) -> str:
        """The person's id in their workspace; asked for once, since it never changes."""
        if self.workspace_id not in self._member_ids:
            mine = self.get("/v1/me").expect(200)["workspaces"]
            [member_id] = [each["member_id"] for each in mine if each["workspace_id"] == self.workspace_id]
            self._member_ids[self.workspace_id] = str(member_id)
        return self._member_ids[self.workspace_id]

    @property
    def place(self) -> str:
        """The path of the person's workspace."""
        return f"/v1/workspaces/{self.workspace_id}"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Call the API as this person; a body that is not bytes goes as JSON."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        whole = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self.world.call(method, path, headers=whole, body=raw)

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def post(self, path: str, **body: Any) -> Answer:
        return self.call("POST", path, body)

    def patch(self, path: str, **body: Any) -> Answer:
        return self.call("PATCH", path, body)

    def delete(self, path: str) -> Answer:
        return self.call("DELETE", path)

    def invites(self, email: str) -> "Person":
        """A colleague who was invited and has accepted."""
        self.post(f"{self.place}/invitations", emails=[email]).expect(201)
        colleague = self.world.person(email)
        colleague.post(f"{self.place}/invitations/accept").expect(201)
        colleague.workspace_id = self.workspace_id
        return colleague

    def announces(
        self, title: str = "A pitch", content_type: str = "audio/mpeg", size_bytes: int = 100_000, **more: Any
    ) -> dict[str, Any]:
        """A track that waits for its upload, with the form."""
        body = {"title": title, "content_type": content_type, "size_bytes": size_bytes} | more
        created: dict[str, Any] = self.call(
            "POST", f"{self.place}/tracks", body, Idempotency_Key=str(uuid.uuid4())
        ).expect(201)
        return created

    def records(self, audio: bytes, title: str = "A pitch", **more: Any) -> str:
        """The id of a track that was announced, uploaded and processed."""
        created = self.announces(title, size_bytes=len(audio), **more)
        upload(created["upload"], audio)
        self.world.settle()
        return str(created["track"]["track_id"])

    def track(self, track_id: str) -> dict[str, Any]:
        """A track as this person sees it."""
        seen: dict[str, Any] = self.get(f"{self.place}/tracks/{track_id}").expect(200)
        return seen

    def makes(self, title: str = "How to sell", **more: Any) -> str:
        """The id of a playlist of this person's."""
        created = self.post(f"{self.place}/playlists", title=title, **more).expect(201)
        return str(created["playlist_id"])

    def adds(self, playlist_id: str, track_id: str, **more: Any) -> str:
        """The id of an entry that this person adds to a playlist."""
        path = f"{self.place}/playlists/{playlist_id}/entries"
        return str(self.post(path, track_id=track_id, **more).expect(201)["entry_id"])

    def opens(self, playlist_id: str) -> dict[str, Any]:
        """A playlist as this person sees it."""
        seen: dict[str, Any] = self.get(f"{self.place}/playlists/{playlist_id}").expect(200)
        return seen

    def hears(self, track_id: str) -> bytes:
        """The audio of a track."""
        url = self.get(f"{self.place}/tracks/{track_id}/audio").expect(200)["url"]
        response = requests.get(url, timeout=5)
        assert response.status_code == 200, response.text
        return response.content


def upload(form: dict[str, Any], audio: bytes) -> None:
    """Send audio to S3 as the browser does."""
    response = requests.post(form["url"], data=form["fields"], files={"file": ("a", audio)}, timeout=5)
    assert response.status_code in (200, 204), response.text


def _as_json(value: bytes | datetime) -> str | float:
    """A binary value or a moment as Lambda is told them."""
    return b64encode(value).decode() if isinstance(value, bytes) else value.timestamp()


def _holding() -> list[dict[str, Any]]:
    """The tables, buckets and queues that there are."""
    return [
        dynamodb_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"].tables,
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets,
        sqs_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"].queues,
    ]


def forget_everything() -> None:
    """Empty what a process remembers between requests."""
    membership._members.clear()
    tokens.keys.__init__()  # type: ignore[misc]
    tokens.cache.clear()
    provider._Cached.configuration, provider._Cached.fetched_at = None, float("-inf")
    own_tags._workspace_name.cache_clear()
    revisions.forget()
    catalogue.forget()
