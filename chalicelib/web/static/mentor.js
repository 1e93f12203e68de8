/** Assigning a mentor: to an admin with suggestions and what was before, to others the offer to be one. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Dialog, GhostRows, Notice, Problem, say} from './components.js';
import {Act, ChooseColleague, Colleague} from './colleagues.js';
import {day} from './formats.js';
import {sentence} from './grouppeople.js';
import {useAction, useHere, useLoaded} from './hooks.js';

/** The dialog about somebody's mentor, for an admin. */
export function AssignMentor({member, onClose}) {
  const {url} = useHere();
  const place = `${url}/members/${member.member_id}/mentor`;
  const known = useLoaded(() => api.get(place), [place]);
  const suggested = useLoaded(() => api.get(`${place}/suggestions`), [place, known.value?.mentor?.member_id]);
  const [anybody, setAnybody] = useState(false);
  const [faster, setFaster] = useState('');
  const {mentor: present, since, former = []} = known.value ?? {};
  const assign = async (mentor) => {
    setFaster('');
    try {
      known.set(await api.put(place, {mentor_id: mentor.member_id, instead_of: present?.member_id ?? null}));
    } catch (problem) {
      if (problem.code !== 'OtherMentor' || !problem.current) throw problem;
      known.set(problem.current);
      setFaster('Somebody else was faster. This is how it stands now.');
      return;
    }
    setAnybody(false);
    say(`${mentor.name} is ${member.name}’s mentor now.`);
  };
  const end = async () => {
    await api.del(place);
    await known.reload();
    say(`${member.name} has no mentor any more.`);
  };
  const words = present ? 'Choose' : 'Assign';
  const others = suggested.value?.items.filter((each) => each.member.member_id !== present?.member_id);
  return html`<${Dialog} title="${member.name}’s mentor" onClose=${onClose}>
    <${Problem} problem=${known.problem ?? suggested.problem} retry=${() => { known.reload(); suggested.reload(); }} />
    ${faster && html`<${Notice} kind="warn"><p role="status">${faster}</p><//>`}
    ${present && html`<ul class="list"><${Colleague} member=${present} below=${`Mentor since ${day(since)}`}
      action=${html`<${Act} kind="danger" words="End" label="End this mentorship" act=${end} />`} /></ul>`}
    ${known.value && !present && html`<p class="muted">Nobody yet.</p>`}
    ${!others && !suggested.problem && html`<${GhostRows} rows=${2} />`}
    ${known.value && others?.length > 0 && !anybody && html`<h3>${present ? 'Or' : 'Who would fit'}</h3>
      <ul class="list">${others.map(({member: mentor, reasons}) => html`<${Colleague} key=${mentor.member_id} member=${mentor}
        below=${sentence(reasons)} action=${html`<${Act} ...${{words}} label="${words} ${mentor.name}" act=${() => assign(mentor)} />`} />`)}</ul>`}
    ${others?.length === 0 && !anybody && html`<p class="muted">Nobody has time for another new hire at the moment. Everybody says in their settings how many they have time for.</p>`}
    ${anybody && html`<${ChooseColleague} ...${{words}} choose=${assign} leaveOut=${new Set([member.member_id, present?.member_id])} />`}
    ${former.length > 0 && html`<h3>Before</h3>
      <ul class="list">${former.map((each) => html`<${Colleague} key=${each.since} member=${each.mentor} below=${`${day(each.since)} to ${day(each.until)}`} />`)}</ul>`}
    <div class="row">
      ${!anybody && html`<${Button} kind="plain" onClick=${() => setAnybody(true)}>Somebody else…<//>`}
      <${Button} kind="main" onClick=${onClose}>Done<//>
    </div>
  <//>`;
}

/** The dialog of a member who offers to be somebody's mentor. */
export function OfferToMentor({member, onClose}) {
  const {url, home, workspace} = useHere();
  const [offer, {busy, problem}] = useAction(async () => {
    await api.put(`${url}/members/${member.member_id}/mentor`, {mentor_id: workspace.member_id});
    say(`You are ${member.name}’s mentor now.`);
    location.hash = `${home}/mentoring`;
  });
  return html`<${Dialog} title="Be ${member.name}’s mentor?" onClose=${onClose}>
    <p>They come into your group, and the two of you check in by voice when it suits you. You may hand them on or end it whenever you like.</p>
    <${Problem} problem=${problem} />
    <div class="row">
      <${Button} onClick=${onClose}>Not now<//>
      <${Button} kind="main" busy=${busy} onClick=${offer}>Be their mentor<//>
    </div>
  <//>`;
}
