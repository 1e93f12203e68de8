/** How one likes to listen, on every device. */
import {html} from './preact.js';
import * as api from './api.js';
import {Choice, Field, Problem, say} from './components.js';
import {useChoices, useHere, useLoaded} from './hooks.js';
import {SingleKeys} from './keyhelp.js';
import {adopt} from './playback.js';
import {player} from './player.js';
import {RATES} from './playerkeys.js';

/** The part of one's own settings. */
export function Playback() {
  const {url} = useHere();
  const place = `${url}/playback`;
  const loaded = useLoaded(() => api.get(place), [place]);
  const {value, problem, reload} = loaded;
  const [change, refused] = useChoices(loaded, async (changes) => {
    await player.ready();
    const after = await api.patch(place, changes);
    adopt(after);
    say('Your settings were saved.');
    return after;
  });
  return html`<section class="section">
    <h2>Listening</h2>
    <p class="muted">The same on every device on which you sign in.</p>
    <${Problem} problem=${problem ?? refused} retry=${problem && reload} />
    ${value && html`<div class="stack">
      <${Field} as="select" label="Speed" value=${value.rate} onValue=${(rate) => change({rate: Number(rate)})}>
        ${[...new Set([...RATES, value.rate])].sort((a, b) => a - b).map((rate) => html`<option key=${rate} value=${rate} selected=${rate === value.rate}>${rate}×</option>`)}
      <//>
      <${Choice} label="Even out loudness" hint="Quiet and loud speakers sound about as loud." checked=${value.even_loudness}
        onChange=${(event) => change({even_loudness: event.currentTarget.checked})} />
      <${Choice} label="Go on by itself" hint="When a track ends, what comes next in your queue or the playlist follows." checked=${value.go_on}
        onChange=${(event) => change({go_on: event.currentTarget.checked})} />
      <${SingleKeys} checked=${value.single_keys} onChange=${(event) => change({single_keys: event.currentTarget.checked})} />
    </div>`}
  </section>`;
}
