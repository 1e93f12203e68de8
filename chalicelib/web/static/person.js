/** One person: who they are, when they can be reached, what they have recorded and put together. */
import {html, useEffect, useState} from './preact.js';
import * as api from './api.js';
import {Avatar, Button, Email, EmptyState, GhostRows, More, Notice, Page, Problem, TrackRow} from './components.js';
import {day} from './formats.js';
import {useHere, useList, useLoaded} from './hooks.js';
import {Icon} from './icons.js';
import {Manage} from './manage.js';
import {AssignMentor, OfferToMentor} from './mentor.js';
import {usePlayback} from './playerbar.js';
import {PlaylistRow} from './playlistrow.js';
import {useStandings} from './ways.js';

const AGAIN_MS = 20_000;

/** The page of a person. */
export function PersonPage({id}) {
  const {url, home} = useHere();
  const {value: member, problem, reload, set} = useLoaded(() => api.get(`${url}/members/${id}`), [url, id]);
  if (!member) {
    return html`<${Page} key="before" title=${problem ? 'This person is not here' : html`<span class="aside">Person</span>`} tab="Person">
      ${problem?.status === 404
        ? html`<${EmptyState} icon="people" title="Nobody to be seen" action=${html`<${Button} kind="main" href="${home}/people">To the people<//>`}>
            Perhaps they have left, or the address was cut short.<//>`
        : html`<${Problem} ...${{problem}} retry=${reload} />`}
      ${!problem && html`<${GhostRows} />`}
    <//>`;
  }
  return html`<${Shown} key="person" ...${{member, set}} />`;
}

function Shown({member, set}) {
  const {workspace, home} = useHere();
  const admin = workspace.role === 'admin';
  const me = member.member_id === workspace.member_id;
  const active = member.status === 'active';
  const [managing, setManaging] = useState(false);
  const [mentoring, setMentoring] = useState(false);
  const About = admin ? AssignMentor : OfferToMentor;
  const actions = html`<div class="row">
    ${me && html`<${Button} icon="settings" href="${home}/you">Your settings<//>`}
    ${active && !me && member.is_new_hire && html`<${Button} onClick=${() => setMentoring(true)}>${admin ? 'Mentor…' : 'Be their mentor…'}<//>`}
    ${!me && admin && html`<${Button} onClick=${() => setManaging(true)}>Manage…<//>`}
  </div>`;
  return html`<${Page} title=${member.name} lines="track-title" ...${{actions}}
    above=${html`<p class="small"><a href="${home}/people">People</a></p>`}>
    <${AboutPerson} ...${{member, me, active}} />
    ${active && me && html`<p class="small muted">This is your page. Colleagues see on it what they may hear.</p>`}
    <${Tracks} ...${{member, me}} />
    <${Playlists} ...${{member}} />
    ${managing && html`<${Manage} ...${{member}} changed=${set} onClose=${() => setManaging(false)}
      onMentor=${() => { setManaging(false); setMentoring(true); }} />`}
    ${mentoring && html`<${About} ...${{member}} onClose=${() => setMentoring(false)} />`}
  <//>`;
}

function AboutPerson({member, me, active}) {
  const {home} = useHere();
  const {name, title, department, email, topics, mentor_capacity: capacity} = member;
  return html`<section class="card profile" aria-label="About ${name}">
    <${Avatar} ...${{name}} id=${member.member_id} />
    <div class="stack">
      ${(title || department) && html`<p>${title && html`<span dir="auto">${title}</span>`}${title && department && ', '}
        ${department && html`<a href="${home}/people?${new URLSearchParams({department})}" dir="auto">${department}</a>`}</p>`}
      <div class="row tags">
        ${me && html`<span class="tag accent">You</span>`}
        ${member.role === 'admin' && active && html`<span class="tag">Admin</span>`}
        ${member.is_new_hire && active && html`<span class="tag">New here since ${day(member.started_on)}</span>`}
      </div>
      ${active
        ? html`<${There} ...${{member}} />
          <p class="small"><a href="mailto:${email}"><${Email} address=${email} /></a></p>
          ${!me && !member.is_new_hire && capacity > 0 && html`<p class="small muted">Has time for new hires as their mentor.</p>`}`
        : html`<${Notice}><p>Not in this workspace any more. What they recorded stays as they agreed to it.</p><//>`}
      ${topics.length > 0 && html`<ul class="row tags" aria-label="Topics">${topics.map((topic) => html`<li key=${topic}>
        <a class="tag" href="${home}/library?${new URLSearchParams({q: topic})}" dir="auto">${topic}</a></li>`)}</ul>`}
    </div>
  </section>`;
}

/** What time it is where somebody works, and when they do. */
function There({member: {time_zone: zone, working_hours: hours}}) {
  const [now, setNow] = useState(api.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(api.now()), AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return html`<p class="there"><${Icon} name="activity" size=${18} />
    <span><time class="numbers">${timeIn(zone, now)}</time> there now${' '}
    <span class="muted">· at work from ${hours.from} to ${hours.to}</span></span></p>`;
}

/** The time of day in a zone, with the weekday where that is another one than the reader's. */
function timeIn(zone, now) {
  const weekday = (timeZone) => new Intl.DateTimeFormat('en-GB', {weekday: 'long', timeZone}).format(now);
  const clock = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', timeZone: zone}).format(now);
  return weekday(zone) === weekday() ? clock : `${weekday(zone)}, ${clock}`;
}

function Tracks({member, me}) {
  const {url, home} = useHere();
  const list = useList((after) => api.get(`${url}/tracks`, {speaker: member.member_id, after}), [url, member.member_id]);
  const shown = list.items?.filter(({status}) => status === 'ready');
  const standings = useStandings(shown);
  return html`<section class="section" aria-label="Tracks">
    <h2>Tracks</h2>
    <${Problem} problem=${list.problem} retry=${list.reload} />
    ${!shown && !list.problem && html`<${GhostRows} rows=${3} />`}
    ${shown?.length === 0 && !list.next && html`<p class="muted">${me ? html`Nothing yet. <a href="${home}/record">Record your first track</a>.` : 'Nothing yet that you may hear.'}</p>`}
    ${shown?.length > 0 && html`<ul class="list">${shown.map((track) => html`<${Track} key=${track.track_id} ...${{track}} progress=${standings[track.track_id]} />`)}</ul>`}
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />
  </section>`;
}

function Track({track, progress}) {
  const {home} = useHere();
  const {loaded, playing, press} = usePlayback(track);
  return html`<${TrackRow} unnamed href="${home}/track/${track.track_id}" ...${{track, playing, progress}} current=${loaded} onPlay=${press} />`;
}

function Playlists({member}) {
  const {url} = useHere();
  const list = useList((after) => api.get(`${url}/playlists`, {owner: member.member_id, after}), [url, member.member_id]);
  if (!list.problem && !list.items?.length) return null;
  return html`<section class="section" aria-label="Playlists">
    <h2>Playlists</h2>
    <${Problem} problem=${list.problem} retry=${list.reload} />
    <ul class="list">${list.items?.map((playlist) => html`<${PlaylistRow} key=${playlist.playlist_id} ...${{playlist}} />`)}</ul>
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />
  </section>`;
}
