/** What one wishes to hear: chosen in fields, held by the address, taken away one by one. */
import {html, useRef, useState} from './preact.js';
import {useHere} from './hooks.js';
import {Icon} from './icons.js';
import {useChoices} from './topics.js';

const NAMES = ['department', 'speaker', 'topic', 'length', 'unheard', 'minutes'];
const LENGTHS = {short: 'Up to 5 minutes', medium: '5 to 15 minutes', long: 'Over 15 minutes'};
const OTHERS = 'others';
const ID = /^[\w-]{1,64}$/;

/** The wishes in an address, without the empty ones and what nothing can be. */
export function wishesOf(query, limits) {
  const wishes = Object.fromEntries(NAMES.map((name) => [name, query.get(name)]).filter(([, value]) => value));
  if (wishes.length && !Object.hasOwn(LENGTHS, wishes.length)) delete wishes.length;
  if (wishes.unheard) wishes.unheard = 'true';
  if (wishes.speaker && !ID.test(wishes.speaker)) delete wishes.speaker;
  for (const [name, most] of [['department', limits.name_length], ['topic', limits.topic_length]]) {
    if (wishes[name] && [...wishes[name]].length > most) delete wishes[name];
  }
  return wishes;
}

/** The address of the library with these wishes. */
export function placeOf(home, wishes) {
  const given = NAMES.filter((name) => wishes[name]).map((name) => [name, wishes[name]]);
  return `${home}/library${given.length ? `?${new URLSearchParams(given)}` : ''}`;
}

/** The same without one of them. */
export const without = (wishes, name) => Object.fromEntries(Object.entries(wishes).filter(([key]) => key !== name));

/** The fields, out of the way until they are wanted, and what is chosen in them. */
export function Filters({wishes, people, speakerName}) {
  const {home, workspace} = useHere();
  const chosen = Object.keys(wishes).filter((name) => name !== 'minutes');
  const summary = useRef();
  const [open, setOpen] = useState(chosen.length > 0);
  const go = (name) => (event) => { location.hash = placeOf(home, {...wishes, [name]: event.currentTarget.value}); };
  const named = (id) => (id === 'me' || id === workspace.member_id ? 'Me' : people?.items.find((one) => one.member_id === id)?.name ?? speakerName ?? 'One person');
  const words = {
    department: wishes.department, speaker: wishes.speaker && named(wishes.speaker), topic: wishes.topic,
    length: LENGTHS[wishes.length], unheard: 'Not heard yet',
  };
  return html`<div class="filters">
    <details ...${{open}} onToggle=${(event) => setOpen(event.currentTarget.open)}>
      <summary ref=${summary}>${chosen.length ? `Filters: ${chosen.length}` : 'Filters'}</summary>
      ${open && html`<${Fields} ...${{wishes, people, named, go}} />`}
    </details>
    ${chosen.length > 0 && html`<div class="row tags" role="group" aria-label="Chosen filters">
      ${chosen.map((name) => html`<a class="tag accent chip" key=${name} href=${placeOf(home, without(wishes, name))}
        aria-label="Take away the filter ${words[name]}" onClick=${() => summary.current.focus()}><span class="clip" dir="auto">${words[name]}</span><${Icon} name="close" size=${14} /></a>`)}
      ${chosen.length > 1 && html`<a class="chip" href=${placeOf(home, {minutes: wishes.minutes})} onClick=${() => summary.current.focus()}>Clear all</a>`}
    </div>`}
  </div>`;
}

function Fields({wishes, people, named, go}) {
  const {home} = useHere();
  const {topics, departments} = useChoices();
  const tracked = topics.filter(({tracks}) => tracks > 0);
  const sorted = [...(people?.items ?? [])].sort((one, other) => one.name.localeCompare(other.name));
  const known = sorted.some((member) => member.member_id === wishes.speaker);
  const speak = (event) => (event.currentTarget.value === OTHERS ? (location.hash = `${home}/people`) : go('speaker')(event));
  return html`<div class="fields">
    <${One} label="Department" value=${wishes.department} onChange=${go('department')} options=${departments.map((name) => [name, name])} />
    <${One} label="Speaker" value=${wishes.speaker} onChange=${speak} options=${[
      ...(wishes.speaker && !known ? [[wishes.speaker, named(wishes.speaker)]] : []),
      ...sorted.map((member) => [member.member_id, member.name]), ...(people?.next ? [[OTHERS, 'Somebody else…']] : []),
    ]} />
    <${One} label="Topic" value=${wishes.topic} onChange=${go('topic')} options=${tracked.map(({topic, tracks}) => [topic, `${topic} (${tracks})`])} />
    <${One} label="Length" value=${wishes.length} onChange=${go('length')} options=${Object.entries(LENGTHS)} />
    <label class="choice"><input type="checkbox" checked=${Boolean(wishes.unheard)}
      onChange=${(event) => { location.hash = placeOf(home, {...wishes, unheard: event.currentTarget.checked && 'true'}); }} /><span>Not heard yet</span></label>
  </div>`;
}

/** One field; what the address asks for stands in it also where it is not one of the options. */
function One({label, value = '', onChange, options}) {
  const like = options.find(([option]) => option.toLowerCase() === value.toLowerCase())?.[0];
  const all = value && !like ? [[value, value], ...options] : options;
  return html`<label class="field"><span class="label">${label}</span>
    <select class="input" value=${like ?? value} onChange=${onChange}>
      <option value="" selected=${!value}>Any</option>
      ${all.map(([option, words]) => html`<option key=${option} value=${option} selected=${option === (like ?? value)}>${words}</option>`)}
    </select></label>`;
}
