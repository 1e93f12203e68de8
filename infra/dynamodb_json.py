"""DynamoDB's answers as moto writes them, without its search for other spellings of what they hold.

moto looks for every member of every shape under a dozen names, in each value of each item; that was a third
of an emulator's time, and items of DynamoDB have only one spelling.
"""

from collections.abc import Mapping
from typing import Any

from botocore.model import MapShape, StructureShape
from moto.core import serialize

Serialized = dict[str, Any]
Value = Mapping[str, Any]
"""One attribute as the API names it: ``{"S": "text"}``, ``{"M": {…}}``, blobs as bytes."""


def use() -> None:
    """Have moto write DynamoDB's answers this way, from now on in this process."""
    serialize.SERVICE_SPECIFIC_SERIALIZERS["dynamodb"] = {"json": ItemSerializer}


class ItemSerializer(serialize.JSONSerializer):
    """The JSON protocol of AWS, which takes an item's attributes as they are."""

    def _serialize_type_map(self, serialized: Serialized, value: Any, shape: MapShape, key: str) -> None:
        if shape.value.name == "AttributeValue":
            written = {name: self._attribute(each) for name, each in value.items()}
            self._default_serialize(serialized, written, shape, key)
        else:
            super()._serialize_type_map(serialized, value, shape, key)

    def _serialize_type_structure(
        self, serialized: Serialized, value: Any, shape: StructureShape, key: str
    ) -> None:
        if shape.name == "AttributeValue":
            self._default_serialize(serialized, self._attribute(value), shape, key)
        else:
            super()._serialize_type_structure(serialized, value, shape, key)

    def _attribute(self, value: Value) -> Value:
        [(kind, content)] = value.items()
        match kind:
            case "M":
                return {kind: {name: self._attribute(each) for name, each in content.items()}}
            case "L":
                return {kind: [self._attribute(each) for each in content]}
            case "B":
                return {kind: self._base64(content)}
            case "BS":
                return {kind: [self._base64(each) for each in content]}
        return value
