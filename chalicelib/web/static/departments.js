/** Departments: how many people each has, looking for some of them, and members in groups by theirs. */
import {html, useEffect, useRef, useState} from './preact.js';
import {count} from './formats.js';
import {useHere} from './hooks.js';
import {Icon} from './icons.js';

const PAUSE_MS = 300;

/** Who is looked for by the address: `asked` is how the API takes it, `narrows` whether it is not everybody. */
export function queryOf(query) {
  const q = query.get('q')?.trim() ?? '';
  const department = query.get('department') ?? '';
  const show = query.get('show') ?? '';
  const asked = {
    status: show === 'deactivated' ? 'deactivated' : 'active',
    ...(q && {q}),
    ...(show === 'none' ? {without_department: true} : department && {department}),
  };
  return {q, department, show, asked, key: JSON.stringify(asked), narrows: Boolean(q || department || show)};
}

/** The field that looks for people as one types, and the choice of a department. */
export function LookFor({wanted, items, without, everybody}) {
  const {home, limits} = useHere();
  const [words, setWords] = useState(wanted.q);
  const there = useRef(wanted.q);
  const timer = useRef(0);
  const go = (changes) => {
    clearTimeout(timer.current);
    const {q, department, show} = {q: words.trim(), department: wanted.department, show: wanted.show, ...changes};
    const place = new URLSearchParams(Object.entries({q, department, show}).filter(([, value]) => value)).toString();
    const goesOn = q && there.current;
    there.current = q;
    const next = `${home}/people${place && `?${place}`}`;
    if (goesOn) location.replace(next); // Back leads out of the search, not through its letters
    else location.hash = next;
  };
  const latest = useRef();
  latest.current = go;
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => { if (wanted.q !== there.current) { there.current = wanted.q; setWords(wanted.q); } }, [wanted.q]);
  const type = (text) => {
    setWords(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => { if (text.trim() !== there.current) latest.current({q: text.trim()}); }, PAUSE_MS);
  };
  const choose = (value) => go(value.startsWith('=') ? {department: value.slice(1), show: ''} : {department: '', show: value});
  const chosen = wanted.department ? `=${wanted.department}` : wanted.show;
  const known = !wanted.department || items.some(({department}) => department === wanted.department);
  return html`<div class="search look-for">
    <form role="search" onSubmit=${(event) => { event.preventDefault(); go({}); }}>
      <${Icon} name="search" />
      <input class="input" type="search" aria-label="Find people" placeholder="Name, title or department" dir="auto" value=${words}
        maxlength=${limits.name_length} autocomplete="off" enterkeyhint="search" onInput=${(event) => type(event.currentTarget.value)} />
    </form>
    <select class="input" aria-label="Show" value=${chosen} onChange=${(event) => choose(event.currentTarget.value)}>
      <option value="" selected=${!chosen}>Everybody (${everybody})</option>
      ${!known && html`<option value=${chosen} selected>${wanted.department}</option>`}
      ${items.map(({department, people}) => html`<option key=${department} value="=${department}"
        selected=${chosen === `=${department}`}>${department} (${people})</option>`)}
      ${without > 0 && html`<option value="none" selected=${chosen === 'none'}>No department (${without})</option>`}
      ${wanted.show === 'deactivated' && html`<option value="deactivated" selected>Deactivated</option>`}
    </select>
  </div>`;
}

/** The departments of a workspace, each leading to its people. */
export function Departments({items, without}) {
  const {home} = useHere();
  return html`<ul class="list">
    ${items.map(({department, people}) => html`<${Department} key=${department} ...${{people}} name=${department}
      href="${home}/people?${new URLSearchParams({department})}" />`)}
    ${without > 0 && html`<${Department} name="No department" people=${without} href="${home}/people?show=none" />`}
  </ul>`;
}

function Department({name, people, href}) {
  return html`<li class="department"><a ...${{href}} dir="auto">${name}</a><span class="muted numbers">${count(people, 'person', 'people')}</span></li>`;
}

/** Departments that differ by case and space alone are one. */
const plain = (department) => department?.trim().replace(/\s+/gu, ' ').toLocaleLowerCase() ?? null;

/** Members in groups by department, in the alphabet's order; those without one come last. */
export function byDepartment(members) {
  const groups = new Map();
  for (const member of [...members].sort((a, b) => a.name.localeCompare(b.name))) {
    const key = plain(member.department);
    const [name, those] = groups.get(key) ?? [member.department, []];
    groups.set(key, [name, [...those, member]]);
  }
  return [...groups.values()].sort(([a], [b]) => (a === null) - (b === null) || String(a).localeCompare(String(b)));
}
