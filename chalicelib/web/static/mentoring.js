/** Mentors: one's own, what one could teach first, and for a mentor their new hires. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Dialog, EmptyState, GhostRows, Notice, Page, Problem, say} from './components.js';
import {ChooseColleague, Colleague} from './colleagues.js';
import {day, moment} from './formats.js';
import {GroupTabs, LEAST} from './groups.js';
import {GroupShelf} from './groupshelf.js';
import {useAction, useHere, useLoaded} from './hooks.js';
import {ShowLoops, LoopsOf} from './loops.js';
import {PlaylistRow} from './playlistrow.js';
import {OpenQuestions} from './questions.js';

/** The page of mentors and new hires. */
export function Mentoring() {
  const {url, home} = useHere();
  const {value, problem, reload} = useLoaded(() => api.get(`${url}/beginning`), [url]);
  const nothing = value && !value.mentor && !value.new_hires.length && !value.is_new_hire && !value.my_group;
  return html`<${Page} title="Mentors">
    <${GroupTabs} chosen="mentoring" />
    <${Problem} ...${{problem}} retry=${reload} />
    ${!value && !problem && html`<${GhostRows} rows=${3} />`}
    ${nothing && html`<${EmptyState} icon="groups" title="Nobody is new beside you"
      action=${html`<${Button} href="${home}/people">To the people<//>`}>
      Whoever joined less than 90 days ago can have a mentor. On the people’s page you offer to be one.<//>`}
    ${value?.mentor && html`<${MyMentor} ...${{value}} />`}
    ${value?.is_new_hire && !value.mentor && html`<${Notice}><p>You have no mentor yet. As soon as you have one, they stand here.</p><//>`}
    ${value?.expertise && value.is_new_hire && html`<${First} ...${{value}} />`}
    ${value?.mentors_group && html`<${GroupShelf} group=${value.mentors_group} title="What your group has for you" />`}
    ${(value?.new_hires.length > 0 || value?.my_group) && html`<${NewHires} ...${{value, reload}} />`}
  <//>`;
}

function MyMentor({value: {mentor, mentor_since: since, mentors_group: group}}) {
  const {home} = useHere();
  return html`<section class="card stack" aria-labelledby="my-mentor">
    <h2 id="my-mentor">My mentor</h2>
    <ul class="list wide"><${Colleague} member=${mentor} below=${[mentor.department, `since ${day(since)}`].filter(Boolean).join(' · ')} /></ul>
    ${group && html`<${Next} ...${{group}} /><div class="row"><${Button} icon="groups" href="${home}/group/${group.group_id}">Our group<//></div>`}
    <${ShowLoops} />
  </section>`;
}

/** The round that is open in a group, or when the next one opens. */
function Next({group}) {
  const {home} = useHere();
  const {open_round_id: round, waits_for_me: waits, next_at: next, group_id: id, member_count: people} = group;
  if (round) {
    return html`<p>A round is open. <a href="${home}/round/${round}?group=${id}">${waits ? 'Answer it' : 'Hear what was said'}</a></p>`;
  }
  if (!next) return null;
  return html`<p class="small muted">${people < LEAST ? 'Rounds begin as soon as three people are in the group.' : `The next round opens ${moment(next)}.`}</p>`;
}

/** What a new hire is invited to teach first. */
function First({value: {prompts, expertise}}) {
  const {home} = useHere();
  return html`<section class="section">
    <h2>My first playlist</h2>
    <p>You know things that nobody here knows. Answer one of these in a few minutes; with your first track everybody hears of it.</p>
    <ul class="list">${prompts.map((prompt, i) => html`<li class="choice-row" key=${prompt}>
      <span>${prompt}</span>
      <${Button} icon="record" label="Answer: ${prompt}" href="${home}/record?playlist=${expertise.playlist_id}&prompt=${i}">Answer<//>
    </li>`)}</ul>
    <ul class="list"><${PlaylistRow} playlist=${expertise} /></ul>
  </section>`;
}

function NewHires({value, reload}) {
  const {home, url, workspace} = useHere();
  const {new_hires: hires, capacity, my_group: group} = value;
  const [handing, setHanding] = useState(null);
  const [ending, setEnding] = useState(null);
  const placeOf = (member) => `${url}/members/${member.member_id}/mentor`;
  const hand = async (successor) => {
    await api.put(placeOf(handing), {mentor_id: successor.member_id, instead_of: workspace.member_id});
    say(`${successor.name} is ${handing.name}’s mentor now.`);
    setHanding(null);
    await reload();
  };
  return html`<section class="section">
    <h2>My new hires</h2>
    ${group && html`<${Next} ...${{group}} />`}
    ${hires.length === 0 && html`<p class="muted">Nobody at the moment.</p>`}
    <ul class="list">${hires.map(({member, since, is_new_hire: isNew}) => html`<${Colleague} key=${member.member_id} ...${{member}}
      tags=${isNew && html`<span class="tag">New here</span>`}
      below=${[member.department, `with you since ${day(since)}`].filter(Boolean).join(' · ')}
      action=${html`<div class="row acts">
        <${Button} label="Hand ${member.name} on" onClick=${() => setHanding(member)}>Hand on…<//>
        <${Button} kind="plain danger" label="End being ${member.name}’s mentor" onClick=${() => setEnding(member)}>End…<//>
      </div>`} />`)}</ul>
    <${OpenQuestions} />
    ${hires.map(({member}) => html`<${LoopsOf} key=${member.member_id} ...${{member}} />`)}
    <p class="small muted">You have said that you have time for ${capacity === 1 ? 'one new hire' : `${capacity} new hires`} at once.
      ${' '}<a href="${home}/you">Change that</a></p>
    ${group && html`<div><${Button} icon="groups" href="${home}/group/${group.group_id}">Our group<//></div>`}
    ${handing && html`<${Dialog} title="Hand ${handing.name} on" onClose=${() => setHanding(null)}>
      <p>Whoever you choose is their mentor from now on; <bdi>${handing.name}</bdi> moves to their group.</p>
      <${ChooseColleague} words="Choose" choose=${hand} leaveOut=${new Set([workspace.member_id, handing.member_id])} />
      <div class="row"><${Button} onClick=${() => setHanding(null)}>Cancel<//></div>
    <//>`}
    ${ending && html`<${End} member=${ending} place=${placeOf(ending)} ...${{reload}} onClose=${() => setEnding(null)} />`}
  </section>`;
}

/** Asks before somebody has no mentor any more. */
function End({member, place, reload, onClose}) {
  const [end, {busy, problem}] = useAction(async () => {
    await api.del(place);
    await reload();
    say(`${member.name} has no mentor any more.`);
    onClose();
  });
  return html`<${Dialog} title="End this mentorship?" onClose=${onClose}>
    <p><bdi>${member.name}</bdi> has no mentor any more then and leaves the mentor’s group. No reason is asked for.</p>
    <${Problem} problem=${problem} />
    <div class="row">
      <${Button} onClick=${onClose}>Go on together<//>
      <${Button} kind="danger main" busy=${busy} onClick=${end}>End it<//>
    </div>
  <//>`;
}
