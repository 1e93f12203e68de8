/** One round of a group: its question, to answer by voice or in writing, and what the others said. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Avatar, Button, EmptyState, Field, GhostRows, Notice, Page, Problem, TrackRow, focusHeading, say} from './components.js';
import {Act} from './colleagues.js';
import {ago, moment} from './formats.js';
import {useAction, useHere, useLoaded} from './hooks.js';
import {usePlayback} from './playerbar.js';
import {QueueMenu} from './queuemenu.js';
import {Waiting, useArrivals, useOutbox} from './waiting.js';
import {useStandings} from './ways.js';

/** The page of a round; `group` in the address is whose it is. */
export function RoundPage({id, query}) {
  const {url, home} = useHere();
  const groupId = query.get('group');
  const group = useLoaded(() => api.get(`${url}/groups/${groupId}`), [url, groupId]);
  const {value: round, problem, reload, set} = useLoaded(() => api.get(`${url}/groups/${groupId}/rounds/${id}`), [url, groupId, id]);
  const sending = useOutbox().filter((item) => item.round?.roundId === id);
  useArrivals(sending, reload);
  if (!round || !group.value) {
    const wrong = problem ?? group.problem;
    return html`<${Page} key="before" title=${wrong ? 'This round cannot be opened' : html`<span class="aside">Round</span>`} tab="Round">
      ${wrong?.status === 404
        ? html`<${EmptyState} icon="lock" title="It is not here" action=${html`<${Button} kind="main" href="${home}/groups">To your groups<//>`}>
            What is said in a group stays there: only its people can open it.<//>`
        : html`<${Problem} problem=${wrong} retry=${() => { reload(); group.reload(); }} />`}
      ${!wrong && html`<${GhostRows} />`}
    <//>`;
  }
  return html`<${Shown} ...${{round, reload, set, sending}} group=${group.value} />`;
}

function Shown({round, group, reload, set, sending}) {
  const {url, home} = useHere();
  const {topic, status, closes_at: closes, summary, playlist_id: playlistId} = round;
  const open = status === 'open';
  return html`<${Page} key="round" title=${topic} lines="track-title"
    above=${html`<p class="small"><a href="${home}/group/${group.group_id}" dir="auto">${group.purpose}</a></p>`}>
    <p class="muted">${open ? `Open until ${moment(closes)}. By voice or in writing, when it suits you.` : 'This round is over.'}</p>
    ${!open && summary && html`<${Notice} kind="good"><p dir="auto">${summary}</p>
      ${playlistId && html`<${Button} icon="playlists" href="${home}/playlist/${playlistId}">Hear it as a playlist<//>`}<//>`}
    <${Waiting} items=${sending} open />
    ${open && html`<${Mine} ...${{round, group, reload, set}} place=${`${url}/groups/${group.group_id}/rounds/${round.round_id}`} />`}
    <${Said} ...${{round}} />
  <//>`;
}

/** What one says oneself, or that one leaves it out this time. */
function Mine({round, group, place, reload, set}) {
  const {workspace} = useHere();
  const mine = round.contributions.find(({member}) => member.member_id === workspace.member_id);
  const stepOut = async () => {
    set(await api.put(`${place}/absence`));
    say('This round does not wait for you.');
  };
  const stepIn = async () => {
    await api.del(`${place}/absence`);
    await reload();
    say('This round waits for you.');
  };
  const takeBack = async () => {
    await api.del(`${place}/contribution`);
    await reload();
    say('What you said was taken back.');
  };
  if (round.stepped_out) {
    return html`<${Notice}><p>You have left this round. Nobody is told.</p><${Act} words="Take part after all" act=${stepIn} /><//>`;
  }
  if (mine) {
    return html`<div class="row"><span class="heard-all">You have answered.</span>
      <${Act} kind="plain" words="Take it back" act=${takeBack} /></div>`;
  }
  return html`<${Answer} ...${{round, group, place, set}} />
    <div><${Act} kind="plain" words="Not this time" act=${stepOut} /></div>`;
}

function Answer({round, group, place, set}) {
  const {home, limits} = useHere();
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const [send, {busy, problem}] = useAction(async () => {
    setTried(true);
    if (!text.trim()) return;
    const after = await api.put(`${place}/contribution`, {text});
    focusHeading();
    set(after);
    say('Your answer was sent.');
  });
  return html`<section class="card stack" aria-labelledby="answer">
    <h2 id="answer">Your answer</h2>
    <ul class="asked small muted">${group.prompts.map((prompt) => html`<li key=${prompt}>${prompt}</li>`)}</ul>
    <${Button} kind="main" icon="record" href="${home}/record?group=${group.group_id}&round=${round.round_id}">Say it<//>
    <form class="stack wide" onSubmit=${(event) => { event.preventDefault(); send(); }}>
      <${Field} as="textarea" label="Or write it" value=${text} onValue=${setText} dir="auto" most=${limits.contribution_length}
        wrong=${tried && !text.trim() ? 'Write something first.' : ''} />
      <${Problem} problem=${problem} />
      <${Button} type="submit" busy=${busy}>${busy ? 'Sending…' : 'Send'}<//>
    </form>
  </section>`;
}

/** What everybody said, in the order in which they did. */
function Said({round}) {
  const {url} = useHere();
  const spoken = round.contributions.map(({track_id: id}) => id).filter(Boolean);
  const tracks = useLoaded(() => Promise.all(spoken.map((id) => api.get(`${url}/tracks/${id}`))), [url, spoken.join()]);
  const byId = new Map((tracks.value ?? []).map((track) => [track.track_id, track]));
  const standings = useStandings(tracks.value);
  return html`<section class="section">
    <h2>What was said</h2>
    ${round.contributions.length === 0 && html`<p class="muted">${round.status === 'open' ? 'Nothing yet. Somebody has to be first.' : 'Nothing this time.'}</p>`}
    <${Problem} problem=${tracks.problem} retry=${tracks.reload} />
    <ul class="list">${round.contributions.map((each) => (each.track_id
      ? byId.has(each.track_id) && html`<${Spoken} key=${each.track_id} track=${byId.get(each.track_id)} progress=${standings[each.track_id]} />`
      : html`<li class="happening" key=${each.member.member_id}>
        <${Avatar} name=${each.member.name} id=${each.member.member_id} />
        <div><p class="small muted"><bdi>${each.member.name}</bdi> · <time datetime=${each.at} title=${moment(each.at)}>${ago(each.at)}</time></p>
          <p class="said ${each.text ? '' : 'muted'}" dir="auto">${each.text ?? 'This was taken back.'}</p></div>
      </li>`))}</ul>
  </section>`;
}

function Spoken({track, progress}) {
  const {home} = useHere();
  const {loaded, playing, press} = usePlayback(track);
  return html`<${TrackRow} href="${home}/track/${track.track_id}" ...${{track, playing, progress}} current=${loaded} onPlay=${press} more=${html`<${QueueMenu} ...${{track}} />`} />`;
}

/** The open round of a group, as its page shows it. */
export function OpenRound({groupId, roundId}) {
  const {url, home} = useHere();
  const {value: round, problem, reload} = useLoaded(() => api.get(`${url}/groups/${groupId}/rounds/${roundId}`), [url, groupId, roundId]);
  if (!round) return problem ? html`<${Problem} ...${{problem}} retry=${reload} />` : html`<div class="prompt ghost" aria-hidden="true" />`;
  const {topic, closes_at: closes, waits_for_me: waits} = round;
  return html`<section class="prompt" aria-label="The open round">
    <blockquote dir="auto">${topic}</blockquote>
    <p class="small">Open until ${moment(closes)}.</p>
    <div><${Button} kind=${waits ? 'main' : ''} href="${home}/round/${roundId}?group=${groupId}">${waits ? 'Answer' : 'Hear what was said'}<//></div>
  </section>`;
}
