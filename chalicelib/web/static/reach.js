/** How far a track of one's own has come: bands of people, counted once a week. */
import {html} from './preact.js';
import * as api from './api.js';
import {Problem} from './components.js';
import {day} from './formats.js';
import {useLoaded} from './hooks.js';

const band = (least, fewer) => (least === null ? fewer : `${least}+`);

/** What the speaker of a track sees of its listening. */
export function Reach({place}) {
  const {value, problem, reload} = useLoaded(() => api.get(`${place}/reach`), [place]);
  if (!value) return html`<${Problem} ...${{problem}} retry=${reload} />`;
  const {heard, completed, left_off: leftOff, counted_at: countedAt} = value;
  const most = Math.max(...leftOff.map((least) => least ?? 0));
  const part = leftOff.indexOf(most);
  return html`<section class="section">
    <h2>Who it reaches</h2>
    ${countedAt
      ? html`<p><strong>${band(heard, 'Fewer than 5')}</strong> people have heard it, <strong>${band(completed, 'fewer than 5')}</strong> to its end.
          ${most > 0 && html` Most who stopped did so between ${part * 10} % and ${part * 10 + 10} %.`}</p>
        <p class="small muted">Counted on ${day(countedAt)}, once a week, and never by name: who listens is the listener's own business.</p>`
      : html`<p class="muted">Once a week Earshot counts roughly how many have heard it. Nobody sees who.</p>`}
  </section>`;
}
