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
    seek: (ms) => (loaded ? player.seek(ms) : player.play(track, workspaceId, ms)),
  };
}

/** The bar itself. */
export function PlayerBar() {
  const {track, workspaceId, playing, positionMs, durationMs, problem, waiting} = usePlayer();
  if (!track) return null;
  return html`<section class="player" aria-label="Player">
    <div class="row controls">
      <span class="skips"><${Skip} ms=${-10_000} /></span>
      <${PlayButton} title=${track.title} playing=${playing} onClick=${player.toggle} />
      <span class="skips"><${Skip} ms=${10_000} /></span>
    </div>
    <div class="what">
      <a class="clip" href="#/w/${workspaceId}/track/${track.track_id}" dir="auto">${track.title}</a>
      <span class="small clip ${problem ? 'problem' : 'muted'}" role=${problem ? 'alert' : undefined}>
        ${problem ?? (waiting ? 'Loading…' : html`<bdi>${track.speaker.name}</bdi><span class="brief"> · ${clock(positionMs)}</span>`)}</span>
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
