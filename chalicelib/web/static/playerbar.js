/** The player at the foot of the page, there as soon as something is loaded. */
import {html, useEffect, useRef, useState} from './preact.js';
import {Button, PlayButton, Slider} from './components.js';
import {clock} from './formats.js';
import {useHere} from './hooks.js';
import {player} from './player.js';

const RATES = [0.75, 1, 1.25, 1.5, 1.75, 2, 2.5];

/** What `pick` takes of the player's state; what it leaves out, such as the position, renders nothing anew. */
export function usePlayer(pick = (state) => state) {
  const latest = useRef();
  latest.current = pick;
  const [, put] = useState();
  useEffect(() => {
    const look = (state) => put(() => latest.current(state));
    look(player.state);
    return player.subscribe(look);
  }, []);
  return pick(player.state);
}

/** How a track stands with the player: `{loaded, playing, press, seek}`. */
export function usePlayback(track) {
  const {workspace: {workspace_id: workspaceId}} = useHere();
  const loaded = usePlayer(() => player.has(track, workspaceId));
  const playing = usePlayer((state) => state.playing) && loaded;
  return {
    loaded,
    playing,
    press: () => (loaded ? player.toggle() : player.play(track, workspaceId)),
    seek: (ms) => (loaded ? player.seek(ms) : player.play(track, workspaceId, {fromMs: ms})),
  };
}

/** The bar itself. */
export function PlayerBar() {
  const {track, workspaceId, way, playing, positionMs, durationMs, problem, waiting, question} = usePlayer();
  useKeys();
  if (!track) return null;
  return html`<section class="player" aria-label="Player">
    ${question && html`<${Question} ...${{question}} />`}
    <div class="row controls">
      ${way && html`<span class="skips"><${Button} kind="plain round" icon="previous" label="Previous" onClick=${player.previous} /></span>`}
      <span class="skips"><${Skip} ms=${-SKIP_MS} /></span>
      <${PlayButton} title=${track.title} playing=${playing} onClick=${player.toggle} />
      <span class="skips"><${Skip} ms=${SKIP_MS} /></span>
      ${way && html`<span class="skips"><${Button} kind="plain round" icon="next" label="Next" onClick=${player.next} /></span>`}
    </div>
    <div class="what">
      <a class="clip" href="#/w/${workspaceId}/track/${track.track_id}" dir="auto">${track.title}</a>
      <span class="small clip ${problem ? 'problem' : 'muted'}" role=${problem ? 'alert' : undefined}>
        ${problem ?? (waiting ? 'Loading…' : html`<bdi>${track.speaker.name}</bdi>${way?.playlistId && html` · <a href="#/w/${workspaceId}/playlist/${way.playlistId}" dir="auto">${way.title}</a>`}<span class="brief"> · ${clock(positionMs)}</span>`)}</span>
    </div>
    <div class="seek">
      <span class="times numbers" aria-hidden="true">${clock(positionMs)}</span>
      <${Slider} label="Position" ...${{positionMs, durationMs}} onSeek=${player.seek} />
      <span class="times numbers" aria-hidden="true">${clock(durationMs)}</span>
    </div>
    <span class="speeds"><${Speed} /></span>
    <${Button} kind="plain round" icon="close" label="Close the player" onClick=${player.unload} />
  </section>`;
}

/** Asked once, where this page and another device have both moved on. */
function Question({question: {hereMs, thereMs}}) {
  return html`<div class="question" role="alertdialog" aria-label="Where to go on">
    <p class="small">You went on to ${clock(thereMs)} on another device.</p>
    <div class="row">
      <${Button} kind="main" onClick=${() => player.decide(true)}>Go on at ${clock(thereMs)}<//>
      <${Button} onClick=${() => player.decide(false)}>Stay at ${clock(hereMs)}<//>
    </div>
  </div>`;
}

const SKIP_MS = 10_000;
const TYPED = 'input, textarea, select, [contenteditable], dialog';

/** Space, the arrow keys and N act on the player, wherever nothing else takes them. */
function useKeys() {
  useEffect(() => {
    const press = (event) => {
      const {target, key, shiftKey} = event;
      if (!player.state.track || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.closest(TYPED)) return;
      const act = shiftKey ? SHIFTED[key] : KEYS[key];
      if (!act || (key === ' ' && target.closest('button, a'))) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

const KEYS = {
  ' ': player.toggle,
  ArrowLeft: () => player.skip(-SKIP_MS),
  ArrowRight: () => player.skip(SKIP_MS),
  n: player.next,
};
const faster = (by) => {
  const place = RATES.indexOf(player.state.rate);
  player.setRate(RATES[Math.max(0, Math.min(place < 0 ? 1 : place + by, RATES.length - 1))]);
};
const SHIFTED = {ArrowUp: () => faster(1), ArrowDown: () => faster(-1), N: player.previous};

/** A button that goes a little back or forward. */
export function Skip({ms}) {
  const label = `${ms < 0 ? 'Back' : 'Forward'} ${Math.abs(ms) / 1000} seconds`;
  return html`<${Button} kind="plain round" icon=${ms < 0 ? 'back' : 'forward'} label=${label} onClick=${() => player.skip(ms)} />`;
}

/** How fast one listens. */
export function Speed() {
  const rate = usePlayer((state) => state.rate);
  return html`<label class="speed"><span class="aside">Speed</span>
    <select value=${rate} title="Speed" onChange=${(event) => player.setRate(Number(event.currentTarget.value))}>
      ${RATES.map((each) => html`<option key=${each} value=${each} selected=${each === rate}>${each}×</option>`)}
    </select></label>`;
}
