/**
 * The system's own controls: lock screen, headphones, media keys. `follow(player)` keeps them up with what it plays.
 *
 * https://www.w3.org/TR/mediasession/
 */
const SKIP_MS = 10_000;
const MOVED_MS = 2_000; // further than that from where time alone leads
const ARTWORK = [
  {src: new URL('cover.png', import.meta.url).href, sizes: '1400x1400', type: 'image/png'},
  {src: new URL('logo.svg', import.meta.url).href, sizes: 'any', type: 'image/svg+xml'},
];

export function follow(player) {
  const session = navigator.mediaSession;
  if (!session) return;
  let told = {};
  player.subscribe((state) => {
    const {track, way} = state;
    const onward = player.hasNext();
    if (track !== told.track || way !== told.way) describe(session, state);
    if (track !== told.track || onward !== told.onward) act(session, player, {track, onward});
    if (hasMoved(state, told)) {
      place(session, state);
      told = {...told, positionMs: state.positionMs, atMs: performance.now()};
    }
    const {playing, rate, durationMs} = state;
    told = {...told, track, way, onward, playing, rate, durationMs};
  });
}

function describe(session, {track, way}) {
  session.metadata = track && new MediaMetadata({
    title: track.title, artist: track.speaker?.name ?? '', album: way?.title ?? 'Earshot', artwork: ARTWORK,
  });
}

function act(session, player, {track, onward}) {
  const actions = {
    play: () => { if (!player.state.playing && !player.state.waiting) player.toggle(); },
    pause: player.pause,
    seekbackward: ({seekOffset}) => player.skip(seekOffset ? -seekOffset * 1000 : -SKIP_MS),
    seekforward: ({seekOffset}) => player.skip(seekOffset ? seekOffset * 1000 : SKIP_MS),
    seekto: ({seekTime}) => player.seek(seekTime * 1000),
    previoustrack: player.previous,
    nexttrack: onward ? player.next : null,
    stop: player.unload,
  };
  for (const [action, doIt] of Object.entries(actions)) session.setActionHandler(action, track ? doIt : null);
}

/** Whether the system would show another place than the player is at. */
function hasMoved({track, playing, rate, durationMs, positionMs}, told) {
  if (track !== told.track || playing !== told.playing || rate !== told.rate || durationMs !== told.durationMs) return true;
  const passed = playing ? (performance.now() - told.atMs) * rate : 0;
  return Math.abs(positionMs - told.positionMs - passed) > MOVED_MS;
}

function place(session, {track, playing, rate, durationMs, positionMs}) {
  session.playbackState = playing ? 'playing' : track ? 'paused' : 'none';
  if (!session.setPositionState) return;
  if (!durationMs) return void session.setPositionState();
  session.setPositionState({duration: durationMs / 1000, playbackRate: rate, position: Math.min(positionMs, durationMs) / 1000});
}
