"""The emulator of `make run`, the proxy before it, and clients that do not pause between their attempts."""

import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from infra import emulator
from infra.emulator import Emulator
from tests import endpoints, environment
from tests.faults.proxy import Proxy
from tests.faults.world import EmulatedWorld
from tests.infra.emulated import PAGE_ORIGIN


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    one = emulator.start(tmp_path_factory.mktemp("data"), 0, page_origin=PAGE_ORIGIN, stage="test")
    yield one
    one.stop()


@pytest.fixture(scope="package")
def proxy(running: Emulator) -> Iterator[Proxy]:
    one = Proxy(running.url)
    with endpoints.clients_at(running.environment() | {"AWS_ENDPOINT_URL": one.url}):
        yield one
    one.stop()


@pytest.fixture
def world(running: Emulator, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> EmulatedWorld:
    """Earshot with the proxy between it and AWS."""
    at_once = SimpleNamespace(**vars(time) | {"sleep": lambda _seconds: None})
    monkeypatch.setattr("botocore.endpoint.time", at_once)
    endpoints.forget_clients()  # and with them what they remember of failures
    return EmulatedWorld(environment.provider, running)
