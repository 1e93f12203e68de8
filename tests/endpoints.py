"""Where Earshot's AWS clients lead in a test that does not use moto in its own process."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pynamodb.models import Model

from chalicelib import aws


@contextmanager
def clients_at(variables: Mapping[str, str]) -> Iterator[None]:
    """In this block the environment has these variables, and every client was made in it."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    forget_clients()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        forget_clients()


def forget_clients() -> None:
    """Have every client made anew, with the endpoints and the keys that the environment names now."""
    aws._session.cache_clear()
    aws.client.cache_clear()
    aws._connection.cache_clear()
    for model in Model.__subclasses__():
        model._connection = None
