/** The keys that act on the player, to look up, and those of a single character to turn off. */
import {html} from './preact.js';
import {Button, Choice, Dialog} from './components.js';
import * as playback from './playback.js';
import {usePlayer} from './playerbar.js';

const SINGLE = [
  [['Space'], 'Play or pause'],
  [['N'], 'The next track'],
  [['Shift', 'N'], 'The one before'],
  [['Q'], 'What plays next'],
  [['?'], 'These keys'],
];
const OTHERS = [
  [['←'], '10 seconds back'],
  [['→'], '10 seconds forward'],
  [['Shift', '↑'], 'Faster'],
  [['Shift', '↓'], 'Slower'],
];

export function KeysHelp({onClose}) {
  const on = usePlayer(({singleKeys}) => singleKeys);
  return html`<${Dialog} title="Keys for the player" ...${{onClose}}>
    <dl class="keys">
      ${SINGLE.map(([keys, words]) => html`<${Key} key=${words} ...${{keys, words}} off=${!on} />`)}
      ${OTHERS.map(([keys, words]) => html`<${Key} key=${words} ...${{keys, words}} />`)}
    </dl>
    <p class="small muted">They do nothing while you type.${!on && ' The keyboard button in the player opens this list, too.'}</p>
    <${SingleKeys} checked=${on} onChange=${(event) => playback.set({single_keys: event.currentTarget.checked})} />
    <div class="row"><${Button} kind="main" onClick=${onClose}>Done<//></div>
  <//>`;
}

function Key({keys, words, off}) {
  return html`<div>
    <dt>${keys.map((key, i) => html`${i > 0 && ' + '}<kbd>${key}</kbd>`)}</dt>
    <dd class=${off ? 'muted' : ''}>${words}${off && html` <span class="tag">Off</span>`}</dd>
  </div>`;
}

/** The choice whether they act. */
export function SingleKeys({checked, onChange}) {
  return html`<${Choice} label="Keys of a single character" ...${{checked, onChange}}
    hint="Space, N, Q and ? act on the player. Turn them off if you dictate, or if keys are easily touched by chance." />`;
}
