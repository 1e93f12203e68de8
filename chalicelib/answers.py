"""DynamoDB's answers, read with a third of the CPU that botocore takes for them.

botocore looks up the shape of every value, and of every member of every set. A value of DynamoDB says
itself what it is, so that only binaries, maps and lists have to be touched. What comes out is the same.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from base64 import b64decode
from typing import Any

from botocore.parsers import JSONParser, ResponseParserFactory


class Parsers(ResponseParserFactory):
    """botocore's parsers, with ours for the protocol that DynamoDB speaks."""

    def create_parser(self, protocol_name: str) -> Any:
        if protocol_name == "json":
            return _Parser(**self._defaults)
        return super().create_parser(protocol_name)


class _Parser(JSONParser):
    def _handle_structure(self, shape: Any, value: Any) -> Any:
        if shape.name == "AttributeValue":
            return _value(value)
        return super()._handle_structure(shape, value)


def _value(typed: dict[str, Any]) -> dict[str, Any]:
    ((kind, value),) = typed.items()
    match kind:
        case "M":
            return {"M": {name: _value(member) for name, member in value.items()}}
        case "L":
            return {"L": [_value(member) for member in value]}
        case "B":
            return {"B": b64decode(value)}
        case "BS":
            return {"BS": [b64decode(member) for member in value]}
    return typed
