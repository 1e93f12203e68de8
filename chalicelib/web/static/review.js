/** Whether a track is still true: its speaker is asked when its day has come, listeners see when it was said last. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Field, Problem, focusHeading, say} from './components.js';
import {calendarDay, month} from './formats.js';
import {changeTogether, useAction, useHere} from './hooks.js';
import {Retire} from './retired.js';

const DAY_MS = 24 * 60 * 60_000;

/** A day as the server counts it. */
const dayAt = (ms) => new Date(ms).toISOString().slice(0, 10);

/** When its speaker last said that it is still true. */
export const StillTrue = ({track: {still_true_on: on}}) => on && html` · still true as of ${month(on)}`;

/** What its speaker is asked once the day has come. */
export function StillTrueAsked({track, place, set}) {
  const {home} = useHere();
  const [confirm, {busy, problem}] = useConfirming({track, place, set});
  if (!track.review_on || track.review_on > dayAt(api.now())) return null;
  return html`<section class="card stack" aria-labelledby="still-true">
    <h2 id="still-true">Is this still true?</h2>
    <p class="muted">It was recorded on ${calendarDay((track.revised_at ?? track.published_at).slice(0, 10))}. Nothing happens to it until you answer.</p>
    <${Problem} problem=${problem} />
    <div class="row">
      <${Button} kind="main" icon="check" busy=${busy} onClick=${confirm}>Still true<//>
      <${Button} icon="record" href="${home}/record?track=${track.track_id}">Record anew<//>
      <${Retire} ...${{track, place, set}} />
    </div>
  </section>`;
}

/** When its speaker is asked, to be changed. */
export function ReviewDay({track, place, set}) {
  const {limits} = useHere();
  const [day, setDay] = useState(track.review_on);
  const [confirm, confirming] = useConfirming({track, place, set: (after) => { setDay(after.review_on); set(after); }});
  const [save, {busy, problem}] = useAction(async () => {
    const after = await changeTogether(() => api.put(`${place}/review`, {review_on: day}, {version: track.version}), set);
    set(after);
    say('Your choice was saved.');
  });
  const now = new Date(api.now());
  const last = dayAt(new Date(now).setUTCFullYear(now.getUTCFullYear() + limits.review_years));
  return html`<form class="stack" onSubmit=${(event) => { event.preventDefault(); save(); }}>
    <${Field} label="Ask me whether it is still true" type="date" required value=${day} onValue=${setDay}
      min=${dayAt(now.getTime() + DAY_MS)} max=${last} hint="Only you are asked. At most ${limits.review_years} years from now." />
    <${Problem} problem=${problem ?? confirming.problem} />
    <div class="row">
      ${day !== track.review_on && html`<${Button} type="submit" kind="main" busy=${busy}>${busy ? 'Saving…' : 'Save this day'}<//>`}
      <${Button} icon="check" busy=${confirming.busy} onClick=${confirm}>It is still true today<//>
    </div>
  </form>`;
}

function useConfirming({track, place, set}) {
  return useAction(async () => {
    const after = await changeTogether(() => api.put(`${place}/still-true`, undefined, {version: track.version}), set);
    const asked = track.review_on <= dayAt(api.now());
    set(after);
    if (asked) focusHeading(); // what asked goes with the answer
    say(`Your listeners see that it is still true. You are asked again on ${calendarDay(after.review_on)}.`);
  });
}
