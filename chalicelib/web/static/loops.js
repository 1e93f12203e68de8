/** Letting a mentor see how far one's loops have come, and seeing it as one. */
import {html} from './preact.js';
import * as api from './api.js';
import {Choice, Problem, say} from './components.js';
import {useAction, useHere, useList, useLoaded} from './hooks.js';
import {Ring} from './loop.js';

/** The switch of a new hire. */
export function ShowLoops() {
  const {url} = useHere();
  const place = `${url}/loops/mentor`;
  const {value, problem, reload, set} = useLoaded(() => api.get(place), [place]);
  const shown = Boolean(value?.mentor);
  const [turn, turning] = useAction(async () => {
    if (shown) await api.del(place);
    set(shown ? {mentor: null} : await api.put(place));
    say(shown ? 'Nobody sees your loops.' : 'Your mentor sees which quarters are full.');
  });
  return html`<${Problem} problem=${problem ?? turning.problem} retry=${problem && reload} />
    ${value && html`<${Choice} label="Let my mentor see how far my loops are" checked=${shown} onChange=${turn}
      hint="Which quarters are full, and nothing that you write or say." />`}`;
}

/** What a new hire shows their mentor; nothing where they do not. */
export function LoopsOf({member}) {
  const {url, home} = useHere();
  const list = useList((after) => api.get(`${url}/members/${member.member_id}/loops`, {after}), [url, member.member_id]);
  return html`<${Problem} problem=${list.problem} retry=${list.reload} />
    ${list.items?.length > 0 && html`<div class="stack"><h3>How far <bdi>${member.name}</bdi> is</h3>
      <ul class="list wide">${list.items.map((each) => html`<li class="place row" key=${each.playlist_id}>
        <${Ring} full=${[each.gained_at, each.applied_at, each.feedback_at, each.reflected_at].map(Boolean)} />
        <a href="${home}/playlist/${each.playlist_id}" dir="auto">${each.title}</a></li>`)}</ul></div>`}`;
}
