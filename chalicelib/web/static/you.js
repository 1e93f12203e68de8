/** What one says of oneself in this workspace. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Field, Notice, Page, Problem, say} from './components.js';
import {EraseMe} from './erasing.js';
import {Exports} from './exports.js';
import {PodcastFeed} from './feed.js';
import {changeTogether, useAction, useHere, useLoaded} from './hooks.js';
import {Mails} from './mails.js';
import {Playback} from './playbacksettings.js';
import {parts} from './playlists.js';

/** The page of one's own settings. */
export function You() {
  const {workspace, url, me} = useHere();
  const [saved, setSaved] = useState(false);
  const mine = useLoaded(() => api.get(`${url}/members/${workspace.member_id}`), [url]);
  return html`<${Page} title="Your settings">
    <${Problem} problem=${mine.problem} retry=${mine.reload} />
    ${mine.value && html`<${About} member=${mine.value} set=${mine.set} ...${{saved, setSaved}} />`}
    ${mine.value && html`<${Mails} address=${mine.value.email} />`}
    <${Playback} />
    <${PodcastFeed} />
    <${Exports} place="${url}/members/${workspace.member_id}" title="Your data" button="Export my data">
      Everything of yours as one zip: your recordings with their audio, playlists, what you have heard, asked, answered and been told.<//>
    <${Leaving} />
    ${mine.value && html`<${EraseMe} member=${mine.value} />`}
    ${(me.workspaces.length > 1 || me.invitations.length > 0 || me.may_create_workspace) && html`<section class="section">
      <h2>Other workspaces</h2>
      <div><${Button} href="#/workspaces">Choose, join or create<//></div>
    </section>`}
  <//>`;
}

function About({member, set, saved, setSaved}) {
  const {url, limits, refresh} = useHere();
  const [draft, setDraft] = useState({
    name: member.name, title: member.title ?? '', time_zone: member.time_zone, ...member.working_hours,
    topics: member.topics.join(', '), capacity: member.mentor_capacity,
  });
  const put = (name) => (value) => { setSaved(false); setDraft({...draft, [name]: value}); };
  const [save, {busy, problem}] = useAction(async () => {
    const changes = {
      name: draft.name,
      title: draft.title.trim() || null,
      time_zone: draft.time_zone,
      working_hours: {from: draft.from, to: draft.to},
      topics: parts(draft.topics),
      mentor_capacity: Number(draft.capacity),
    };
    const place = `${url}/members/${member.member_id}`;
    const after = await changeTogether(() => api.patch(place, changes, {version: member.version}), set);
    set(after);
    setSaved(true);
    say('Your settings were saved.');
    await refresh();
  });
  const zones = [...new Set([member.time_zone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].sort();
  return html`<form class="stack" onSubmit=${(event) => { event.preventDefault(); save(); }}>
    <${Field} label="Name" value=${draft.name} onValue=${put('name')} required autocomplete="name" dir="auto" most=${limits.name_length} />
    <${Field} label="Title" hint="What you do here." value=${draft.title} onValue=${put('title')} dir="auto"
      autocomplete="organization-title" most=${limits.name_length} />
    <${Field} label="E-mail" value=${member.email} onValue=${() => {}} readonly />
    <${Field} as="select" label="Time zone" value=${draft.time_zone} onValue=${put('time_zone')}>
      ${zones.map((zone) => html`<option key=${zone} value=${zone}>${zone.replaceAll('_', ' ')}</option>`)}
    <//>
    <div class="two">
      <${Field} label="Working hours from" type="time" value=${draft.from} onValue=${put('from')} required />
      <${Field} label="to" type="time" value=${draft.to} onValue=${put('to')} required />
    </div>
    <${Field} label="Topics" hint="What you know or want to know, with commas between." value=${draft.topics} onValue=${put('topics')} dir="auto" />
    <${Field} label="New hires you have time for" hint="At once, as their mentor; 0 if not at the moment." type="number" min="0" max=${limits.mentor_capacity}
      required value=${draft.capacity} onValue=${put('capacity')} />
    <${Problem} problem=${problem} />
    ${saved && html`<${Notice} kind="good"><p>Saved.</p><//>`}
    <${Button} kind="main" type="submit" busy=${busy}>${busy ? 'Saving…' : 'Save'}<//>
  </form>`;
}

function Leaving() {
  const {workspace, url, onSignOut} = useHere();
  const [end, {busy, problem}] = useAction(async () => {
    await api.del(`${url}/members/${workspace.member_id}/sessions`);
    await onSignOut();
  });
  return html`<section class="section">
    <h2>Signing out</h2>
    <div class="row">
      <${Button} icon="leave" onClick=${onSignOut}>Sign out here<//>
      <${Button} busy=${busy} onClick=${end}>Sign out everywhere<//>
    </div>
    <p class="small muted">Everywhere ends your sessions in every browser, this one included, and your podcast feed.</p>
    <${Problem} problem=${problem} />
  </section>`;
}
