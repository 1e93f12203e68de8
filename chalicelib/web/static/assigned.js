/** Playlists that one was asked to hear, as they wait on the home page. */
import {html} from './preact.js';
import * as api from './api.js';
import {Button, Problem, ProgressBar, focusHeading, say} from './components.js';
import {count} from './formats.js';
import {useAction, useHere} from './hooks.js';
import {Icon} from './icons.js';

const weekday = new Intl.DateTimeFormat('en-GB', {weekday: 'long', day: 'numeric', month: 'long'});

/** A day as the API has it, `2026-12-04`, in words; `by …` or, once it is over, `was planned for …`. */
export function planned(isoDay, now = new Date()) {
  if (!isoDay) return '';
  const [year, month, number] = isoDay.split('-').map(Number);
  const day = new Date(year, month - 1, number);
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  return `${day < today ? 'was planned for' : 'by'} ${weekday.format(day)}`;
}

/** Those that wait, on the home page. */
export function Assigned({items, more, reload}) {
  const {home} = useHere();
  if (!items.length) return null;
  return html`<section class="card waits" aria-labelledby="assigned">
    <h2 id="assigned">For you to hear</h2>
    <ul class="list">${items.map((item) => html`<${AssignedRow} key=${item.playlist.playlist_id} ...${{item}} changed=${reload} />`)}</ul>
    ${more && html`<p><a href="${home}/assigned">Everything that you were asked to hear</a></p>`}
  </section>`;
}

/** One of them, with what one does about it; `changed` looks anew. */
export function AssignedRow({item, changed}) {
  const {url, home} = useHere();
  const {playlist: {playlist_id: id, title}, assigned_by: by, planned_for: day, put_away: away, completed, heard, of} = item;
  const [turn, {busy, problem}] = useAction(async () => {
    await api.patch(`${url}/assigned/${id}`, {put_away: !away});
    focusHeading();
    await changed();
    say(away ? 'It waits for you again.' : 'Put away. Nobody is told.');
  });
  const words = completed ? '' : planned(day);
  return html`<li class="offer">
    <span class="disc still"><${Icon} name=${completed ? 'check' : 'playlists'} /></span>
    <div>
      <p><a href="${home}/playlist/${id}" dir="auto">${title}</a></p>
      <p class="small muted"><bdi>${by.name}</bdi> asks you to hear it${words && `, ${words}`}.
        ${' '}${completed ? 'You have heard it.' : of ? `${heard} of ${count(of, 'track')} heard.` : 'There is nothing in it yet.'}</p>
      ${!completed && heard > 0 && html`<${ProgressBar} label="Heard of ${title}" value=${heard / of} />`}
      <${Problem} ...${{problem}} />
    </div>
    ${!completed && html`<div class="row">
      <${Button} kind=${away ? '' : 'soft'} href="${home}/playlist/${id}" label="${heard ? 'Go on with' : 'Listen to'} ${title}">${heard ? 'Go on' : 'Listen'}<//>
      <${Button} kind="plain" ...${{busy}} label="${away ? 'Take up again' : 'Not now'}: ${title}" onClick=${turn}>${away ? 'Take up again' : 'Not now'}<//>
    </div>`}
  </li>`;
}
