/** Slack channels, Teams workflows and programs that are told what happens in the workspace, or in one group. */
import {html, useEffect, useState} from './preact.js';
import * as api from './api.js';
import {Button, Choice, Dialog, DialogForm, EmptyState, Field, GhostRows, Notice, Page, Problem, say} from './components.js';
import {ago, listed, moment} from './formats.js';
import {useAction, useHere, useLoaded} from './hooks.js';
import {Icon} from './icons.js';

const KINDS = {slack: 'Slack', teams: 'Microsoft Teams', webhook: 'Another program'};
const ADDRESSES = {
  slack: ['Address of the incoming webhook', 'In Slack: add “Incoming Webhooks” to the channel and copy its address. It begins with https://hooks.slack.com/services/.'],
  teams: ['Address of the workflow', 'In Teams: the channel’s menu, Workflows, “Post to a channel when a webhook request is received”, and copy its address.'],
  webhook: ['Address to post to', 'It begins with https://. Posts are signed as Standard Webhooks has it.'],
};
const EVENTS = {
  playlist_created: 'New playlists',
  track_added: 'New tracks in playlists',
  open_call: 'Open calls and their answers',
  expertise_shared: 'What somebody new teaches first',
  question_asked: 'Questions',
  question_answered: 'Answers',
  round_opened: 'Rounds that open',
  round_closed: 'What came of rounds',
};
const STATUS = {paused: ['Paused', ''], attention: ['Needs attention', 'bad']};

/** The page of connections: the workspace's, or with `?group=` a group's. */
export function Connections({query}) {
  const {url, home} = useHere();
  const group = query.get('group');
  const place = group ? `${url}/groups/${group}/connections` : `${url}/connections`;
  const {value, problem, reload, set} = useLoaded(() => api.get(place), [place]);
  const [connecting, setConnecting] = useState(false);
  const connect = html`<${Button} kind="main" onClick=${() => setConnecting(true)}>Connect…<//>`;
  const back = group ? [`${home}/group/${group}`, 'The group'] : [`${home}/people`, 'People'];
  if (problem?.status === 404) {
    return html`<${Page} key="nothing" title="Connections">
      <${EmptyState} icon="lock" title="These are not for you to see" action=${html`<${Button} kind="main" href="${home}/home">Go on<//>`}>
        A workspace’s connections are its admins’, a group’s are its people’s.<//>
    <//>`;
  }
  const changed = (one) => set({items: value.items.map((each) => (each.connection_id === one.connection_id ? one : each))});
  return html`<${Page} key="page" title="Connections" actions=${value?.items.length > 0 && connect}
    above=${html`<p class="small"><a href=${back[0]}>${back[1]}</a></p>`}>
    <p class="muted">${group
      ? 'What happens in this group is announced there, to whoever reads it. Only what everybody in the group may open is named.'
      : 'What is new in this workspace is announced there. Only what everybody here may open is named; what is said in groups never is.'}</p>
    <${Problem} ...${{problem}} retry=${reload} />
    ${!value && !problem && html`<${GhostRows} rows=${2} />`}
    ${value?.items.length === 0 && html`<${EmptyState} icon="link" title="Nothing is connected yet" action=${connect}>
      Let a channel in Slack or Teams, or a program of yours, hear of new playlists, questions and answers.<//>`}
    ${value?.items.map((connection) => html`<${Connection} key=${connection.connection_id} ...${{connection, changed, reload}} />`)}
    ${connecting && html`<${Connect} ...${{place, reload}} onClose=${() => setConnecting(false)} />`}
  <//>`;
}

function Connection({connection, changed, reload}) {
  const {url} = useHere();
  const [open, setOpen] = useState(null);
  const {name, kind, status, attention, events, possible_events: possible, kept_by: keeper} = connection;
  const place = `${url}/connections/${connection.connection_id}`;
  const close = () => setOpen(null);
  const [turn, {busy, problem}] = useAction(async () => {
    changed(await api.patch(place, {status: status === 'active' ? 'paused' : 'active'}));
    say(status === 'active' ? `${name} is paused.` : `${name} goes on.`);
  });
  const [words, tone] = STATUS[status] ?? [];
  const told = events.length === possible.length ? 'everything' : listed(events.map((event) => EVENTS[event].toLowerCase())) || 'nothing';
  return html`<section class="card stack" aria-label=${name}>
    <div class="row">
      <h2 dir="auto">${name}</h2>
      ${words && html`<span class="tag ${tone}">${words}</span>`}
    </div>
    <p class="small muted"><span>${KINDS[kind]}</span> · address ending in <code>${connection.url_end}</code>
      ${keeper && html` · kept by <bdi>${keeper.name}</bdi>`}</p>
    ${attention && html`<${Notice} kind="warn"><p>${attention}</p><p>Once it is mended, test it or let it go on; what has waited for less than a day is posted then.</p><//>`}
    <p>Announced: ${told}.</p>
    <${Last} ...${{connection}} />
    <${Problem} ...${{problem}} />
    <div class="row">
      <${Button} label="Test ${name}" onClick=${() => setOpen('try')}>Test…<//>
      <${Button} label="Change ${name}" onClick=${() => setOpen('change')}>Change…<//>
      <${Button} label=${status === 'active' ? `Pause ${name}` : `Let ${name} go on`} busy=${busy} onClick=${turn}>${status === 'active' ? 'Pause' : 'Go on'}<//>
      <${Button} kind="danger" label="Remove ${name}" onClick=${() => setOpen('remove')}>Remove…<//>
    </div>
    ${open === 'try' && html`<${Dialog} title="Test ${name}" onClose=${close}><${Trial} ...${{connection, place, changed, close}} /><//>`}
    ${open === 'change' && html`<${Change} ...${{connection, place, changed}} onClose=${close} />`}
    ${open === 'remove' && html`<${Remove} ...${{connection, place, reload}} onClose=${close} />`}
  </section>`;
}

/** What came of the last post, and when one was accepted. */
function Last({connection: {last_accepted_at: accepted, last_tried_at: tried, last_said: said, given_up_at: gone, attention}}) {
  if (!tried) return html`<p class="small muted">Nothing was posted yet.</p>`;
  const same = accepted && accepted === tried;
  return html`<div class="small muted">
    <p>${accepted ? html`Last accepted <time datetime=${accepted} title=${moment(accepted)}>${ago(accepted)}</time>.` : 'Nothing was accepted yet.'}</p>
    ${!same && said && said !== attention && html`<p>Last tried <time datetime=${tried} title=${moment(tried)}>${ago(tried)}</time>: ${said}</p>`}
    ${gone && html`<p>Posts that could not be made for 24 hours were given up <time datetime=${gone} title=${moment(gone)}>${ago(gone)}</time>.</p>`}
  </div>`;
}

/** Posts a test, shows the real answer, and asks of Teams what only a person can see. */
function Trial({connection, place, changed, close}) {
  const [tried, setTried] = useState(null);
  const [waits, setWaits] = useState(false);
  const teams = connection.kind === 'teams';
  const post = async () => {
    try {
      return await api.post(`${place}/test`, {});
    } catch (problem) {
      if (problem.code !== 'QuotaReached' || !problem.retryAfterMs) throw problem;
      setWaits(true);
      await new Promise((done) => { setTimeout(done, problem.retryAfterMs); });
      setWaits(false);
      return api.post(`${place}/test`, {});
    }
  };
  const [test, {busy, problem}] = useAction(async (style) => {
    setTried(null);
    if (style) changed(await api.patch(place, {style}));
    const result = await post();
    changed(result.connection);
    setTried(result);
    say(result.sentence);
  });
  useEffect(() => { test(); }, []);
  const other = connection.style === 'card' ? 'message' : 'card';
  return html`
    ${busy && html`<p role="status">${waits ? 'Waiting: this host takes one post at a time…' : 'Posting…'}</p>`}
    <${Problem} ...${{problem}} retry=${() => test()} />
    ${tried && html`<${Notice} kind=${tried.accepted ? 'good' : 'bad'}>
      <p>${tried.sentence}</p>
      ${tried.status !== null && html`<p class="small">The answer: <code>${tried.status}${tried.answer && ` ${tried.answer}`}</code></p>`}
    <//>`}
    ${tried?.accepted && teams
      ? html`<p>Teams accepts a post before it knows whether it can show it. <strong>Do you see the card in Teams?</strong></p>
        <div class="row">
          <${Button} onClick=${() => test(other)} busy=${busy}>No, try the other kind of card<//>
          <${Button} kind="main" onClick=${close}>Yes, I see it<//>
        </div>`
      : html`<div class="row">
          ${tried && !tried.accepted && html`<${Button} onClick=${() => test()} busy=${busy}>Test again<//>`}
          <${Button} kind="main" onClick=${close}>Done<//>
        </div>`}`;
}

function Connect({place, reload, onClose}) {
  const {url, limits} = useHere();
  const [key] = useState(() => crypto.randomUUID());
  const [draft, setDraft] = useState({kind: 'slack', name: '', url: ''});
  const [made, setMade] = useState(null);
  const [connection, setConnection] = useState(null);
  const put = (name) => (value) => setDraft({...draft, [name]: value});
  const [connect, {busy, problem}] = useAction(async () => {
    const answer = await api.post(place, {...draft, url: draft.url.trim()}, {key});
    setMade(answer);
    setConnection(answer.connection);
    await reload();
  });
  if (made) {
    return html`<${Dialog} title="${connection.name} is connected" onClose=${() => { reload(); onClose(); }}>
      ${made.signing_secret && html`<${Secret} secret=${made.signing_secret} />`}
      <${Trial} ...${{connection}} place="${url}/connections/${connection.connection_id}" changed=${setConnection}
        close=${() => { reload(); onClose(); }} />
    <//>`;
  }
  const [label, hint] = ADDRESSES[draft.kind];
  return html`<${Dialog} title="Connect" onClose=${onClose}>
    <${DialogForm} label="Connect and test" doing="Connecting…" onSubmit=${connect} ...${{problem, busy, onClose}}>
      <fieldset>
        <legend>Where to</legend>
        ${Object.entries(KINDS).map(([kind, words]) => html`<${Choice} key=${kind} type="radio" name="kind" label=${words}
          checked=${draft.kind === kind} onChange=${() => put('kind')(kind)} />`)}
      </fieldset>
      <${Field} label="Name" hint="The channel or program, as you call it." value=${draft.name} onValue=${put('name')} required dir="auto" most=${limits.line_length} />
      <${Field} ...${{label, hint}} value=${draft.url} onValue=${put('url')} required autocomplete="off" spellcheck=${false} autocapitalize="off" inputmode="url" />
      <p class="small muted"><${Icon} name="lock" size=${16} /> Whoever has this address can post there. It is kept sealed and never shown again.</p>
    <//>
  <//>`;
}

/** By what a program knows that Earshot posts. */
function Secret({secret}) {
  return html`<${Notice} kind="warn">
    <p>Copy this secret into your program now: it is shown only once. Every post is signed with it.</p>
    <p><code>${secret}</code></p>
  <//>`;
}

function Change({connection, place, changed, onClose}) {
  const {limits} = useHere();
  const [name, setName] = useState(connection.name);
  const [on, setOn] = useState(new Set(connection.events));
  const [save, {busy, problem}] = useAction(async () => {
    changed(await api.patch(place, {name, events: [...on]}));
    say(`${name} was changed.`);
    onClose();
  });
  const turn = (event) => () => {
    const next = new Set(on);
    if (!next.delete(event)) next.add(event);
    setOn(next);
  };
  return html`<${Dialog} title="Change ${connection.name}" onClose=${onClose}>
    <${DialogForm} label="Save" doing="Saving…" onSubmit=${save} ...${{problem, busy, onClose}}>
      <${Field} label="Name" value=${name} onValue=${setName} required dir="auto" most=${limits.line_length} />
      <fieldset>
        <legend>Announce there</legend>
        ${connection.possible_events.map((event) => html`<${Choice} key=${event} label=${EVENTS[event]} checked=${on.has(event)} onChange=${turn(event)} />`)}
      </fieldset>
    <//>
  <//>`;
}

function Remove({connection, place, reload, onClose}) {
  const [remove, {busy, problem}] = useAction(async () => {
    await api.del(place);
    await reload();
    say(`${connection.name} was removed.`);
    onClose();
  });
  return html`<${Dialog} title="Remove ${connection.name}?" onClose=${onClose}>
    <p>Nothing more is announced there, and its address is forgotten. What was posted stays where it is.</p>
    <${Problem} ...${{problem}} />
    <div class="row">
      <${Button} onClick=${onClose}>Keep it<//>
      <${Button} kind="danger main" busy=${busy} onClick=${remove}>${busy ? 'Removing…' : 'Remove'}<//>
    </div>
  <//>`;
}
