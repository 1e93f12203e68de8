"""The player in a real browser: what plays next, when it ends, what can be taken back, who is told."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.engine import Engine
from tests.tracks.audio import mp3

HELPERS = """
window.told = [];
if (location.protocol.startsWith('http')) {
  const session = navigator.mediaSession;
  window.actions = {};
  session.setActionHandler = (action, act) => { actions[action] = act; };
  session.setPositionState = (place) => told.push(place ?? null);
  window.gains = [];
  window.GainNode = class extends GainNode { constructor(...given) { super(...given); gains.push(this); } };
  const clock = Date.now.bind(Date);
  window.aheadMs = 0;
  Date.now = () => clock() + aheadMs;
}
window.sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
window.until = async (holds, seconds = 15) => {
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(30)) {
    const found = await holds();
    if (found) return found;
  }
  throw new Error(`never: ${holds} ${JSON.stringify(player?.state)}`);
};
window.member = {workspace_id: 'w1', member_id: 'm1', playback: {rate: 1, even_loudness: true, go_on: true}};
window.trackOf = (id, duration_ms = 60000) => ({
  track_id: id, title: `About ${id}`, speaker: {name: 'Ann'}, duration_ms, revision: 1});
window.begins = async () => {
  ({player: window.player} = await import('/static/player.js'));
  (await import('/static/listening.js')).report(member);
  player.listenAs(member);
  return player.ready();
};
"""


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    context.add_init_script(HELPERS)
    return context


@pytest.fixture(autouse=True)
def _nothing_complains(engine: Engine) -> Iterator[None]:
    yield
    assert engine.complaints == []


@pytest.fixture
def minute(engine: Engine) -> Engine:
    """Every track is a minute of silence, and those named here can be heard."""
    engine.uploads.append(("any", mp3(60)))
    for track_id in ("t1", "t2", "t3", "a", "b"):
        engine.tracks[track_id] = {
            "track_id": track_id,
            "title": f"About {track_id}",
            "speaker": {"name": "Ann"},
            "duration_ms": 60_000,
            "revision": 1,
            "status": "ready",
            "reason": None,
        }
    return engine


def run(page: Page, script: str, *given: Any) -> Any:
    return page.evaluate(f"async (given) => {{ await begins(); {script} }}", given)


def comes_to(page: Page, holds: Callable[[], bool]) -> None:
    for _ in range(200):
        if holds():
            return
        page.wait_for_timeout(30)
    raise AssertionError("it did not come to that")


def stops_the_clock(page: Page) -> None:
    """From now on time passes only as the test says, however slow the machine is."""
    page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))


def test_the_queue_comes_first_then_the_playlist_goes_on_and_what_is_gone_is_skipped_with_a_sentence(
    page: Page, minute: Engine
) -> None:
    minute.fails = {"GET /v1/workspaces/w1/tracks/t3": [404]}
    minute.tracks["t2"] |= {"revision": 3, "duration_ms": 40_000}
    seen = run(
        page,
        """
        const entries = ['a', 'b'].map((id) => (
          {entry_id: `e-${id}`, playlistId: 'p1', fromMs: null, toMs: null, track: trackOf(id)}));
        const way = {playlistId: 'p1', title: 'A way', entries};
        const part = {entry_id: 'e-part', playlistId: 'p2', fromMs: 30_000, toMs: 50_000};
        await player.enqueue('add', trackOf('t2'), part);
        await player.enqueue('playNext', trackOf('t3'));
        player.play(entries[0].track, 'w1', {way, entry: entries[0]});
        await until(() => player.state.playing);
        player.seek(59_700);
        await until(() => player.state.track.track_id === 't2' && player.state.playing);
        const queued = {...player.state, waits: player.state.queue.length, onward: player.hasNext()};
        player.seek(39_700);
        await until(() => player.state.entry?.entry_id === 'e-b' && player.state.playing);
        player.previous();
        await until(() => player.state.entry?.entry_id === 'e-a' && player.state.playing);
        await sleep(400);
        player.unload();
        const {track: {revision}, entry: {fromMs, toMs}, positionMs, notice, waits, onward} = queued;
        return {
          revision, part: [fromMs, toMs], begins: positionMs >= fromMs,
          notice, inWay: queued.way, waits, onward,
        };
        """,
    )
    assert seen == {
        "revision": 3,
        "part": [30_000, 40_000],  # as far as what it was recorded anew as goes
        "begins": True,
        "notice": "“About t3” can no longer be heard and was skipped.",
        "inWay": None,
        "waits": 0,
        "onward": True,
    }
    comes_to(page, lambda: any(event["track_id"] == "t2" for event in minute.events))
    reported = {(event["track_id"], event["revision"], event.get("playlist_id")) for event in minute.events}
    assert {("a", 1, "p1"), ("t2", 3, "p2")} <= reported
    of_part = [event for event in minute.events if event["track_id"] == "t2"]
    assert {event["entry_id"] for event in of_part} == {"e-part"}
    heard = [ms for event in of_part for segment in event["segments"] for ms in segment]
    assert 30_000 <= min(heard) < max(heard) < 42_000
    assert not {"t3"} & {track_id for track_id, *_ in reported}


def test_the_queue_outlives_a_reload_is_ones_own_and_has_a_limit(page: Page, minute: Engine) -> None:
    full = run(
        page,
        """
        const part = {entry_id: 'e0', playlistId: 'p1', fromMs: 1000, toMs: 2000, track: trackOf('t0')};
        for (let i = 0; i < 100; i += 1) await player.enqueue('add', trackOf(`t${i}`), i ? undefined : part);
        try { await player.enqueue('add', trackOf('more')); } catch ({message}) { return message; }
        """,
    )
    assert full == "Your queue holds 100 tracks, and no more. Take some out first."
    page.reload()
    found = run(
        page,
        """
        const {queue} = await import('/static/queue.js');
        const [first, second] = queue.items;
        const parts = [first.entry, second.entry];
        const to = [queue.move(first.key, 1), queue.move(second.key, -1), queue.move(second.key, 1)];
        queue.remove(second.key);
        const ids = queue.items.slice(0, 2).map(({track}) => track.track_id);
        const count = player.state.queue.length;
        player.listenAs({...member, member_id: 'm2'});
        const theirs = player.state.queue.length;
        player.listenAs(member);
        queue.clear();
        return {parts, to, ids, count, theirs, kept: Object.keys(sessionStorage)};
        """,
    )
    part = {"entry_id": "e0", "playlistId": "p1", "fromMs": 1000, "toMs": 2000}
    assert found.pop("parts") == [part, None]
    assert found == {"to": [1, 0, 1], "ids": ["t0", "t2"], "count": 99, "theirs": 0, "kept": []}


def test_the_sleep_timer_fades_pauses_and_keeps_the_place(page: Page, minute: Engine) -> None:
    page.clock.install()
    page.evaluate("begins()")
    page.evaluate(
        """async () => {
          window.timer = (await import('/static/sleep.js')).sleep;
          player.play(trackOf('t1'), 'w1', {fromMs: 0});
        }"""
    )
    page.wait_for_function("() => player.state.playing", polling=50)
    stops_the_clock(page)
    page.evaluate("timer.set(5)")
    page.clock.run_for(5 * 60_000 - 8_000)
    assert page.evaluate("player.state.playing")
    assert page.evaluate("player.state.sleep.choice") == 5
    page.wait_for_function("() => gains[1].gain.value < 1", polling=50)
    page.clock.run_for(8_000)
    page.wait_for_function("() => !player.state.playing && player.state.notice", polling=50)
    state = page.evaluate("player.state")
    assert "sleep timer has ended" in state["notice"]
    assert (state["sleep"]["choice"], state["positionMs"] > 0) == (None, True)
    page.wait_for_function("() => gains[1].gain.value === 1", polling=50)
    assert page.evaluate("player.state.positionMs") == state["positionMs"]


def test_the_sleep_timer_ends_also_what_is_still_being_fetched(page: Page, minute: Engine) -> None:
    held: list[Route] = []
    page.clock.install()
    page.route("**/tracks/t1/audio", lambda route: held.append(route))
    page.evaluate("begins()")
    page.evaluate("async () => (await import('/static/sleep.js')).sleep.set(5)")
    page.clock.run_for(5 * 60_000 - 10_000)
    page.evaluate("void player.play(trackOf('t1'), 'w1', {fromMs: 0})")
    comes_to(page, lambda: bool(held))
    page.clock.run_for(10_000)
    held[0].continue_()
    state = page.evaluate("player.state")
    assert (state["playing"], state["waiting"], state["sleep"]["choice"]) == (False, False, None)
    assert "sleep timer has ended" in state["notice"]


def test_it_ends_with_the_track_where_that_is_wanted_once_or_always(page: Page, minute: Engine) -> None:
    found = run(
        page,
        """
        const {sleep: timer} = await import('/static/sleep.js');
        const {adopt} = await import('/static/playback.js');
        for (const id of ['t2', 't3']) await player.enqueue('add', trackOf(id));
        const ends = async () => {
          player.seek(59_800);
          await until(() => !player.state.playing && player.state.positionMs === 60_000);
          await sleep(100);
          return [player.state.track.track_id, player.state.notice, player.state.sleep.choice];
        };
        player.play(trackOf('t1'), 'w1', {fromMs: 0});
        await until(() => player.state.playing);
        timer.set('end');
        const once = await ends();
        player.next();
        await until(() => player.state.track.track_id === 't2' && player.state.playing);
        adopt({rate: 1, even_loudness: true, go_on: false});
        const always = await ends();
        const {queue} = await import('/static/queue.js');
        queue.clear();
        player.unload();
        return {once, always};
        """,
    )
    assert found == {
        "once": ["t1", "The sleep timer has ended with the track.", None],
        "always": ["t2", None, None],
    }


def test_a_far_seek_can_be_taken_back_for_eight_seconds(page: Page, minute: Engine) -> None:
    page.clock.install()
    page.evaluate("begins()")
    page.evaluate("player.play(trackOf('t1'), 'w1', {fromMs: 5000})")
    page.wait_for_function("() => player.state.playing", polling=50)
    page.evaluate("player.pause()")
    stops_the_clock(page)
    begun = page.evaluate("player.state.positionMs")
    for by, jump in ((15_000, None), (15_001, {"backMs": begun})):
        page.clock.run_for(2_000)
        page.evaluate("(ms) => player.seek(ms)", begun + by)
        assert page.evaluate("player.state.jump") == jump
        page.clock.run_for(2_000)
        page.evaluate("(ms) => player.seek(ms)", begun)
    page.clock.run_for(2_000)
    dragged = page.evaluate(
        """() => {
          for (let ms = player.state.positionMs; ms < 50_000; ms += 5_000) player.seek(ms);
          return player.state.jump;
        }"""
    )
    assert dragged == {"backMs": begun}
    page.clock.run_for(7_900)
    assert page.evaluate("player.state.jump") == dragged
    page.evaluate("player.undo()")
    assert page.evaluate("[player.state.positionMs, player.state.jump]") == [begun, None]
    page.clock.run_for(2_000)
    page.evaluate("player.seek(50_000)")
    page.clock.run_for(8_000)
    assert page.evaluate("player.state.jump") is None


@pytest.mark.parametrize("there", [True, False])
def test_where_two_devices_moved_on_one_is_asked_once_and_the_answer_holds(
    page: Page, minute: Engine, there: bool
) -> None:
    minute.fails = {"POST /v1/workspaces/w1/progress": [503] * 20}
    later = datetime.now(UTC) + timedelta(minutes=2)
    minute.standing = {"revision": 1, "resume_ms": 40_000, "updated_at": later.isoformat()}
    found = run(
        page,
        """
        const [there] = given;
        player.play(trackOf('t1'), 'w1', {fromMs: 3000});
        await until(() => player.state.playing && player.state.positionMs > 3300);
        player.pause();
        aheadMs += 10_000;
        player.toggle();
        const question = await until(() => player.state.question);
        const {playing} = player.state;
        player.decide(there);
        await until(() => player.state.playing && !player.state.waiting);
        await sleep(200);
        const {positionMs, question: left} = player.state;
        player.unload();
        return {asked: question.thereMs, here: question.hereMs, playing, positionMs, left};
        """,
        there,
    )
    assert (found["asked"], found["playing"], found["left"]) == (40_000, False, None)
    wanted = 40_000 if there else found["here"]
    assert wanted <= found["positionMs"] < wanted + 5_000


def test_who_presses_play_while_asked_stays(page: Page, minute: Engine) -> None:
    minute.fails = {"POST /v1/workspaces/w1/progress": [503] * 20}
    later = datetime.now(UTC) + timedelta(minutes=2)
    minute.standing = {"revision": 1, "resume_ms": 40_000, "updated_at": later.isoformat()}
    found = run(
        page,
        """
        player.play(trackOf('t1'), 'w1', {fromMs: 3000});
        await until(() => player.state.playing && player.state.positionMs > 3300);
        player.pause();
        aheadMs += 10_000;
        player.toggle();
        await until(() => player.state.question);
        player.toggle();
        await until(() => player.state.playing);
        const {positionMs, question} = player.state;
        player.unload();
        return {positionMs, question};
        """,
    )
    assert (found["positionMs"] < 10_000, found["question"]) == (True, None)


def test_nothing_takes_the_place_of_the_one_that_the_listener_has_chosen(page: Page, minute: Engine) -> None:
    later = datetime.now(UTC) + timedelta(minutes=2)
    minute.standing = {"revision": 1, "resume_ms": 40_000, "updated_at": later.isoformat()}
    found = run(
        page,
        """
        player.play(trackOf('t1'), 'w1');
        player.seek(20_000);
        actions.play(); // who presses play on the headphones meanwhile wants to hear it
        await until(() => player.state.playing && !player.state.waiting);
        return player.state.positionMs;
        """,
    )
    assert 20_000 <= found < 25_000
    minute.standing = None
    again = """
        player.pause();
        player.seek(10_000);
        aheadMs += 120_000;
        player.toggle();
        await until(() => player.state.playing && !player.state.waiting);
        return player.state.positionMs;
        """
    assert 10_000 <= run(page, again) < 15_000
    later = datetime.now(UTC) + timedelta(minutes=6)
    minute.standing = {"revision": 1, "resume_ms": 40_000, "updated_at": later.isoformat()}
    asked = run(page, again.replace("player.state.playing && !player.state.waiting", "player.state.question"))
    assert asked == 10_000, "another device has moved on since, too"
    page.evaluate("player.unload()")


def test_tries_that_fail_and_addresses_that_expire_lose_no_place(page: Page, minute: Engine) -> None:
    found = run(
        page,
        """
        const {audio} = await import('/static/player.js');
        player.play(trackOf('t1'), 'w1', {fromMs: 30_000});
        await until(() => player.state.playing && player.state.positionMs > 30_100);
        player.pause();
        audio.dispatchEvent(new Event('error')); // as by a seek with an address that has expired
        const {problem, positionMs: before} = player.state;
        return {problem, before};
        """,
    )
    assert found["problem"] is None
    minute.fails = {"GET /v1/workspaces/w1/tracks/t1/audio": [503] * 3}
    after = run(
        page,
        """
        const [before] = given;
        aheadMs += 120_000;
        const places = [];
        for (let i = 0; i < 3; i += 1) {
          player.toggle();
          await until(() => player.state.problem && !player.state.waiting);
          await sleep(200);
          places.push(player.state.positionMs - before);
        }
        return places;
        """,
        found["before"],
    )
    assert after == [-3000, -3000, -3000]
    minute.fails = {"POST /v1/workspaces/w1/progress": [0] * 20}  # no answer tells the time
    again = run(
        page,
        """
        player.toggle();
        await until(() => player.state.playing);
        aheadMs += 299_000;
        player.seek(59_800);
        await until(() => !player.state.playing && player.state.positionMs === 60_000);
        player.toggle(); // once more, with an address that has expired since
        await until(() => player.state.playing && player.state.positionMs > 100);
        const {positionMs} = player.state;
        player.unload();
        return positionMs;
        """,
    )
    assert again < 5_000


def test_what_was_recorded_anew_meanwhile_is_heard_and_reported_as_the_new_recording(
    page: Page, minute: Engine
) -> None:
    minute.tracks["a"]["revision"] = 2
    first = run(
        page,
        """
        const way = {playlistId: 'p1', title: 'A way', entries: [
          {entry_id: 'e-a', fromMs: null, toMs: null, track: trackOf('a')}]};
        player.play(way.entries[0].track, 'w1', {way, entry: way.entries[0]});
        await until(() => player.state.playing && player.state.positionMs > 300);
        const {track: {revision}, notice, entry} = player.state;
        player.play(trackOf('t1'), 'w1', {fromMs: 30_000});
        await until(() => player.state.playing && player.state.positionMs > 30_200);
        player.pause();
        return [revision, notice, entry.entry_id];
        """,
    )
    assert first == [2, "It was recorded anew. This is the new recording.", "e-a"]
    minute.tracks["t1"]["revision"] = 2
    second = run(
        page,
        """
        aheadMs += 400_000; // its address has expired
        player.toggle();
        await until(() => player.state.playing && player.state.track.revision === 2);
        await sleep(300);
        const {positionMs} = player.state;
        player.unload();
        return positionMs;
        """,
    )
    assert second < 10_000
    comes_to(page, lambda: ("t1", 2) in {(event["track_id"], event["revision"]) for event in minute.events})
    reported = {(event["track_id"], event["revision"]) for event in minute.events}
    assert reported == {("a", 2), ("t1", 1), ("t1", 2)}


def test_a_long_pause_goes_back_a_little_as_the_server_would(page: Page) -> None:
    cases = [
        [100_000, 300_000, 59_999],
        [100_000, 300_000, 60_000],
        [100_000, 300_000, 3_600_000],
        [15_000, 20_000, 3_600_000],
        [4_999, 300_000, 60_000],
        [297_000, 300_000, 60_000],
    ]
    found = page.evaluate(
        """async (cases) => {
          const {fitting, placed, resumeAt} = await import('/static/resume.js');
          const part = {fromMs: 20_000, toMs: 40_000};
          const places = [19_999, 20_000, 39_999, 40_000].map((ms) => placed(ms, part));
          const parts = [39_000, 21_000, 20_999].map((ms) => fitting(part, ms));
          const ends = parts.map(({fromMs, toMs}) => [fromMs, toMs]);
          return [cases.map((each) => resumeAt(...each)), places, ends];
        }""",
        cases,
    )
    parts = [[20_000, 39_000], [20_000, 21_000], [None, None]]
    assert found == [[100_000, 97_000, 92_000, 13_000, 0, 0], [20_000, 20_000, 39_999, 20_000], parts]


def test_the_systems_controls_know_everything_and_forget_it(page: Page, minute: Engine) -> None:
    minute.loudness = -24
    found = run(
        page,
        """
        await player.enqueue('add', trackOf('t2'));
        player.setRate(1.5);
        player.play(trackOf('t1'), 'w1', {fromMs: 10_000});
        await until(() => player.state.playing);
        const {title, artist, artwork} = navigator.mediaSession.metadata;
        const set = Object.keys(actions).filter((name) => actions[name]).sort();
        const gain = gains[0].gain.value;
        actions.seekto({seekTime: 30});
        await until(() => told.at(-1)?.position >= 30);
        const place = told.at(-1);
        actions.seekbackward({});
        await until(() => told.at(-1)?.position < 25);
        actions.seekforward({seekOffset: 5});
        await until(() => told.at(-1)?.position > 24);
        const before = player.state.positionMs;
        actions.pause();
        const paused = navigator.mediaSession.playbackState;
        actions.nexttrack();
        await until(() => player.state.track.track_id === 't2' && player.state.playing);
        const onward = actions.nexttrack;
        (await import('/static/playback.js')).set({even_loudness: false});
        const asItIs = gains[0].gain.value;
        actions.stop();
        return {
          title, artist, artwork: artwork.map(({sizes}) => sizes),
          set, gain, place, before, paused, onward, asItIs,
          after: [navigator.mediaSession.metadata, navigator.mediaSession.playbackState, told.at(-1),
            Object.values(actions).every((act) => act === null)],
        };
        """,
    )
    assert (found["title"], found["artist"], found["artwork"]) == ("About t1", "Ann", ["1400x1400", "any"])
    assert found["set"] == [
        *("nexttrack", "pause", "play", "previoustrack", "seekbackward", "seekforward", "seekto", "stop"),
    ]
    assert (found["place"]["duration"], found["place"]["playbackRate"]) == (60, 1.5)
    assert 24_000 < found["before"] < 30_000
    assert (found["paused"], found["onward"]) == ("paused", None)
    assert found["gain"] == pytest.approx(10 ** (6 / 20), abs=0.001)
    assert found["asItIs"] == 1
    assert found["after"] == [None, "none", None, True]


def test_speed_follows_the_member_and_is_sent_seldom(page: Page, engine: Engine) -> None:
    page.clock.install()
    page.evaluate("begins()")
    stops_the_clock(page)
    page.evaluate("for (const rate of [1.25, 1.5, 9]) player.setRate(rate)")
    assert page.evaluate("player.state.rate") == 2.5
    page.clock.run_for(4_900)
    assert engine.playback == []
    page.clock.run_for(200)
    comes_to(page, lambda: len(engine.playback) == 1)
    page.evaluate("player.setRate(1.75)")
    page.clock.run_for(50_000)
    page.evaluate("player.setRate(2)")
    assert engine.playback == [{"rate": 2.5}]
    engine.fails = {"PATCH ": [503]}
    page.clock.run_for(5_000)  # a minute has to have passed
    assert engine.fails == {"PATCH ": [503]}
    page.clock.run_for(5_000)
    comes_to(page, lambda: engine.fails == {"PATCH ": []})
    page.wait_for_function("() => JSON.parse(localStorage['earshot.playback.m1']).unsent[0]", polling=50)
    assert engine.playback == [{"rate": 2.5}]
    page.evaluate("player.listenAs({...member, playback: {rate: 1.25, even_loudness: false, go_on: true}})")
    kept = page.evaluate(
        "import('/static/playback.js').then(({playback}) => [playback.rate, playback.evenLoudness])"
    )
    assert kept == [2, False]
    page.clock.run_for(5_000)
    comes_to(page, lambda: len(engine.playback) == 2)
    assert engine.playback[1] == {"rate": 2}
