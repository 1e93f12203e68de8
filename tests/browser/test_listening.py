"""Listening in a real browser: what is reported, when, and that nothing of it is lost."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page

from tests.browser.engine import ME, Engine
from tests.tracks.audio import mp3

SITTING = """
window.listening = await import('/static/listening.js');
await listening.report({workspace_id: 'w1', member_id: 'm1'});
window.sit = (id) => new listening.Sitting({workspaceId: 'w1', track: {track_id: id, revision: 1}});
"""


def loads(page: Page) -> Page:
    page.evaluate(f"async () => {{ {SITTING} }}")
    return page


def until(holds: Callable[[], Any], page: Page) -> None:
    for _ in range(200):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come to that")


def heard(engine: Engine) -> set[tuple[int, int]]:
    return {(begin, end) for event in engine.events for begin, end in event["segments"]}


def test_a_pause_a_seek_and_the_end_are_reported_at_once(page: Page, engine: Engine) -> None:
    loads(page).evaluate(
        """() => {
          const sitting = sit('t1');
          sitting.plays(0, 1); sitting.moves(2000); sitting.pauses(2100);
          sitting.plays(2100, 1); sitting.moves(3000); sitting.seeks(9000);
          setTimeout(() => {
            sitting.plays(9000, 1.5); sitting.moves(9900); sitting.ends(10000, false);
          }, 1500);
        }"""
    )
    until(lambda: len(engine.events) == 3, page)
    told = [
        (event["sequence"], event["kind"], event["position_ms"], event["segments"]) for event in engine.events
    ]
    assert told == [
        (1, "pause", 2100, [[0, 2100]]),
        (2, "seek", 9000, [[2100, 3000]]),
        (3, "ended", 10000, [[9000, 10000]]),
    ]
    assert len({event["session_id"] for event in engine.events}) == 1
    assert [event["effective_at"] for event in engine.events] == sorted(
        event["effective_at"] for event in engine.events
    )


def test_dragging_through_a_track_is_one_event(page: Page, engine: Engine) -> None:
    loads(page).evaluate(
        """() => {
          const sitting = sit('t1');
          sitting.plays(0, 1); sitting.moves(1000);
          for (let ms = 2000; ms < 60000; ms += 1000) sitting.seeks(ms);
        }"""
    )
    until(lambda: engine.events, page)
    assert [(event["kind"], event["position_ms"], event["segments"]) for event in engine.events] == [
        ("seek", 59000, [[0, 1000]])
    ]


def test_what_was_not_answered_is_sent_again_to_the_letter(page: Page, engine: Engine) -> None:
    engine.fails = {"POST /v1/workspaces/w1/progress": [503, 0]}
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.post_data or "") if "progress" in request.url else None
    )
    loads(page).evaluate("() => { const s = sit('t1'); s.plays(0, 1); s.moves(4000); s.pauses(4000); }")
    until(lambda: engine.events, page)
    assert engine.count("POST /v1/workspaces/w1/progress") == 3
    assert len(set(sent)) == 1


def test_what_was_heard_by_a_clock_that_is_an_hour_ahead_is_not_lost(page: Page, engine: Engine) -> None:
    engine.reads_clocks = True
    page.evaluate("() => { const clock = Date.now.bind(Date); Date.now = () => clock() + 3_600_000; }")
    loads(page).evaluate(
        """async () => {
          for (const id of ['t1', 't2']) {
            window.s = sit(id); s.plays(0, 1); s.moves(2000); s.pauses(2000);
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
          s.plays(2000, 1);
        }"""
    )
    until(lambda: len(engine.events) == 2, page)
    asked = engine.count("POST /v1/workspaces/w1/progress")
    page.evaluate("() => { s.moves(4000); s.pauses(4000); }")
    until(lambda: len(engine.events) == 3, page)
    assert engine.count("POST /v1/workspaces/w1/progress") == asked + 1, (
        "the clock is known to be wrong by now"
    )
    at = [datetime.fromisoformat(event["effective_at"]) for event in engine.events]
    assert at == sorted(at)
    assert all(abs(datetime.now(UTC) - each) < timedelta(seconds=30) for each in at)


def test_nothing_is_asked_in_the_name_of_whoever_signed_in_in_another_tab(page: Page, engine: Engine) -> None:
    page.evaluate("document.cookie = 'earshot_signin_mark=ann'")
    found = page.evaluate(
        """async () => {
          const api = await import('/static/api.js');
          const told = [];
          api.onAnotherSignIn(() => told.push('another'));
          await api.get('v1/me');
          document.cookie = 'earshot_signin_mark=ben';
          const late = new Promise((resolve) => { setTimeout(resolve, 300, 'never'); });
          return [told, await Promise.race([api.get('v1/me').then(() => 'answered'), late])];
        }"""
    )
    assert found == [["another"], "never"]
    assert engine.count("GET /v1/me") == 1


def test_what_is_heard_without_a_network_is_sent_when_it_is_back(
    page: Page, context: BrowserContext, engine: Engine
) -> None:
    loads(page)
    context.set_offline(True)
    page.evaluate("() => { const s = sit('t1'); s.plays(0, 1); s.moves(4000); s.pauses(4000); }")
    page.wait_for_timeout(300)
    assert engine.events == []
    context.set_offline(False)
    until(lambda: heard(engine) == {(0, 4000)}, page)


def test_a_tab_that_dies_in_the_middle_loses_at_most_five_seconds(
    page: Page, context: BrowserContext, engine: Engine
) -> None:
    loads(page).evaluate(
        """async () => {
          const real = performance.now.bind(performance);
          let ahead = 0;
          performance.now = () => real() + ahead;
          const sitting = sit('t1');
          sitting.plays(0, 1);
          for (let ms = 500; ms <= 13000; ms += 500) { ahead += 500; sitting.moves(ms); }
          await new Promise((resolve) => setTimeout(resolve, 500));
        }"""
    )
    assert engine.events == []
    with page.expect_event("crash"), suppress(Error):  # the navigation is cut off by what it brings about
        page.goto("chrome://crash")
    again = engine.opened(context)
    loads(again)
    until(lambda: engine.events, again)
    [event] = engine.events
    [[begin, end]] = event["segments"]
    assert (begin, event["kind"]) == (0, "close")
    assert 13000 - end <= 5000


def test_hiding_the_page_reports_at_once(page: Page, engine: Engine) -> None:
    loads(page).evaluate(
        """() => {
          const sitting = sit('t1');
          sitting.plays(0, 1); sitting.moves(1500);
          dispatchEvent(new Event('pagehide'));
          dispatchEvent(new Event('pagehide'));
        }"""
    )
    until(lambda: engine.events, page)
    page.wait_for_timeout(200)
    assert [event["segments"] for event in engine.events] == [[[0, 1500]]]


def test_somebody_elses_listening_stays_in_this_browser(page: Page, engine: Engine) -> None:
    loads(page).evaluate(
        """async () => {
          await listening.report({workspace_id: 'w1', member_id: 'somebody-else'});
          const s = sit('t1'); s.plays(0, 1); s.moves(4000);
          await listening.report({workspace_id: 'w1', member_id: 'm1'});
        }"""
    )
    page.evaluate("() => { const s = sit('t2'); s.plays(0, 1); s.moves(1000); s.pauses(1000); }")
    until(lambda: engine.events, page)
    assert [event["track_id"] for event in engine.events] == ["t2"]


def test_an_event_that_cannot_be_taken_holds_no_other_up(page: Page, engine: Engine) -> None:
    engine.fails = {"POST /v1/workspaces/w1/progress": [503, 400, 400]}
    loads(page).evaluate(
        """() => {
          for (const id of ['t1', 't2', 't3']) {
            const s = sit(id); s.plays(0, 1); s.moves(1000); s.pauses(1000);
          }
        }"""
    )
    until(lambda: len(engine.events) == 2, page)
    assert [event["track_id"] for event in engine.events] == ["t2", "t3"]


def test_an_hour_of_short_tracks_at_high_speed_takes_few_requests(page: Page, engine: Engine) -> None:
    """P9: at most 70 requests in an hour, here of tracks of two minutes at 2.5 times their speed."""
    page.clock.install()
    loads(page)
    page.evaluate(
        """() => {
          const [longMs, rate] = [120_000, 2.5];
          let track = 0;
          window.place = 0;
          window.sitting = sit('t0');
          sitting.plays(0, rate);
          window.passes = (ms) => {
            place += ms * rate;
            if (place < longMs) return sitting.moves(place);
            sitting.ends(longMs, true);
            sitting.closes(longMs);
            track += 1;
            place = 0;
            sitting = sit(`t${track}`);
            return sitting.plays(0, rate);
          };
        }"""
    )
    for step in range(3600 // 4 - 1):
        page.clock.run_for(4000)
        page.evaluate("passes(4000)")
        if step % 15 == 0:
            page.wait_for_timeout(20)  # requests take no longer than they do beside a real hour
    page.evaluate("sitting.pauses(place)")
    until(lambda: len({event["track_id"] for event in engine.events}) == 75, page)
    assert engine.count("POST /v1/workspaces/w1/progress") <= 70
    once = {(event["session_id"], event["sequence"]): event for event in engine.events}
    heard_ms = sum(end - begin for event in once.values() for begin, end in event["segments"])
    assert heard_ms == pytest.approx(3600_000 * 2.5, rel=0.04)


def test_the_player_goes_through_a_playlist_and_reports_where_it_was(page: Page, engine: Engine) -> None:
    engine.uploads.append(("t1", mp3(3)))
    found = loads(page).evaluate(
        """async () => {
          const {player} = await import('/static/player.js');
          const entry = (id, more) => ({
            entry_id: id, playlistId: 'p1', fromMs: null, toMs: null, ...more,
            track: {track_id: `t-${id}`, title: id, speaker: {name: 'Ann'}, duration_ms: 3000, revision: 1},
          });
          const entries = [entry('a', {fromMs: 500, toMs: 1500}), entry('b'), entry('c')];
          const way = {playlistId: 'p1', title: 'A way', entries};
          player.setRate(2);
          player.play(entries[0].track, 'w1', {way, entry: entries[0]});
          const seen = [];
          for (let i = 0; i < 300; i += 1) {
            const at = player.state.entry.entry_id;
            if (at === 'c' && player.state.positionMs > 100) break;
            if (seen.at(-1) !== at) seen.push(at);
            await new Promise((resolve) => setTimeout(resolve, 30));
          }
          player.pause();
          player.previous();
          await new Promise((resolve) => setTimeout(resolve, 300));
          seen.push(player.state.entry.entry_id);
          return seen;
        }"""
    )
    assert found == ["a", "b", "c", "b"]
    until(lambda: any(event.get("entry_id") == "c" for event in engine.events), page)
    of_a = [event for event in engine.events if event["entry_id"] == "a"]
    assert {event["playlist_id"] for event in engine.events} == {"p1"}
    assert of_a[0]["kind"] == "ended"
    assert min(begin for event in of_a for begin, _ in event["segments"]) >= 500
    assert max(end for event in of_a for _, end in event["segments"]) < 2200
    assert ME["workspace_id"] == "w1"


@pytest.fixture(autouse=True)
def _nothing_complains(engine: Engine) -> Any:
    yield
    assert engine.complaints == []
