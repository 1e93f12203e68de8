/** The player at the foot of the page, there as soon as something is loaded. */
import {html, useEffect, useState} from './preact.js';
import {Button, PlayButton, Slider} from './components.js';
import {clock} from './formats.js';
import {useHere} from './hooks.js';
import {player} from './player.js';

const RATES = [0.75, 1, 1.25, 1.5, 1.75, 2, 2.5];

/** What is playing, and what can be done with it. */
export function usePlayer() {
  const [state, setState] = useState(player.state);
  useEffect(() => { setState(player.state); return player.subscribe(setState); }, []);
  return state;
}

/** The bar itself. */
export function PlayerBar() {
  const {home} = useHere();
  const {track, playing, positionMs, durationMs, problem, waiting} = usePlayer();
  if (!track) return null;
  return html`<section class="player" aria-label="Player">
    <div class="row controls">
      <span class="skips"><${Skip} ms=${-10_000} /></span>
      <${PlayButton} title=${track.title} playing=${playing} onClick=${player.toggle} />
      <span class="skips"><${Skip} ms=${10_000} /></span>
    </div>
    <div class="what">
      <a class="clip" href="${home}/track/${track.track_id}" dir="auto">${track.title}</a>
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
  const {rate} = usePlayer();
  return html`<label class="speed"><span class="aside">Speed</span>
    <select value=${rate} title="Speed" onChange=${(event) => player.setRate(Number(event.currentTarget.value))}>
      ${RATES.map((each) => html`<option key=${each} value=${each} selected=${each === rate}>${each}×</option>`)}
    </select></label>`;
}
