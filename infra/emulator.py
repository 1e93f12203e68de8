"""S3, DynamoDB, SQS and SES of one machine, in this process: moto behind a lock, a journal
and a gate.

What was answered with success survives `kill -9`. One emulator runs in a process at a time, and
not beside moto's `mock_aws`, which shares its state.
"""

import base64
import json
import socket
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from email import message_from_bytes
from email.utils import parseaddr
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

import boto3
from botocore.config import Config
from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.core.model_instances import model_data, reset_model_data
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sqs.models import Message
from waitress import wasyncore
from waitress.server import create_server

from infra import bulk_mail, dynamodb_json, kept_uploads
from infra.journal import DataFolderError, Journal, StreamRecord
from infra.kept_objects import KeptObjects
from infra.kept_tables import Answer, KeptTables
from infra.kept_uploads import KeptUploads
from infra.resources import Resources
from infra.s3_gate import Gate, Upload, refuse, refuse_everything
from infra.signatures import Keys, RefusedError

__all__ = ["DataFolderError", "Emulator", "StreamRecord", "start"]

ACCOUNT = "123456789012"
ACCESS_KEY = "EARSHOTLOCAL00000000"
SECRET_KEY = "earshot-on-this-machine-only"  # noqa: S105  # opens nothing but this emulator
SWEEP_EVERY_S = 60
LARGEST_REQUEST = 200 * 1024 * 1024
MAIL_QUOTA = {"Max24HourSend": -1.0, "MaxSendRate": 1000.0, "SentLast24Hours": 0.0}
"""What the local SES takes: -1 is no limit a day."""

WRITING_METHODS = ("PUT", "POST", "DELETE")


def start(
    data_folder: Path,
    port: int,
    *,
    page_origin: str,
    stage: str = "local",
    region: str = "eu-central-1",
) -> "Emulator":
    """Start everything at `port` (0 for any free one) with the data of an earlier run.

    Raises DataFolderError when the folder cannot be used, OSError when the port is taken.
    """
    emulator = Emulator(data_folder, port, region)
    try:
        emulator.prepare(
            Resources(stage, account=ACCOUNT, region=region, page_origin=page_origin.rstrip("/"))
        )
    except BaseException:
        emulator.stop()
        raise
    return emulator


class Emulator:
    """AWS as far as Earshot uses it, at `url`."""

    def __init__(self, data_folder: Path, port: int, region: str) -> None:
        self._region = region
        self._lock = threading.RLock()
        self._work, self._stopping = threading.Event(), threading.Event()
        self._journal = Journal(data_folder)
        BackendDict.reset()
        dynamodb_json.use()
        self._queues = get_backend("sqs")[ACCOUNT][region]
        self._mail = get_backend("ses")[ACCOUNT][region]
        self._tables = KeptTables(get_backend("dynamodb")[ACCOUNT][region], self._journal)
        self._objects = KeptObjects(
            get_backend("s3")[ACCOUNT]["aws"], self._journal, data_folder / "objects", ACCOUNT
        )
        self._uploads = KeptUploads(data_folder / "uploads", self._keep_upload)
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._gate = Gate(
            self._s3,
            keys=Keys(region, {ACCESS_KEY: SECRET_KEY}),
            folder=self._objects.folder,
            cors_rules=self._objects.cors_rules,
            keep=self._keep_upload,
        )
        try:
            self._server = create_server(
                self,
                sockets=[socket.create_server(("127.0.0.1", port))],
                threads=8,
                ident=None,
                max_request_body_size=LARGEST_REQUEST,
                clear_untrusted_proxy_headers=True,
            )
        except BaseException:
            self._journal.close()
            raise
        self.url = f"http://127.0.0.1:{self._server.effective_port}"
        self._threads = [
            threading.Thread(target=self._serve, daemon=True),
            threading.Thread(target=self._sweep_now_and_then, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def environment(self) -> dict[str, str]:
        """The variables that lead boto3 and PynamoDB here."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": self._region,
            "AWS_DEFAULT_REGION": self._region,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }

    def prepare(self, resources: Resources) -> None:
        """Create the resources, bring back what was kept, and tell of the uploads again."""
        clients = self._clients()
        resources.create_tables(clients("dynamodb"))
        resources.create_queues(clients("sqs"))
        resources.create_bucket(clients("s3"))
        with self._lock:
            self._tables.restore()
            self._objects.restore()
        resources.notify(clients("s3"))
        with self._lock:
            self._restore_messages()
            self._objects.announce()
            self._tables.sweep(time.time())
        _forget_instances()
        self._work.set()

    def stop(self) -> None:
        """Stop answering and let go of the data folder."""
        self._stopping.set()
        self._server.pull_trigger()
        for thread in self._threads:
            thread.join()
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._server._map)
        with self._lock:
            self._journal.close()
        BackendDict.reset()
        reset_model_data()

    def mails(self) -> list[bytes]:
        """Every mail sent so far, as it was sent."""
        with self._lock:
            return self._journal.mails()

    def items(self) -> list[tuple[str, dict[str, Any]]]:
        """Every item there is, with the name of its table."""
        with self._lock:
            return list(self._journal.items())

    def wait_for_work(self, timeout: float) -> set[str]:
        """The queues with messages and the tables with stream records, once something came.

        None of them where nothing came within `timeout` seconds.
        """
        if not self._work.wait(timeout):
            return set()
        self._work.clear()
        with self._lock:
            queues = {name for name, queue in self._queues.queues.items() if queue.messages}
            return queues | {record.table_name for record in self._tables.waiting()}

    def pending_stream_records(self) -> list[StreamRecord]:
        """The stream records that nobody has handled yet, oldest first."""
        with self._lock:
            return self._tables.waiting()

    def stream_record_done(self, id_: int) -> None:
        """A stream record was handled, or given up: it does not come again."""
        with self._lock:
            self._tables.handled(id_)

    def sweep(self, now: float) -> None:
        """Remove items past their time to live; `now` in seconds since the epoch."""
        with self._lock:
            self._tables.sweep(now)
        self._work.set()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        host = urlsplit(f"//{environ.get('HTTP_HOST', '')}").hostname
        if host not in ("127.0.0.1", "localhost") or environ["PATH_INFO"].startswith("/moto-api"):
            return refuse_everything(environ, start)
        service = _service(environ)
        if service is None:
            return self._gate(environ, start)
        if service == "s3":
            return self._s3(environ, start)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        answer = self._answer(service, environ, body)
        start(f"{answer.status} {'OK' if answer.status < 300 else 'Refused'}", answer.headers)
        return [answer.body]

    def _answer(self, service: str, environ: WSGIEnvironment, body: bytes) -> Answer:
        def forward() -> Answer:
            return self._forward(environ, body)

        action = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        if service == "sqs" and action == "ReceiveMessage":
            return self._receive(environ, json.loads(body))
        with self._lock:
            if service == "dynamodb":
                answer = self._tables.answer(action, body, forward)
                if self._tables.waiting():
                    self._work.set()
                return answer
            if service == "ses":
                return self._send_mail(environ, json.loads(body or b"{}"), forward)
            answer = forward()
            if service == "sqs" and answer.status == 200:
                self._keep_messages(action, json.loads(body), json.loads(answer.body or b"{}"))
            return answer

    def _receive(self, environ: WSGIEnvironment, request: dict[str, Any]) -> Answer:
        """Receive messages; whoever waits for them does not hold the lock meanwhile."""
        until = time.monotonic() + float(request.get("WaitTimeSeconds") or 0)
        body = json.dumps({**request, "WaitTimeSeconds": 0}).encode()
        while True:
            with self._lock:
                answer = self._forward(environ, body)
            if (
                answer.status != 200
                or json.loads(answer.body).get("Messages")
                or time.monotonic() >= until
                or self._stopping.wait(0.05)
            ):
                return answer

    def _s3(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        about_upload = kept_uploads.Request.of(environ)
        if about_upload is not None:
            try:
                return self._uploads.answer(about_upload, environ, start)
            except RefusedError as refusal:
                return refuse(environ, start, refusal)
        if method not in WRITING_METHODS:
            answer: Iterable[bytes] = self._moto(environ, start)
            return answer
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        with self._lock:
            done = self._forward(environ, body)
            if done.status < 300:
                self._objects.written(
                    method,
                    environ["PATH_INFO"].encode("latin-1").decode(),
                    environ.get("QUERY_STRING", ""),
                    body,
                )
                self._work.set()
        start(f"{done.status} {'OK' if done.status < 300 else 'Refused'}", done.headers)
        return [done.body]

    def _forward(self, environ: WSGIEnvironment, body: bytes) -> Answer:
        seen: list[Any] = []

        def started(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[..., object]:
            seen[:] = [int(status.split()[0]), headers]
            return lambda _: None

        own = {**environ, "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        content = b"".join(self._moto(own, started))
        return Answer(seen[0], seen[1], content)

    def _keep_upload(self, bucket: str, key: str, upload: Upload) -> None:
        with self._lock:
            self._objects.keep_upload(bucket, key, upload)
        self._work.set()

    def _keep_messages(self, action: str, request: dict[str, Any], response: dict[str, Any]) -> None:
        queue = str(request.get("QueueUrl", "")).rpartition("/")[2]
        if action == "SendMessage":
            self._journal.save_messages(queue, {response["MessageId"]: request["MessageBody"]})
        elif action == "SendMessageBatch":
            ids = {sent["Id"]: sent["MessageId"] for sent in response.get("Successful", [])}
            self._journal.save_messages(
                queue,
                {
                    ids[entry["Id"]]: entry["MessageBody"]
                    for entry in request["Entries"]
                    if entry["Id"] in ids
                },
            )
        elif action in ("DeleteMessage", "DeleteMessageBatch", "PurgeQueue"):
            there = {message.id for queue in self._queues.queues.values() for message in queue._messages}
            self._journal.forget_messages(id_ for id_, _, _ in self._journal.messages() if id_ not in there)
            return
        self._work.set()

    def _restore_messages(self) -> None:
        for id_, queue, body in self._journal.messages():
            if queue in self._queues.queues:
                message = Message(id_, body)
                message.mark_sent()
                self._queues.get_queue(queue).add_message(message)

    def _send_mail(
        self, environ: WSGIEnvironment, request: dict[str, Any], forward: Callable[[], Answer]
    ) -> Answer:
        if environ["PATH_INFO"] == "/v2/email/account":
            return Answer.of(200, {"SendQuota": MAIL_QUOTA})
        if environ["PATH_INFO"] == "/v2/email/outbound-bulk-emails":
            return self._send_bulk(request)
        if environ["PATH_INFO"] != "/v2/email/outbound-emails":
            return forward()
        if "Raw" not in request.get("Content", {}):
            return Answer.of(400, {"message": "Mails are sent raw on this machine."})
        raw = base64.b64decode(request["Content"]["Raw"]["Data"])
        # The identity is set up by hand on AWS; here any sender has one.
        for sender in (request.get("FromEmailAddress"), message_from_bytes(raw)["From"]):
            if sender:
                self._mail.verify_email_identity(parseaddr(str(sender))[1])
        answer = forward()
        if answer.status == 200:
            self._journal.save_mail(raw)
            self._mail.sent_messages.clear()
        return answer

    def _send_bulk(self, request: dict[str, Any]) -> Answer:
        try:
            sent = list(bulk_mail.mails(request))
        except bulk_mail.Refused as refused:
            return Answer.of(400, {"message": str(refused)})
        for raw in sent:
            self._journal.save_mail(raw)
        results = [{"Status": "SUCCESS", "MessageId": str(uuid.uuid4())} for _ in sent]
        return Answer.of(200, {"BulkEmailEntryResults": results})

    def _serve(self) -> None:
        while not self._stopping.is_set():
            wasyncore.loop(timeout=1, use_poll=True, map=self._server._map, count=1)

    def _sweep_now_and_then(self) -> None:
        while not self._stopping.wait(SWEEP_EVERY_S):
            self.sweep(time.time())

    def _clients(self) -> Callable[[str], Any]:
        session = boto3.Session(ACCESS_KEY, SECRET_KEY, region_name=self._region)
        config = Config(s3={"addressing_style": "path"})
        return lambda name: session.client(name, endpoint_url=self.url, config=config)


def _service(environ: WSGIEnvironment) -> str | None:
    """The service a signed request is meant for; None for a request without a signature header.

    `Authorization: AWS4-HMAC-SHA256 Credential=KEY/20261101/eu-central-1/s3/aws4_request, …`
    """
    header = environ.get("HTTP_AUTHORIZATION", "")
    scope = header.partition("Credential=")[2].partition(",")[0].split("/")
    return scope[3] if len(scope) == 5 else None


def _forget_instances() -> None:
    """Keep moto from remembering every instance of its models for ever."""
    for models in model_data.values():
        for model in models.values():
            model.instances_tracked = deque(maxlen=0)
