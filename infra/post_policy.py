"""The policy of a presigned POST, read and held against a form as S3 does.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from infra import signatures
from infra.signatures import Keys, RefusedError

# S3 asks for a condition for every field but these and those named x-ignore-….
WITHOUT_CONDITION = ("policy", "x-amz-signature", "file")


@dataclass(frozen=True)
class Condition:
    """One field of the form must equal a value, or start with it."""

    operator: Literal["eq", "starts-with"]
    field: str
    value: str

    def holds(self, given: str | None) -> bool:
        if given is None:
            return False
        return given == self.value if self.operator == "eq" else given.startswith(self.value)


@dataclass(frozen=True)
class Policy:
    """What a form may carry, how long, and between which sizes in bytes."""

    expires_at: datetime
    conditions: tuple[Condition, ...]
    smallest: int = 0
    largest: int = 5 * 1024**3


def admit(bucket: str, fields: Mapping[str, str], keys: Keys, now: datetime) -> Policy:
    """Check a form's signature and policy; `fields` have lower-case names and no file."""
    if "policy" not in fields:
        raise RefusedError(403, "AccessDenied", "Access Denied")
    _check_signature(fields, keys)
    policy = read(fields["policy"])
    if now > policy.expires_at:
        raise _denied("Policy expired.")
    given = {**fields, "bucket": bucket}
    for condition in policy.conditions:
        if not condition.holds(given.get(condition.field)):
            text = json.dumps([condition.operator, f"${condition.field}", condition.value])
            raise _denied(f"Policy Condition failed: {text}")
    conditioned = {condition.field for condition in policy.conditions}
    extra = [
        name
        for name in fields
        if name not in WITHOUT_CONDITION and name not in conditioned and not name.startswith("x-ignore-")
    ]
    if extra:
        raise _denied(f"Extra input fields: {', '.join(extra)}")
    return policy


def check_size(size: int, policy: Policy) -> None:
    """Refuse a file outside the policy's content-length-range."""
    if size > policy.largest:
        raise RefusedError(
            400,
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
            ProposedSize=str(size),
            MaxSizeAllowed=str(policy.largest),
        )
    if size < policy.smallest:
        raise RefusedError(
            400,
            "EntityTooSmall",
            "Your proposed upload is smaller than the minimum allowed size",
            ProposedSize=str(size),
            MinSizeAllowed=str(policy.smallest),
        )


def read(encoded: str) -> Policy:
    """Read a policy from its base64."""
    try:
        document = json.loads(base64.b64decode(encoded, validate=True))
        expires_at = datetime.fromisoformat(document["expiration"])
        conditions, sizes = _read_conditions(document["conditions"])
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RefusedError(400, "InvalidPolicyDocument", f"Invalid Policy: {type(error).__name__}") from error
    if expires_at.tzinfo is None:
        expires_at = expires_at.replace(tzinfo=UTC)
    return Policy(expires_at, tuple(conditions), **sizes)


def _check_signature(fields: Mapping[str, str], keys: Keys) -> None:
    names = ("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature")
    for name in names:
        if name not in fields:
            raise RefusedError(
                400,
                "InvalidArgument",
                "Bucket POST must contain a field named "
                f"'{name}'.  If it is specified, please check the order of the fields.",
                ArgumentName=name,
            )
    if fields["x-amz-algorithm"] != signatures.ALGORITHM:
        raise RefusedError(400, "InvalidArgument", f'X-Amz-Algorithm only supports "{signatures.ALGORITHM}"')
    signed_at = signatures.read_time(fields["x-amz-date"])
    credential = signatures.read_credential(fields["x-amz-credential"], keys, signed_at)
    signatures.check(fields["x-amz-signature"], fields["policy"], credential, keys)


def _read_conditions(listed: list[Any]) -> tuple[list[Condition], dict[str, int]]:
    conditions: list[Condition] = []
    sizes: dict[str, int] = {}
    for entry in listed:
        match entry:
            case ["content-length-range", smallest, largest]:
                sizes = {"smallest": int(smallest), "largest": int(largest)}
            case ["eq" | "starts-with" as operator, str(name), str(value)] if name[:1] == "$":
                conditions.append(Condition(operator, name[1:].lower(), value))
            case dict() if all(isinstance(value, str) for value in entry.values()):
                conditions += [Condition("eq", name.lower(), entry[name]) for name in entry]
            case _:
                raise ValueError(f"not a condition: {entry!r}")
    return conditions, sizes


def _denied(reason: str) -> RefusedError:
    return RefusedError(403, "AccessDenied", f"Invalid according to Policy: {reason}")
