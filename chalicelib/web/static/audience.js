/** Choosing one of one's groups as the audience of something. */
import {html} from './preact.js';
import * as api from './api.js';
import {Choice, Field} from './components.js';
import {useHere, useLoaded} from './hooks.js';

/** The groups that the reader belongs to, none until they are there; why they are not is a matter of other pages. */
export function useMyGroups() {
  const {url} = useHere();
  const {value} = useLoaded(() => api.get(`${url}/groups`), [url]);
  return value?.items ?? [];
}

/** A choice of the audience `group`, and of which; nothing where there is none. `chosen` is its id, null where it is another audience. */
export function OneGroup({groups, name, chosen, onChosen, hint}) {
  if (!groups.length) return null;
  return html`<${Choice} type="radio" label="A group of mine" checked=${chosen !== null} onChange=${() => onChosen(groups[0].group_id)} ...${{name, hint}} />
    ${chosen !== null && html`<div class="within"><${Field} as="select" label="Which group" value=${chosen} onValue=${onChosen}>
      ${groups.map(({group_id: id, purpose}) => html`<option key=${id} value=${id} selected=${id === chosen}>${purpose}</option>`)}
    <//></div>`}`;
}
