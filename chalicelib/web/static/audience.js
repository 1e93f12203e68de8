/** Choosing one of one's groups as the audience of something. */
import {html} from './preact.js';
import * as api from './api.js';
import {Choice, Field} from './components.js';
import {useHere, useLoaded} from './hooks.js';

/** The groups that the reader belongs to: `{groups, problem}`; none until they are there. */
export function useMyGroups() {
  const {url} = useHere();
  const {value, problem} = useLoaded(() => api.get(`${url}/groups`), [url]);
  return {groups: value?.items ?? [], problem};
}

/** A choice of the audience `group`, and of which; nothing where there is none. `chosen` is its id, null where it is another audience. */
export function OneGroup({mine: {groups, problem}, name, chosen, onChosen, hint}) {
  if (!groups.length && problem) return html`<p class="small muted">Your groups cannot be shown. ${problem.message}</p>`;
  if (!groups.length) return null;
  return html`<${Choice} type="radio" label="A group of mine" checked=${chosen !== null} onChange=${() => onChosen(groups[0].group_id)} ...${{name, hint}} />
    ${chosen !== null && html`<div class="within"><${Field} as="select" label="Which group" value=${chosen} onValue=${onChosen}>
      ${groups.map(({group_id: id, purpose}) => html`<option key=${id} value=${id} selected=${id === chosen}>${purpose}</option>`)}
    <//></div>`}`;
}
