/** Departments that a group or an open call wants. */
import {html} from './preact.js';
import {Icon} from './icons.js';

/** Departments wanted, with a tick at those that are there. */
export function Seats({seats}) {
  if (!seats.length) return null;
  return html`<ul class="row tags" aria-label="Departments wanted">${seats.map(([department, there]) => html`<li key=${department}
    class="tag ${there ? 'accent' : ''}">${there && html`<${Icon} name="check" size=${14} />`}<bdi>${department}</bdi><span class="aside">${there ? ' is here' : ' is missing'}</span></li>`)}</ul>`;
}
