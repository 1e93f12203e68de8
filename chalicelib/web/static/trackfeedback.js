/** Feedback on a track: asking for it, giving it, and what its speaker has published of it. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Act} from './colleagues.js';
import {Avatar, Button, Choice, Field, More, Notice, Problem, say} from './components.js';
import {clock, day, listed} from './formats.js';
import {useAction, useHere, useList, useLoaded} from './hooks.js';
import {Moment} from './questions.js';
import {Report} from './report.js';
import {usePlayback, usePlayer} from './playerbar.js';

export const KINDS = {
  keep: ['Keep', 'Something that works: what I heard, and what it did for me.'],
  try: ['Try', 'Something to try another time.'],
  ask: ['Ask', 'A question that could take it further.'],
};
const SAYS = [['heard', 'What I heard'], ['effect', 'What it did to me'], ['would_try', 'What I would try']];
const SHORT_MS = 60_000;

/** What of feedback stands on a track's page. */
export function TrackFeedback({track, place, mine}) {
  const {value: door, problem, reload, set} = useLoaded(() => api.get(`${place}/feedback-door`), [place]);
  const list = useList((after) => api.get(`${place}/feedback`, {after}), [place]);
  if (!door) return html`<${Problem} ...${{problem}} retry=${reload} />`;
  const invites = mine || door.may_give;
  if (!invites && !list.items?.length) return null;
  return html`<section class="section">
    <h2>Feedback</h2>
    ${mine && html`<${Asking} ...${{place, door, set}} />`}
    ${door.may_give && html`<${Give} ...${{track, place, door}} onGiven=${reload} />`}
    <${Problem} problem=${list.problem} retry=${list.reload} />
    ${list.items?.length > 0 && html`<ul class="list">${list.items.map((each) => html`<${Published} key=${each.feedback_id} ...${{each, track}} />`)}</ul>`}
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />
  </section>`;
}

function Asking({place, door, set}) {
  const {limits} = useHere();
  const [about, setAbout] = useState('');
  const [tried, setTried] = useState(false);
  const [ask, {busy, problem}] = useAction(async () => {
    setTried(true);
    if (!about.trim()) return;
    set({...door, asked: await api.put(`${place}/feedback-door`, {about})});
    say('Colleagues can give you feedback now.');
  });
  const close = async () => {
    await api.del(`${place}/feedback-door`);
    set({...door, asked: null});
    say('You no longer ask for feedback.');
  };
  if (door.asked) {
    return html`<${Notice}><p>You ask for feedback about “<bdi>${door.asked.about}</bdi>” until ${day(door.asked.closes_at)}. It comes to you alone.</p>
      <${Act} words="Ask no more" act=${close} /><//>`;
  }
  return html`<form class="stack" onSubmit=${(event) => { event.preventDefault(); ask(); }}>
    <p class="muted">Nobody can comment on your track unless you ask for it. What you get is for you alone.</p>
    <${Field} label="What would you like to hear about?" value=${about} onValue=${setAbout} dir="auto" most=${limits.about_length}
      wrong=${tried && !about.trim() ? 'Say what you would like to hear about.' : ''} />
    <${Problem} problem=${problem} />
    <${Button} type="submit" busy=${busy}>${busy ? 'Asking…' : 'Ask for feedback'}<//>
  </form>`;
}

/** Whether one lets feedback in from a group, as its page has it. */
export function GroupDoor({place}) {
  const {value, problem, reload, set} = useLoaded(() => api.get(`${place}/feedback-door`), [place]);
  const agree = async () => {
    set(await api.put(`${place}/feedback-door`));
    say('You agree to feedback in this group.');
  };
  const disagree = async () => {
    await api.del(`${place}/feedback-door`);
    await reload();
    say('You agree no more. Nobody is told.');
  };
  if (!value) return html`<${Problem} ...${{problem}} retry=${reload} />`;
  const others = value.open_with.map(({name}) => name);
  return html`<section class="section">
    <h2>Feedback in this group</h2>
    ${value.agreed
      ? html`<p>You agree to feedback on what you record for it${others.length ? html`, and so ${others.length > 1 ? 'do' : 'does'} <bdi>${listed(others)}</bdi>` : '. Nobody else has agreed so far'}.</p>
        <div><${Act} words="Agree no more" act=${disagree} /></div>`
      : html`<p class="muted">Those who agree can give one another feedback on what they record here. Only they see who has agreed.</p>
        <div><${Act} words="Agree to feedback" act=${agree} /></div>`}
  </section>`;
}

function Give({track, place, door, onGiven}) {
  const [open, setOpen] = useState(false);
  const speaker = html`<bdi>${track.speaker.name}</bdi>`;
  return html`${door.asked
      ? html`<p>${speaker} asks for feedback about “<bdi>${door.asked.about}</bdi>”.</p>`
      : html`<p>You and ${speaker} have agreed to give each other feedback in your group.</p>`}
    ${open
      ? html`<${Form} ...${{track, place, door}} onClose=${() => setOpen(false)} onGiven=${onGiven} />`
      : html`<div><${Button} onClick=${() => setOpen(true)}>Give feedback<//></div>`}`;
}

function Form({track, place, door, onClose, onGiven}) {
  const {loaded} = usePlayback(track);
  const positionMs = usePlayer((state) => (loaded ? Math.floor(state.positionMs) : 0));
  const playlistId = usePlayer((state) => loaded && state.entry?.playlistId);
  const [kind, setKind] = useState('keep');
  const [note, setNote] = useState({});
  const [keep, setKeep] = useState({});
  const [mayPublish, setMayPublish] = useState(false);
  const [key] = useState(() => crypto.randomUUID());
  const withKeep = kind === 'try' && door.try_needs_keep;
  const [give, {busy, problem}] = useAction(async () => {
    const said = {...note, kind, at_ms: positionMs, may_publish: mayPublish};
    if (kind !== 'try' || note.voice_track_id) delete said.would_try;
    if (playlistId) said.playlist_id = playlistId;
    if (withKeep) said.keep = {...keep, at_ms: positionMs};
    await api.post(`${place}/feedback`, said, {key});
    say(`Your feedback is on its way to ${track.speaker.name}. For 15 minutes you can take it back.`);
    onClose();
    await onGiven();
  });
  return html`<form class="card stack" onSubmit=${(event) => { event.preventDefault(); give(); }}>
    <fieldset class="stack">
      <legend>What kind?</legend>
      ${Object.entries(KINDS).map(([name, [label, hint]]) => html`<${Choice} key=${name} type="radio" name="kind" checked=${kind === name}
        onChange=${() => setKind(name)} ...${{label, hint}} />`)}
    </fieldset>
    <p class="small muted">About ${clock(positionMs)}: play the track to the moment that you mean.</p>
    <${Note} ...${{kind}} value=${note} onValue=${setNote} />
    ${withKeep && html`<h3>And something to keep</h3>
      <p class="small muted">A first suggestion comes together with what already works.</p>
      <${Note} kind="keep" value=${keep} onValue=${setKeep} />`}
    <${Choice} label="${track.speaker.name} may publish it with my name" checked=${mayPublish} onChange=${() => setMayPublish(!mayPublish)} />
    <${Problem} problem=${problem} />
    <div class="row"><${Button} type="submit" kind="main" busy=${busy}>${busy ? 'Giving…' : 'Give it'}<//>
      <${Button} kind="plain" onClick=${onClose}>Not now<//></div>
  </form>`;
}

/** What one has to say, in writing or as one of one's own short recordings that nobody else may hear. */
function Note({kind, value, onValue}) {
  const {url, home, limits} = useHere();
  const mine = useList((after) => api.get(`${url}/tracks`, {speaker: 'me', limit: limits.page_size, after}), [url]);
  const short = (mine.items ?? []).filter((each) => each.status === 'ready' && each.consent.audience === 'me' && each.duration_ms <= SHORT_MS);
  const field = (name, label) => html`<${Field} as="textarea" ...${{label}} value=${value[name] ?? ''} most=${limits.feedback_length} dir="auto" required
    onValue=${(text) => onValue({...value, [name]: text})} />`;
  const spoken = value.voice_track_id !== undefined;
  return html`<div class="stack wide">
    ${!spoken && html`${field('heard', 'What I heard')}${field('effect', 'What it did to me')}${kind === 'try' && field('would_try', 'What I would try')}`}
    ${short.length > 0 && html`<${Field} as="select" label="Or say it, with a recording of mine" value=${value.voice_track_id ?? ''}
      onValue=${(id) => onValue(id ? {voice_track_id: id} : {})}>
      <option value="">In writing</option>
      ${short.map(({track_id: id, title}) => html`<option key=${id} value=${id}>${title}</option>`)}
    <//>`}
    ${mine.items && !short.length && html`<p class="small muted">You can also say it: <a href="${home}/record">record</a> up to a minute
      for yourself alone, then choose it here.</p>`}
  </div>`;
}

function Published({each, track}) {
  const {workspace} = useHere();
  const {giver} = each;
  return html`<li class="happening">
    <${Avatar} name=${giver.name} id=${giver.member_id} />
    <div><p class="small muted"><bdi>${giver.name}</bdi> · <span class="tag">${KINDS[each.kind][0]}</span></p>
      <${Said} ...${{each}} place="tracks/${track.track_id}/feedback/${each.feedback_id}" />
      <div class="row"><${Moment} track=${track} atMs=${each.at_ms} />
        ${giver.member_id !== workspace.member_id && html`<${Report} label="Report what ${giver.name} wrote" inGroup=${track.consent.audience === 'group'}
          thing=${{kind: 'feedback', feedback_id: each.feedback_id, track_id: track.track_id}} />`}</div></div>
  </li>`;
}

/** What a note says: its texts, or its voice, which `place` leads to. */
export function Said({each, place}) {
  if (each.spoken) return html`<${Voice} ...${{place}} />`;
  return html`${SAYS.filter(([name]) => each[name]).map(([name, words]) => html`<div key=${name}>
    <div class="small muted">${words}</div><p class="said" dir="auto">${each[name]}</p></div>`)}`;
}

/** What was recorded for one person, to hear. */
export function Voice({place}) {
  const {url} = useHere();
  const {value, problem, reload} = useLoaded(() => api.get(`${url}/${place}/audio`), [url, place]);
  return value
    ? html`<audio controls preload="none" src=${value.url} onError=${reload} />`
    : html`<${Problem} ...${{problem}} retry=${reload} />`;
}
