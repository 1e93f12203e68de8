/** Inviting many people by a CSV file: picked or pasted, checked row by row, sent in parts with a result for each row. */
import {html, useRef, useState} from './preact.js';
import * as api from './api.js';
import {Button, Choice, EmptyState, Field, Notice, Page, Problem, ProgressBar, say} from './components.js';
import {textOf} from './csv.js';
import {count, size} from './formats.js';
import {useAction, useHere} from './hooks.js';
import {batchesOf, inviteesOf} from './invitees.js';

const MOST_BYTES = 1_000_000;
const OUTCOMES = {invited: ['accent', 'Invited'], member: ['', 'Already here'], failed: ['bad', 'Not invited']};

/** The page, for admins. */
export function InviteMany() {
  const {workspace, home} = useHere();
  if (workspace.role === 'admin') return html`<${Steps} />`;
  return html`<${Page} title="Invite people">
    <${EmptyState} icon="lock" title="Its admins invite" action=${html`<${Button} kind="main" href="${home}/people">To the people<//>`}>
      Ask one of them: the people’s page says who is an admin.<//>
  <//>`;
}

function Steps() {
  const {url, home, limits} = useHere();
  const [text, setText] = useState('');
  const [checked, setChecked] = useState(null);
  const [problem, setProblem] = useState(null);
  const result = useRef();
  const [check, checking] = useAction(async (given) => {
    setChecked(null);
    const found = inviteesOf(given, {most: limits.invitations_a_day, nameLength: limits.name_length});
    setProblem(found.problem ?? (found.rows.length ? null : 'There is nobody in it yet.'));
    if (!found.rows.length) return;
    const rows = await known(url, found.rows, limits.invitations_checked);
    setChecked({rows});
    say(`${count(rows.length, 'row')} checked. ${summary(rows)}`);
    setTimeout(() => result.current?.focus());
  });
  const pick = async (event) => {
    const [file] = event.currentTarget.files;
    event.currentTarget.value = '';
    if (!file) return;
    if (file.size > MOST_BYTES) {
      setProblem(`The file has ${size(file.size)}; at most ${size(MOST_BYTES)} are read.`);
      return;
    }
    const read = textOf(new Uint8Array(await file.arrayBuffer()));
    setText(read);
    check(read);
  };
  return html`<${Page} title="Invite people" above=${html`<p class="small"><a href="${home}/people">People</a></p>`}>
    <form class="stack" onSubmit=${(event) => { event.preventDefault(); check(text); }}>
      <p>One row for each person: the address and, if you like, a name and a department. A first row may name the columns; others are left alone.
        ${' '}<a href="static/invitations.csv" download>Take a template</a>.</p>
      <div class="row"><span class="pick-file"><input type="file" id="csv" accept=".csv,.tsv,.txt,text/csv" onChange=${pick} />
        <label class="button" for="csv">Choose a CSV file</label></span>
        <span class="small muted">Up to ${limits.invitations_a_day} people, ${size(MOST_BYTES)}.</span></div>
      <${Field} as="textarea" label="Or paste the rows" value=${text} onValue=${setText} spellcheck=${false} autocapitalize="off" dir="auto" />
      <${Problem} problem=${checking.problem ?? (problem && {message: problem})} />
      <${Button} kind=${checked ? '' : 'main'} type="submit" busy=${checking.busy}>${checking.busy ? 'Checking…' : 'Check the rows'}<//>
    </form>
    ${checked && html`<${Checked} key=${checked} ...${{checked, result}} />`}
  <//>`;
}

/** The rows, with those that are here or invited already. */
async function known(url, rows, most) {
  const emails = rows.filter(({wrong}) => !wrong).map(({email}) => email);
  const [members, invited] = [new Set(), new Set()];
  for (let i = 0; i < emails.length; i += most) {
    const answer = await api.post(`${url}/invitations/check`, {emails: emails.slice(i, i + most)});
    answer.members.forEach((email) => members.add(email));
    answer.invited.forEach((email) => invited.add(email));
  }
  return rows.map((row) => ({...row, here: members.has(row.email), invited: invited.has(row.email)}));
}

/** The rows as they were checked, and sending those that can be. */
function Checked({checked: {rows}, result}) {
  const {url, home, limits} = useHere();
  const [again, setAgain] = useState(false);
  const [outcomes, setOutcomes] = useState({});
  const left = rows.filter((row) => isSent(row, again) && !['invited', 'member'].includes(outcomes[row.email]?.kind));
  const [done, setDone] = useState(null);
  const [send, {busy, problem}] = useAction(async () => {
    const all = left.length;
    let [past, reached] = [0, {...outcomes}];
    const put = (those, outcome) => {
      reached = {...reached, ...Object.fromEntries(those.map((row) => [row.email, outcome(row)]))};
      past += those.length;
      setOutcomes(reached);
      setDone(past / all);
    };
    setDone(0);
    try {
      for (const {department, rows: those} of batchesOf(left, limits.invitations_at_once)) {
        try {
          const answer = await api.post(`${url}/invitations`, {emails: those.map(({email}) => email), department: department || null});
          const here = new Set(answer.already_members);
          put(those, ({email}) => ({kind: here.has(email) ? 'member' : 'invited'}));
        } catch (error) {
          if (!(error instanceof api.ApiError) || error.status !== 400) throw error; // nothing goes on: no line, no quota
          put(those, () => ({kind: 'failed', why: error.message}));
        }
      }
    } finally {
      setDone(null);
      const sent = Object.values(reached).filter(({kind}) => kind === 'invited').length;
      say(`${count(sent, 'invitation')} sent.`);
    }
  });
  const some = Object.keys(outcomes).length > 0;
  const standing = rows.filter(({wrong, here, invited}) => !wrong && !here && invited).length;
  return html`<section class="section" aria-labelledby="checked">
    <h2 id="checked" tabindex="-1" ref=${result}>${some ? 'What became of it' : 'What was found'}</h2>
    <p>${some ? toldOf(outcomes) : summary(rows)}</p>
    ${standing > 0 && !some && html`<${Choice} label="Send the mail again to ${count(standing, 'person', 'people')} invited already"
      hint="Their invitation is renewed for another two weeks." checked=${again} onChange=${(event) => setAgain(event.currentTarget.checked)} />`}
    <${Problem} ...${{problem}} />
    ${problem && left.length > 0 && html`<${Notice}><p>${count(left.length, 'row')} not sent yet. What was sent stays sent; sending goes on with the rest.</p><//>`}
    ${done !== null && html`<${ProgressBar} label="Invitations" value=${done} />`}
    ${(left.length > 0 || busy) && html`<div><${Button} kind="main" ...${{busy}} onClick=${send}>${busy ? 'Inviting…' : `Invite ${count(left.length, 'person', 'people')}`}<//></div>`}
    ${some && !left.length && !busy && html`<div><${Button} kind="main" href="${home}/people">To the people<//></div>`}
    <ul class="list rows">${rows.map((row) => html`<${Row} key=${row.line} ...${{row, again}} outcome=${row.wrong ? null : outcomes[row.email]} />`)}</ul>
  </section>`;
}

function Row({row, again, outcome}) {
  const {line, email, department, wrong, here, invited} = row;
  const [kind, words] = outcome ? OUTCOMES[outcome.kind]
    : wrong ? ['bad', 'Left out'] : here ? ['', 'Already here'] : invited && !again ? ['', 'Already invited'] : ['good', 'Can be invited'];
  const why = wrong ?? outcome?.why;
  return html`<li class="csv-row">
    <span class="small muted numbers">Line ${line}</span>
    <div><strong dir="auto">${email || 'No address'}</strong>
      ${department && html`<div class="small muted" dir="auto">${department}</div>`}
      ${why && html`<div class="small reason">${why}</div>`}</div>
    <span class="tag ${kind}">${words}</span>
  </li>`;
}

const isSent = ({wrong, here, invited}, again) => !wrong && !here && (!invited || again);

function summary(rows) {
  const can = rows.filter((row) => isSent(row, false)).length;
  const [wrong, here, invited] = [rows.filter((row) => row.wrong), rows.filter((row) => !row.wrong && row.here), rows.filter((row) => !row.wrong && !row.here && row.invited)];
  return [
    `${count(can, 'person', 'people')} can be invited.`,
    here.length && `${here.length} already here.`,
    invited.length && `${invited.length} already invited.`,
    wrong.length && `${count(wrong.length, 'row')} left out: the reason stands beside each.`,
  ].filter(Boolean).join(' ');
}

function toldOf(outcomes) {
  const of = (wanted) => Object.values(outcomes).filter(({kind}) => kind === wanted).length;
  return [
    `${count(of('invited'), 'invitation')} sent.`, of('member') && `${of('member')} already here.`, of('failed') && `${of('failed')} not invited: the reason stands beside each.`,
  ].filter(Boolean).join(' ');
}
