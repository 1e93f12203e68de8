"""Deleting many items of a table, as they are found."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from pynamodb.models import Model

from chalicelib.erasing.work import Done

M = TypeVar("M", bound=Model)

AT_ONCE = 25
"""What DynamoDB takes in one BatchWriteItem."""


def delete(found: Iterable[M]) -> Iterator[Done]:
    """Delete these items, some at a time."""
    rest = iter(found)
    while some := list(islice(rest, AT_ONCE)):
        model = type(some[0])
        with model.batch_write() as batch:
            for item in some:
                batch.delete(item)
        yield Done(len(some))
