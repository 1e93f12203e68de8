/** What was reported: to decide, for who looks after the place; and what one has reported, with what became of it. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Avatar, Button, Dialog, DialogForm, EmptyState, Field, GhostRows, More, Page, Problem, say} from './components.js';
import {ago, count, moment} from './formats.js';
import {useAction, useHere, useList} from './hooks.js';
import {REASONS} from './report.js';

const KINDS = {track: 'A track', answer: 'An answer', feedback: 'A note'};
const OUTCOMES = {open: 'Waiting to be looked at', hidden: 'Hidden for now', left: 'Looked at, and left as it is'};

/** The page; `group` in the address is whose reports are decided, `show` is `decided` or `mine`. */
export function Reports({query}) {
  const {workspace, home} = useHere();
  const group = query.get('group');
  const decides = group !== null || workspace.role === 'admin';
  const show = query.get('show') ?? (decides ? '' : 'mine');
  const place = (wanted) => `${home}/reports?${new URLSearchParams({...(group && {group}), ...(wanted && {show: wanted})})}`;
  const tabs = [...(decides ? [['', 'To decide'], ['decided', 'Decided']] : []), ['mine', 'By me']];
  return html`<${Page} title="Reports" above=${html`<p class="small"><a href=${group ? `${home}/group/${group}` : `${home}/people`}>${group ? 'Its group' : 'People'}</a></p>`}>
    <div class="tabs"><nav class="segments" aria-label="Which reports">${tabs.map(([one, words]) => html`<a key=${one} href=${place(one)}
      aria-current=${one === show ? 'page' : undefined}>${words}</a>`)}</nav></div>
    ${show === 'mine' ? html`<${Mine} />` : html`<${Cases} key=${`${group} ${show}`} ...${{group}} decided=${show === 'decided'} />`}
  <//>`;
}

function Cases({group, decided}) {
  const {url} = useHere();
  const list = useList((after) => api.get(`${url}/reports`, {group, decided, after}), [url, group, decided]);
  const changed = (after) => list.change((items) => items.map((one) => (one.report_id === after.report_id ? after : one)));
  return html`<${Problem} problem=${list.problem} retry=${list.reload} />
    ${!list.items && !list.problem && html`<${GhostRows} rows=${3} />`}
    ${list.items?.length === 0 && !list.next && html`<${EmptyState} icon="check" title="Nothing waits for you">
      ${decided ? 'What you decide stands here.' : 'What somebody reports stands here, until you hide it or leave it.'}<//>`}
    <ul class="stack">${list.items?.map((item) => html`<${Case} key=${item.report_id} ...${{item, changed}} reload=${list.reload} />`)}</ul>
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />`;
}

function Case({item, changed, reload}) {
  const {url, home} = useHere();
  const {kind, author, said, reports, status, decision} = item;
  const [asked, setAsked] = useState(null);
  const place = `${url}/reports/${item.report_id}`;
  return html`<li class="card stack wide" aria-label="${KINDS[kind]} of ${author.name}">
    <div class="person wide"><${Avatar} name=${author.name} id=${author.member_id} />
      <div><div class="row">${author.member_id
        ? html`<a href="${home}/person/${author.member_id}"><strong dir="auto">${author.name}</strong></a>`
        : html`<strong>${author.name}</strong>`}
        <span class="tag">${KINDS[kind]}</span>${status !== 'open' && html`<span class="tag accent">${OUTCOMES[status]}</span>`}</div></div></div>
    ${said ? html`<${Said} ...${{said, status, place}} />` : html`<p class="muted">It was taken back, or kept to fewer people, and is not here to be heard or read any more.</p>`}
    <div class="stack wide"><p><strong>${count(reports.length, 'person', 'people')} reported it</strong></p>
      <ul class="stack">${reports.map(({reporter, reason, text, reported_at: at}) => html`<li key=${reporter.member_id ?? at}>
        <p><bdi>${reporter.name}</bdi>: ${REASONS[reason][0]}. <time class="small muted" datetime=${at} title=${moment(at)}>${ago(at)}</time></p>
        ${text && html`<p class="said" dir="auto">${text}</p>`}</li>`)}</ul></div>
    ${decision && html`<p class="small muted">${status === 'open' ? 'Before that it was' : 'It was'} decided by <bdi>${decision.decided_by.name}</bdi>
      ${' '}<time datetime=${decision.decided_at} title=${moment(decision.decided_at)}>${ago(decision.decided_at)}</time>.
      ${decision.note && html`${' '}Its author was told: <q dir="auto">${decision.note}</q>`}</p>`}
    <div class="row">
      ${said && status !== 'hidden' && html`<${Button} onClick=${() => setAsked('hide')}>Hide it…<//>`}
      ${status === 'hidden' && html`<${Button} onClick=${() => setAsked('leave')}>Show it again…<//>`}
      ${status === 'open' && html`<${Button} onClick=${() => setAsked('leave')}>Leave it…<//>`}
    </div>
    ${asked && html`<${Decide} ...${{item, asked, place, changed, reload}} onClose=${() => setAsked(null)} />`}
  </li>`;
}

function Said({said, status, place}) {
  const {home} = useHere();
  const [source, setSource] = useState(null);
  const [listen, {busy, problem}] = useAction(async () => setSource((await api.get(`${place}/audio`)).url));
  const href = said.question_id ? `${home}/question/${said.question_id}` : `${home}/track/${said.track_id}`;
  const opens = status !== 'hidden' || Boolean(said.question_id);
  return html`
    ${said.title && html`<p dir="auto">${opens ? html`<a ...${{href}} dir="auto">${said.title}</a>` : said.title}</p>`}
    ${said.texts.map((text) => html`<p key=${text} class="said" dir="auto">${text}</p>`)}
    <${Problem} ...${{problem}} />
    ${said.has_audio && (source
      ? html`<audio controls autoplay src=${source} aria-label="What was reported"></audio>`
      : html`<div><${Button} icon="play" ...${{busy}} onClick=${listen}>Listen<//></div>`)}`;
}

function Decide({item, asked, place, changed, reload, onClose}) {
  const {limits} = useHere();
  const hides = asked === 'hide';
  const [note, setNote] = useState('');
  const [reason, setReason] = useState(item.reports[0].reason);
  const [decide, {busy, problem}] = useAction(async () => {
    try {
      changed(await api.put(`${place}/decision`, {decision: asked, reason, note: note.trim() || null}, {version: item.version}));
    } catch (error) {
      if (error.code === 'StaleVersion') await reload();
      throw error;
    }
    say(hides ? 'It is hidden.' : 'It stays as it is.');
    onClose();
  });
  return html`<${Dialog} title=${hides ? 'Hide it for now?' : item.status === 'hidden' ? 'Show it again?' : 'Leave it as it is?'} onClose=${onClose}>
    <${DialogForm} label=${hides ? 'Hide it' : item.status === 'hidden' ? 'Show it' : 'Leave it'} onSubmit=${decide} ...${{problem, busy, onClose}}>
      <p>${hides
        ? 'Only its author and who decides here see it then, everywhere: in the library, playlists, the search, feeds and public links. Audio that is playing may go on for 5 minutes. Its author is told, not by whom it was reported.'
        : item.status === 'hidden' ? 'It is open again to everybody whom its author has chosen, and they are told.' : 'Nothing changes, and its author is not told. Who reported it sees that it was looked at.'}</p>
      ${hides && html`<${Field} as="select" label="What its author is told" value=${reason} onValue=${setReason}>
        ${Object.entries(REASONS).map(([name, [words]]) => html`<option key=${name} value=${name} selected=${name === reason}>${words}</option>`)}<//>
        <${Field} as="textarea" label="A word to its author (if you like)" value=${note} onValue=${setNote} dir="auto" most=${limits.report_length} />`}
    <//>
  <//>`;
}

function Mine() {
  const {url} = useHere();
  const list = useList((after) => api.get(`${url}/sent-reports`, {after}), [url]);
  return html`<${Problem} problem=${list.problem} retry=${list.reload} />
    ${!list.items && !list.problem && html`<${GhostRows} rows=${3} />`}
    ${list.items?.length === 0 && !list.next && html`<${EmptyState} icon="check" title="You have reported nothing">
      Tracks, answers and notes have a button for it. Who looks after the place decides what becomes of them.<//>`}
    <ul class="list">${list.items?.map(({report_id: id, kind, reason, text, reported_at: at, status}) => html`<li key=${id} class="department">
      <div><p>${KINDS[kind]}: ${REASONS[reason][0]}. <time class="small muted" datetime=${at} title=${moment(at)}>${ago(at)}</time></p>
        ${text && html`<p class="small muted" dir="auto">${text}</p>`}</div>
      <span class="tag">${OUTCOMES[status]}</span></li>`)}</ul>
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />`;
}
