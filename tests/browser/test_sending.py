"""What waits to be sent where somebody else signs in, the disk is full, or the clock is wrong."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.engine import Engine
from tests.browser.test_engine import ADD, HELPERS, SETTLED

HOUR_MS = 3_600_000
SIGNS_IN = "(mark) => { document.cookie = `earshot_signin_mark=${mark}`; }"
STARTS = "async () => { (await import('/static/outbox.js')).outbox.start(); }"
LISTED = "async () => (await import('/static/outbox.js')).outbox.list('w1')"
AS = "(member) => { workspace = {workspace_id: 'w1', member_id: member}; }"
FULL = """() => {
  const {put} = IDBObjectStore.prototype;
  window.full = true;
  IDBObjectStore.prototype.put = function (...given) {
    const request = put.apply(this, given);
    if (window.full) this.transaction.abort();
    return request;
  };
}"""


@pytest.fixture(autouse=True)
def _no_complaints(engine: Engine) -> Any:
    yield
    assert engine.complaints == []


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    context.add_init_script(HELPERS)
    return context


def asked(page: Page, engine: Engine, request: str) -> None:
    """Wait until the server has been asked this."""
    for _ in range(200):
        if engine.count(request):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never asked: {request}")


def test_nothing_of_one_member_is_sent_while_another_is_signed_in(
    page: Page, context: BrowserContext, engine: Engine
) -> None:
    page.evaluate(SIGNS_IN, "of Ann")
    page.evaluate(ADD, {"title": "Before"})
    page.evaluate(SETTLED, "ready")
    engine.holds.set()
    page.evaluate(ADD, {"title": "In the middle"})
    asked(page, engine, "POST /s3")
    while len(engine.uploads) < 2:
        page.wait_for_timeout(20)

    engine.signed_in = "m2"  # in another tab of the same browser
    page.evaluate(SIGNS_IN, "of Ben")
    engine.holds.clear()
    page.evaluate(ADD, {"title": "Behind"})  # in the tab that Ann has left open
    other = engine.opened(context)
    other.evaluate(AS, "m2")
    other.evaluate(ADD, {"title": "Of Ben"})
    other.evaluate(
        """async () => {
          const {outbox} = await import('/static/outbox.js');
          const isReady = ({title, status}) => title === 'Of Ben' && status === 'ready';
          return until(async () => (await outbox.list('w1')).some(isReady));
        }"""
    )
    told = {track["title"]: track["speaker"] for track in engine.tracks.values()}
    assert told == {"Before": "m1", "In the middle": "m1", "Of Ben": "m2"}
    items = {item["title"]: item["status"] for item in other.evaluate(LISTED)}
    assert items["Behind"] == "waiting"
    assert items["In the middle"] in ("uploading", "processing")

    engine.signed_in = "m1"
    other.evaluate(SIGNS_IN, "of Ann, once more")
    third = engine.opened(context)
    third.evaluate(STARTS)
    third.evaluate(SETTLED, "ready")
    told = {track["title"]: track["speaker"] for track in engine.tracks.values()}
    assert told["Behind"] == "m1"


def test_what_cannot_even_be_noted_is_tried_again_when_there_is_room(page: Page, engine: Engine) -> None:
    engine.holds.set()
    page.evaluate(ADD, {"title": "Ask first"})
    asked(page, engine, "POST /s3")
    page.evaluate(FULL)
    engine.holds.clear()
    page.wait_for_timeout(1200)
    page.evaluate("() => { window.full = false; }")
    page.evaluate(SETTLED, "ready")
    assert len(engine.tracks) == 1


def test_a_clock_that_is_wrong_asks_for_no_form_anew(page: Page, engine: Engine) -> None:
    engine.fails = {"POST /s3": [503]}
    page.evaluate(f"() => {{ const real = Date.now; Date.now = () => real() + {HOUR_MS}; }}")
    page.evaluate(ADD, {"title": "Ask first"})
    page.evaluate(SETTLED, "ready")
    [track_id] = engine.tracks
    assert engine.count(f"POST /v1/workspaces/w1/tracks/{track_id}/uploads") == 0


def test_what_takes_the_place_of_another_is_not_said_to_be_discarded_when_it_has_arrived(
    page: Page, engine: Engine
) -> None:
    engine.tracks["t1"] = {"track_id": "t1", "status": "ready", "reason": None, "revision": 1, "looks": 0}
    engine.looks = 50
    item_id = page.evaluate(ADD, {"title": "Ask first", "track": {"track_id": "t1", "revision": 1}})
    page.evaluate(SETTLED, "processing")
    said = page.evaluate(
        """async (id) => {
          const {outbox} = await import('/static/outbox.js');
          return outbox.discard(id).then(() => 'discarded', ({message}) => message);
        }""",
        item_id,
    )
    assert "has arrived already" in said
    engine.looks = 0
    page.evaluate(SETTLED, "ready")
    assert engine.tracks["t1"]["revision"] == 2
