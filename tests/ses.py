"""SES as far as moto lacks it: mails in bulk, its rate and quota, and what it says where it takes none."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber

from infra import bulk_mail

Response = tuple[int, dict[str, str], str]
"""What moto answers botocore: status, headers and body."""


@dataclass
class Ses:
    """The bulk half of SES, in this process."""

    sent: list[EmailMessage] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    quota: float = -1
    rate: float = 100
    refuses: dict[str, str] = field(default_factory=dict)
    """The status that an address gets instead of ``SUCCESS``."""
    fails: list[tuple[int, str] | BaseException] = field(default_factory=list)
    """What the next calls to send get instead of an answer; an exception comes after it was sent."""

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to an address."""
        return [mail for mail in self.sent if mail["To"] == address]

    def answer(self, request: Any) -> Response | None:
        """What SES answers; None for what moto answers as well."""
        operation = request.url.partition("/v2/email/")[2]
        if operation == "account":
            self.calls.append("GetAccount")
            quota = {"Max24HourSend": self.quota, "MaxSendRate": self.rate, "SentLast24Hours": len(self.sent)}
            return 200, {}, json.dumps({"SendQuota": quota})
        if operation != "outbound-bulk-emails":
            return None
        self.calls.append("SendBulkEmail")
        failure = self.fails.pop(0) if self.fails else None
        if isinstance(failure, tuple):
            status, code = failure
            return status, {"x-amzn-ErrorType": code}, json.dumps({"message": code})
        sent = json.loads(request.body)
        statuses = [
            self.refuses.get(entry["Destination"]["ToAddresses"][0], "SUCCESS")
            for entry in sent["BulkEmailEntries"]
        ]
        for raw, said in zip(bulk_mail.mails(sent), statuses, strict=True):
            if said == "SUCCESS":
                self.sent.append(message_from_bytes(raw, policy=policy.default))
        if failure is not None:
            raise failure
        return 200, {}, json.dumps({"BulkEmailEntryResults": [{"Status": each} for each in statuses]})


@contextmanager
def played() -> Iterator[Ses]:
    """Have mails in bulk go here, and everything else where it went before."""
    ses, before = Ses(), BotocoreStubber.process_request

    def process(stubber: BotocoreStubber, request: Any) -> Any:
        return ses.answer(request) or before(stubber, request)

    BotocoreStubber.process_request = process
    try:
        yield ses
    finally:
        BotocoreStubber.process_request = before
