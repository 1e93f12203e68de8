/** What admins set for everybody: the workspace's name and rules, and the ways to all else that is theirs to do. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Choice, EmptyState, Field, GhostRows, Page, Problem, say} from './components.js';
import {DeleteWorkspace} from './closing.js';
import {Departments} from './departments.js';
import {Exports} from './exports.js';
import {changeTogether, useAction, useHere, useLoaded} from './hooks.js';

/** The page of a workspace's settings. */
export function WorkspaceSettings() {
  const {workspace, home} = useHere();
  if (workspace.role === 'admin') return html`<${Settings} />`;
  return html`<${Page} title="Workspace">
    <${EmptyState} icon="lock" title="Its admins look after this" action=${html`<${Button} kind="main" href="${home}/you">To your settings<//>`}>
      What you set for yourself stands in your own settings. The people’s page says who is an admin.<//>
  <//>`;
}

function Settings() {
  const {url, home} = useHere();
  const {value, problem, reload, set} = useLoaded(() => api.get(url), [url]);
  return html`<${Page} title="Workspace" above=${html`<p class="small"><a href="${home}/people">People</a></p>`}>
    <${Problem} ...${{problem}} retry=${reload} />
    ${!value && !problem && html`<${GhostRows} rows=${4} />`}
    ${value && html`
      <${Rules} ...${{value, set}} />
      <${PublicLinks} ...${{value, set}} />
      <${Joining} />
      <${DepartmentList} />
      <${Reported} />
      <${Connected} />
      <${Exports} place=${url} title="Take it along" button="Export the workspace">
        What everybody here may hear as one zip: audio, playlists as RSS and JSON. What belongs to groups and people is not in it: they export it themselves.<//>
      <${DeleteWorkspace} />`}
  <//>`;
}

/** The name, and how much of a track is all of it. */
function Rules({value, set}) {
  const {url, limits, refresh} = useHere();
  const [draft, setDraft] = useState({name: value.name, completion_percent: value.completion_percent});
  const put = (name) => (text) => setDraft({...draft, [name]: text});
  const [save, {busy, problem}] = useAction(async () => {
    const changes = {name: draft.name, completion_percent: Number(draft.completion_percent)};
    const after = await changeTogether(() => api.patch(url, changes, {version: value.version}), set);
    set(after);
    setDraft({name: after.name, completion_percent: after.completion_percent});
    await refresh();
    say('The workspace was changed.');
  });
  return html`<form class="stack" onSubmit=${(event) => { event.preventDefault(); save(); }}>
    <${Field} label="Name of the workspace" value=${draft.name} onValue=${put('name')} required dir="auto" most=${limits.name_length} />
    <${Field} label="A track counts as heard from" type="number" min=${limits.least_completion_percent} max="100" step="1" required
      hint="Per cent of it, ${limits.least_completion_percent} to 100. What somebody has completed before stays so."
      value=${draft.completion_percent} onValue=${put('completion_percent')} />
    <${Problem} ...${{problem}} />
    <${Button} kind="main" type="submit" ...${{busy}}>${busy ? 'Saving…' : 'Save'}<//>
  </form>`;
}

/** Whether anything may be heard by people without an account. */
function PublicLinks({value, set}) {
  const {url} = useHere();
  const [allow, {problem}] = useAction(async (allowed) => {
    set(await api.patch(url, {public_links: allowed}));
    say(allowed ? 'Public links are allowed.' : 'No public link works any more.');
  });
  return html`<section class="section">
    <h2>Outside</h2>
    <${Problem} ...${{problem}} />
    <${Choice} label="Allow public links" hint="For people without an account, to tracks whose speakers agree. Without it, those that exist do not work."
      checked=${value.public_links} onChange=${(event) => allow(event.currentTarget.checked)} />
  </section>`;
}

/** How people come in, and what they begin with. */
function Joining() {
  const {home} = useHere();
  return html`<section class="section">
    <h2>Coming in</h2>
    <p>Who joins begins with working hours from 9:00 to 17:00, a weekly digest on Tuesday mornings and time for three new hires as a mentor.
      Everybody changes that for themselves in their own settings.</p>
    <div class="row"><${Button} icon="people" href="${home}/people">People<//>
      <${Button} icon="file" href="${home}/invite">Invite from a CSV file<//></div>
  </section>`;
}

function DepartmentList() {
  const {url} = useHere();
  const {value, problem, reload} = useLoaded(() => api.get(`${url}/departments`), [url]);
  return html`<section class="section">
    <h2>Departments</h2>
    <${Problem} ...${{problem}} retry=${reload} />
    ${value?.items.length === 0 && html`<p class="muted">None yet. A department begins when the first person is put into it, on the people’s page or by an invitation.</p>`}
    ${value?.items.length > 0 && html`<${Departments} items=${value.items} without=${value.without_department} />`}
  </section>`;
}

function Reported() {
  const {home} = useHere();
  return html`<section class="section">
    <h2>Reports</h2>
    <p class="muted">What somebody has reported, and what became of it. In groups their owners and mentors decide.</p>
    <div><${Button} icon="alert" href="${home}/reports">Reports<//></div>
  </section>`;
}

function Connected() {
  const {home} = useHere();
  return html`<section class="section">
    <h2>Announcements</h2>
    <p class="muted">What is new here can be announced in Slack, Microsoft Teams or a program of yours.</p>
    <div><${Button} icon="link" href="${home}/connections">Connections<//></div>
  </section>`;
}
