/** One group: what it is for, what waits in it, its check-ins, its people and what they have recorded. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Dialog, DialogForm, EmptyState, GhostRows, Page, Problem, say} from './components.js';
import {CheckIns} from './checkins.js';
import {Exports} from './exports.js';
import {listed} from './formats.js';
import {AboutGroup, KINDS, bodyOf} from './groups.js';
import {GroupShelf} from './groupshelf.js';
import {changeTogether, useAction, useHere, useLoaded} from './hooks.js';
import {Icon} from './icons.js';
import {GroupPeople} from './grouppeople.js';
import {NewPlaylist} from './playlists.js';
import {Questions} from './questions.js';
import {OpenRound} from './round.js';
import {Seats} from './seats.js';
import {GroupDoor} from './trackfeedback.js';

/** The page of a group. */
export function GroupPage({id}) {
  const {url, home} = useHere();
  const place = `${url}/groups/${id}`;
  const {value: group, problem, reload, set} = useLoaded(() => api.get(place), [place]);
  if (!group) {
    return html`<${Page} key="before" title=${problem ? 'This group cannot be opened' : html`<span class="aside">Group</span>`} tab="Group">
      ${problem?.status === 404
        ? html`<${EmptyState} icon="lock" title="It is not here" action=${html`<${Button} kind="main" href="${home}/groups">To your groups<//>`}>
            What is said in a group stays there: only its people can open it.<//>`
        : html`<${Problem} ...${{problem}} retry=${reload} />`}
      ${!problem && html`<${GhostRows} />`}
    <//>`;
  }
  return html`<${Shown} ...${{group, place, reload, set}} />`;
}

function Shown({group, place, reload, set}) {
  const {home, workspace} = useHere();
  const {kind, purpose, owner, open, open_round_id: roundId} = group;
  const owns = owner.member_id === workspace.member_id;
  const [making, setMaking] = useState(false);
  return html`<${Page} key="group" title=${purpose} lines="track-title"
    above=${html`<p class="small"><a href="${home}/groups">Groups</a></p>`}>
    <div class="row tags">
      <span class="tag accent">${KINDS[kind]}</span>
      <span class="tag"><${Icon} name=${open ? 'people' : 'lock'} size=${14} />${open ? 'Open to everyone' : 'Only its people'}</span>
      <span class="small muted">${kind === 'mentoring' ? 'Mentor: ' : 'Looked after by '}<bdi>${owns ? 'you' : owner.name}</bdi></span>
    </div>
    <${Stated} ...${{group}} />
    ${roundId && html`<${OpenRound} groupId=${group.group_id} ...${{roundId}} />`}
    <${GroupShelf} ...${{group}} title="To hear"><${Button} icon="playlists" onClick=${() => setMaking(true)}>New playlist for it<//><//>
    <${Questions} ...${{place}} words="Ask the group" />
    <${GroupDoor} ...${{place}} />
    <${CheckIns} ...${{group, place, owns, set, reload}} />
    <${GroupPeople} ...${{group, place, owns, set, reload}} />
    <${Yours} ...${{group, place, owns, set, reload}} />
    <${Exports} ...${{place}} title="Take it along" button="Export the group">
      What is said in this group as one zip, for its people: audio, playlists, rounds, questions and answers.<//>
    ${making && html`<${NewPlaylist} groupId=${group.group_id} onClose=${() => setMaking(false)} />`}
  <//>`;
}

/** The problem, by text or track, and the departments that are here and missing. */
function Stated({group}) {
  const {home} = useHere();
  const {problem, problem_track: track, seats} = group;
  const missing = seats.filter(({taken}) => !taken).map(({department}) => department);
  if (!problem && !track && !seats.length) return null;
  return html`<section class="card stack" aria-label="What it is about">
    ${problem && html`<p class="said" dir="auto">${problem}</p>`}
    ${track && html`<p><${Icon} name="library" size=${18} /> <a href="${home}/track/${track.track_id}" dir="auto">${track.title}</a> tells the problem.</p>`}
    <${Seats} seats=${seats.map(({department, taken}) => [department, taken])} />
    ${missing.length > 0 && html`<p class="small muted"><bdi>${listed(missing)}</bdi> ${missing.length > 1 ? 'are' : 'is'} still missing.</p>`}
  </section>`;
}

/** What one may do with the group: its owner changes it, anybody leaves. */
function Yours({group, place, owns, set, reload}) {
  const {home} = useHere();
  const [editing, setEditing] = useState(false);
  const [leaving, setLeaving] = useState(false);
  return html`<section class="section">
    <h2>This group</h2>
    <div class="row">
      ${owns && html`<${Button} icon="settings" onClick=${() => setEditing(true)}>Change…<//>`}
      ${owns && html`<${Button} icon="alert" href="${home}/reports?group=${group.group_id}">Reports<//>`}
      <${Button} icon="link" href="${home}/connections?group=${group.group_id}">Connections<//>
      <${Button} kind="danger" onClick=${() => setLeaving(true)}>Leave…<//>
    </div>
    ${editing && html`<${Edit} ...${{group, place, set, reload}} onClose=${() => setEditing(false)} />`}
    ${leaving && html`<${Leave} ...${{group, place, owns}} onClose=${() => setLeaving(false)} />`}
  </section>`;
}

function Edit({group, place, set, reload, onClose}) {
  const {kind, purpose, open} = group;
  const [draft, setDraft] = useState({
    kind, purpose, open, problem: group.problem ?? '', problem_track_id: group.problem_track?.track_id ?? '',
    seats: group.seats.map(({department}) => department).join(', '),
  });
  const [save, {busy, problem}] = useAction(async () => {
    set(await changeTogether(() => api.patch(place, bodyOf(draft), {version: group.version}), reload));
    say('The group was changed.');
    onClose();
  });
  return html`<${Dialog} title="Change this group" onClose=${onClose}>
    <${DialogForm} label="Save" doing="Saving…" onSubmit=${save} ...${{problem, busy, onClose}}>
      <${AboutGroup} ...${{draft, setDraft}} groupId=${group.group_id} />
    <//>
  <//>`;
}

const AFTER = {
  mentoring: [
    'You have no mentor any more then. You need not give a reason, and nobody is asked for one.',
    'Your new hires have no mentor any more then; they go on as a circle.',
  ],
  others: [
    'You need not give a reason, and nobody is asked for one. What you recorded for it stays yours.',
    'Who has been here longest after you looks after it then.',
  ],
};

function Leave({group, place, owns, onClose}) {
  const {home, workspace} = useHere();
  const alone = group.members.length === 1;
  const [leave, {busy, problem}] = useAction(async () => {
    await api.del(`${place}/members/${workspace.member_id}`);
    say(`You have left ${group.purpose}.`);
    location.hash = `${home}/groups`;
  });
  return html`<${Dialog} title="Leave this group?" onClose=${onClose}>
    <p>${alone ? 'You are the last one here: the group is closed then.' : (AFTER[group.kind] ?? AFTER.others)[owns ? 1 : 0]}</p>
    <${Problem} problem=${problem} />
    <div class="row">
      <${Button} onClick=${onClose}>Stay<//>
      <${Button} kind="danger main" busy=${busy} onClick=${leave}>${busy ? 'Leaving…' : 'Leave'}<//>
    </div>
  <//>`;
}
