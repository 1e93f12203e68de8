/** The keys that act on the player, to look up. */
import {html} from './preact.js';
import {Button, Dialog} from './components.js';

const KEYS = [
  [['Space'], 'Play or pause'],
  [['←'], '10 seconds back'],
  [['→'], '10 seconds forward'],
  [['Shift', '↑'], 'Faster'],
  [['Shift', '↓'], 'Slower'],
  [['N'], 'The next track'],
  [['Shift', 'N'], 'The one before'],
  [['Q'], 'What plays next'],
  [['?'], 'These keys'],
];

export function KeysHelp({onClose}) {
  return html`<${Dialog} title="Keys for the player" ...${{onClose}}>
    <dl class="keys">${KEYS.map(([keys, words]) => html`<div key=${words}>
      <dt>${keys.map((key, i) => html`${i > 0 && ' + '}<kbd>${key}</kbd>`)}</dt><dd>${words}</dd>
    </div>`)}</dl>
    <p class="small muted">They do nothing while you type.</p>
    <div class="row"><${Button} kind="main" onClick=${onClose}>Done<//></div>
  <//>`;
}
