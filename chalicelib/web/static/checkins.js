/** A group's check-ins: when its rounds open, what they are about, being away from them, and those that are over. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Dialog, DialogForm, Field, More, Notice, Problem, say} from './components.js';
import {Act} from './colleagues.js';
import {count, day, moment} from './formats.js';
import {useAction, useHere, useList} from './hooks.js';

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const EVERY = [['weekly', 'Every week'], ['biweekly', 'Every two weeks'], ['every4weeks', 'Every four weeks'], ['monthly', 'Once a month']];
const NTH = [[1, 'first'], [2, 'second'], [3, 'third'], [4, 'fourth'], [-1, 'last']];
const RESTS = {
  too_small: 'Rounds begin as soon as three people are here.',
  too_large: 'Rounds rest: they are for twelve people at most, so that everybody can hear everybody.',
};
const QUARTERS = Array.from({length: 96}, (_, i) => `${String(Math.floor(i / 4)).padStart(2, '0')}:${String((i % 4) * 15).padStart(2, '0')}`);

/** The section about them on the group's page. */
export function CheckIns({group, place, owns, set, reload}) {
  const {check_ins: held, topics} = group;
  const [choosing, setChoosing] = useState(false);
  const [stop, {busy, problem}] = useAction(async () => {
    await api.del(`${place}/check-ins`);
    await reload();
    say('No more rounds open.');
  });
  if (!held && !owns && !topics.length) return null;
  return html`<section class="section">
    <h2>Check-ins</h2>
    ${held
      ? html`<p>${rhythm(held)}${!held.rests && !group.open_round_id && html` The next one opens ${moment(held.next_at)}.`}</p>
        ${held.rests && html`<${Notice}><p>${RESTS[held.rests]}</p><//>`}`
      : html`<p class="muted">A round asks one question. Everybody answers within five working days, by voice or in writing; there is no meeting.</p>`}
    <${Problem} problem=${problem} />
    <div class="row">
      ${owns && html`<${Button} icon="activity" kind=${held ? '' : 'main'} onClick=${() => setChoosing(true)}>${held ? 'Change the rhythm…' : 'Begin check-ins…'}<//>`}
      ${owns && held && html`<${Button} busy=${busy} onClick=${stop}>Stop them<//>`}
      ${held && html`<${Away} ...${{group, place, set, reload}} />`}
    </div>
    ${(held || topics.length > 0) && html`<${Topics} ...${{group, place, owns, reload}} />`}
    <${Past} ...${{group, place}} />
    ${choosing && html`<${Rhythm} ...${{held, place, set}} onClose=${() => setChoosing(false)} />`}
  </section>`;
}

/** When rounds open, in words. */
function rhythm({every, weekday, nth, at, time_zone: zone}) {
  const when = `at ${at} (${zone.replaceAll('_', ' ')})`;
  if (every === 'ramp') return `Every ${DAYS[weekday]} ${when} for four weeks, then every second one, and after week 12 every fourth.`;
  if (every === 'monthly') return `On the ${NTH.find(([number]) => number === nth)[1]} ${DAYS[weekday]} of each month ${when}.`;
  return `${EVERY.find(([name]) => name === every)[1]} on ${DAYS[weekday]} ${when}.`;
}

function Rhythm({held, place, set, onClose}) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [draft, setDraft] = useState({every: 'weekly', weekday: 1, nth: 1, at: '10:00', time_zone: own, ...held});
  const put = (name, as = String) => (value) => setDraft({...draft, [name]: as(value)});
  const zones = [...new Set([draft.time_zone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].sort();
  const choices = draft.every === 'ramp' || held?.every === 'ramp' ? [['ramp', 'As new hires need it: less often by and by'], ...EVERY] : EVERY;
  const [begin, {busy, problem}] = useAction(async () => {
    const {every, weekday, nth, at, time_zone: zone} = draft;
    set(await api.put(`${place}/check-ins`, {every, weekday, nth, at, time_zone: zone}));
    say('The rhythm was saved.');
    onClose();
  });
  return html`<${Dialog} title="When rounds open" onClose=${onClose}>
    <${DialogForm} label="Save" doing="Saving…" onSubmit=${begin} ...${{problem, busy, onClose}}>
      <${Field} as="select" label="How often" value=${draft.every} onValue=${put('every')}>${options(choices, draft.every)}<//>
      ${draft.every === 'monthly' && html`<${Field} as="select" label="Which one of the month" value=${draft.nth} onValue=${put('nth', Number)}>${options(NTH, draft.nth)}<//>`}
      <div class="two">
        <${Field} as="select" label="Day" value=${draft.weekday} onValue=${put('weekday', Number)}>${options(DAYS.map((name, i) => [i, name]), draft.weekday)}<//>
        <${Field} as="select" label="Time" value=${draft.at} onValue=${put('at')}>${options(QUARTERS.map((at) => [at, at]), draft.at)}<//>
      </div>
      <${Field} as="select" label="Time zone" value=${draft.time_zone} onValue=${put('time_zone')}>${options(zones.map((zone) => [zone, zone.replaceAll('_', ' ')]), draft.time_zone)}<//>
    <//>
  <//>`;
}

const options = (choices, chosen) => choices.map(([value, words]) => html`<option key=${value} value=${value} selected=${value === chosen}>${words}</option>`);

/** Being away from a group's rounds until a day. */
function Away({group, place, set, reload}) {
  const {workspace} = useHere();
  const [choosing, setChoosing] = useState(false);
  const until = group.members.find(({member}) => member.member_id === workspace.member_id)?.away_until;
  const back = async () => {
    await api.del(`${place}/snooze`);
    await reload();
    say('Rounds wait for you again.');
  };
  return html`${until
    ? html`<span class="small">You are away until ${day(until)}.</span><${Act} words="I am back" act=${back} />`
    : html`<${Button} onClick=${() => setChoosing(true)}>I am away…<//>`}
    ${choosing && html`<${Snooze} ...${{place, set}} onClose=${() => setChoosing(false)} />`}`;
}

const DAY_MS = 24 * 60 * 60_000;
const dayAfter = (days) => new Date(api.now() + days * DAY_MS).toISOString().slice(0, 10);

function Snooze({place, set, onClose}) {
  const [until, setUntil] = useState(() => dayAfter(14));
  const [snooze, {busy, problem}] = useAction(async () => {
    set(await api.put(`${place}/snooze`, {until}));
    say('Rounds do not wait for you until then.');
    onClose();
  });
  return html`<${Dialog} title="Away from rounds" onClose=${onClose}>
    <${DialogForm} label="Save" onSubmit=${snooze} ...${{problem, busy, onClose}}>
      <${Field} label="Back on" type="date" hint="Until then rounds do not wait for you. No reason is asked for." required min=${dayAfter(1)} max=${dayAfter(366)}
        value=${until} onValue=${setUntil} />
    <//>
  <//>`;
}

/** What rounds are about: the one most want comes next. */
function Topics({group, place, owns, reload}) {
  const {limits} = useHere();
  const [text, setText] = useState('');
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [add, {busy, problem}] = useAction(async () => {
    await api.post(`${place}/topics`, {text}, {key});
    setText('');
    setKey(crypto.randomUUID());
    await reload();
    say('Your topic was added.');
  });
  return html`<h3>Topics</h3>
    <ul class="list">${group.topics.map((topic) => html`<${Topic} key=${topic.topic_id} ...${{topic, place, owns, reload}} />`)}</ul>
    <form class="stack" onSubmit=${(event) => { event.preventDefault(); add(); }}>
      <${Field} label="Add a topic" hint="A question that everybody can answer." value=${text} onValue=${setText} required dir="auto" most=${limits.line_length} />
      <${Problem} problem=${problem} />
      <${Button} type="submit" busy=${busy}>Add<//>
    </form>`;
}

function Topic({topic, place, owns, reload}) {
  const {workspace} = useHere();
  const {text, votes, wanted_by_me: wanted, added_by: by, used_at: used} = topic;
  const at = `${place}/topics/${topic.topic_id}`;
  const [vote, voting] = useAction(async ({currentTarget: pressed}) => {
    if (wanted) await api.del(`${at}/vote`);
    else await api.put(`${at}/vote`);
    await reload();
    setTimeout(() => pressed.focus()); // a topic that is put elsewhere loses it
  });
  const remove = async () => {
    await api.del(at);
    await reload();
    say('The topic was removed.');
  };
  return html`<li class="choice-row">
    <div><span dir="auto">${text}</span>
      <div class="small muted">${votes > 0 && html`${count(votes, 'person wants', 'people want')} it`}${used && html`${votes > 0 ? ' · last' : 'Last'} asked ${day(used)}`}</div></div>
    <div class="row topic">
      <${Button} icon=${wanted ? 'check' : undefined} busy=${voting.busy} aria-pressed=${wanted ? 'true' : 'false'} label="Ask next: ${text}" onClick=${vote}>Ask next<//>
      ${(owns || by.member_id === workspace.member_id) && html`<${Act} kind="plain" words="Remove" label="Remove the topic ${text}" act=${remove} />`}
    </div>
    <${Problem} problem=${voting.problem} />
  </li>`;
}

const ENDED = {open: 'Open', closed: 'Heard', rolled_over: 'Comes again'};

/** The rounds that were held, newest first. */
function Past({group, place}) {
  const {home} = useHere();
  const list = useList((after) => api.get(`${place}/rounds`, {limit: 5, after}), [place, group.open_round_id]);
  const shown = list.items?.filter(({status}) => status !== 'open');
  return html`<${Problem} problem=${list.problem} retry=${list.reload} />
    ${shown?.length > 0 && html`<h3>Earlier rounds</h3>
    <ul class="list">${shown.map((round) => html`<li class="choice-row" key=${round.round_id}>
      <div><a href="${home}/round/${round.round_id}?group=${group.group_id}" dir="auto">${round.topic}</a>
        <div class="small muted">${day(round.opens_at)} · ${ENDED[round.status]}</div></div>
    </li>`)}</ul>`}
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />`;
}
