/** One track: to hear, and for its speaker to look after. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Avatar, Button, Copy, Dialog, EmptyState, Field, Heard, Notice, Page, PlayButton, Problem, say} from './components.js';
import {About, Describe} from './about.js';
import {AddToPlaylist} from './addtracks.js';
import {Chapters} from './chapters.js';
import {Consent} from './consent.js';
import {ago, clock, moment, spoken} from './formats.js';
import {useAction, useAgain, useHere, useLoaded} from './hooks.js';
import {outbox} from './outbox.js';
import {player} from './player.js';
import {Skip, Speed, usePlayback, usePlayer} from './playerbar.js';
import {QueueMenu} from './queuemenu.js';
import {Questions} from './questions.js';
import {Reach} from './reach.js';
import {HiddenForNow, Report} from './report.js';
import {Retire, Retired} from './retired.js';
import {ReviewDay, StillTrue, StillTrueAsked} from './review.js';
import {HeardBefore, Revisions} from './revisions.js';
import {PublicLinks} from './shares.js';
import {Thank} from './thanks.js';
import {TrackFeedback} from './trackfeedback.js';
import {Transcript} from './transcript.js';
import {Waiting, useArrivals, useOutbox} from './waiting.js';
import {useHeard} from './ways.js';
import {Waveform} from './waveform.js';

const AGAIN_MS = 3000;
const HEARD_BY = {
  me: 'only you can hear it', group: 'only a group can hear it', mentor: 'only its speaker and their mentor can hear it',
};
const PENDING = new Set(['processing', 'awaiting_upload']);

/** The page of a track. */
export function TrackPage({id}) {
  const {url, home} = useHere();
  const place = `${url}/tracks/${id}`;
  const loaded = useLoaded(() => api.get(place), [place]);
  const track = loaded.value;
  const sending = useOutbox(id);
  useArrivals(sending, loaded.reload);
  useAgain(loaded.reload, AGAIN_MS, track && [track.status, track.new_revision?.status].some((status) => PENDING.has(status)));
  if (!track) {
    return html`<${Page} key="before" title=${loaded.problem ? 'This track cannot be opened' : html`<span class="aside">Track</span>`} tab="Track">
      ${loaded.problem?.status === 404
        ? html`<${EmptyState} icon="alert" title="It is not here" action=${html`<${Button} kind="main" href="${home}/library">To the library<//>`}>
            Its speaker may have taken it back, or not let you hear it.<//>`
        : html`<${Problem} problem=${loaded.problem} retry=${loaded.reload} />`}
      ${!loaded.problem && html`<div class="card listen" aria-hidden="true"><div class="wave"></div><div class="bar"><span class="disc still"></span></div></div>`}
    <//>`;
  }
  return html`<${Shown} ...${{track, place, sending, set: loaded.set}} />`;
}

function Shown({track, place, sending, set}) {
  const {home, workspace} = useHere();
  const mine = track.speaker.member_id === workspace.member_id;
  const progress = useProgress(track);
  const published = track.published_at ?? track.created_at;
  const played = track.status === 'ready' && (mine || !track.retired_at);
  return html`<${Page} key="track" title=${track.title} lines="track-title"
    above=${html`<p class="small"><a href="${home}/library${mine ? '?speaker=me' : ''}">Library</a></p>`}>
    <div class="row">
      <${Avatar} name=${track.speaker.name} id=${track.speaker.member_id} />
      <div>
        ${track.speaker.member_id
          ? html`<a href="${home}/person/${track.speaker.member_id}" dir="auto">${track.speaker.name}</a>`
          : html`<span>${track.speaker.name}</span>`}
        <div class="small muted"><time datetime=${published} title=${moment(published)}>${ago(published)}</time>
          ${track.revision > 1 && html` · recorded anew`}
          <${StillTrue} track=${track} />
          ${HEARD_BY[track.consent.audience] && html` · ${HEARD_BY[track.consent.audience]}`}</div>
      </div>
    </div>
    <${HiddenForNow} hidden=${track.hidden} />
    <${Waiting} items=${sending} open />
    ${track.retired_at && html`<${Retired} ...${{track, place, mine, set, progress}} />`}
    ${mine && html`<${StillTrueAsked} ...${{track, place, set}} />`}
    ${played && html`<${Listen} track=${track} heard=${progress.value?.heard} />`}
    <${About} ...${{track}} />
    ${track.status !== 'ready' && !sending.length && html`<${OnItsWay} track=${track} />`}
    ${played && html`<div class="row">${!track.retired_at && html`<${AddToPlaylist} track=${track} /><${QueueMenu} track=${track} words="Queue…" />`}
        <${Copy} text=${() => location.href} otherwise="The link stands in the address bar.">Copy link<//>
        ${!mine && html`<${Report} thing=${{kind: 'track', track_id: track.track_id}} inGroup=${track.consent.audience === 'group'} />`}</div>
      <${Known} ...${{track, mine, progress}} />
      ${!mine && track.speaker.member_id && html`<${Thank} ...${{track, place}} />`}`}
    ${track.new_revision && !sending.length && html`<${NewRevision} track=${track} />`}
    ${played && html`<${Chapters} ...${{track, place, mine, set}} />
      <${Transcript} ...${{track, place, mine, set, progress}} />
      <${Revisions} ...${{track, place, mine, set, progress}} />`}
    ${track.status === 'ready' && !track.retired_at && html`<${Questions} ...${{place, track}} />
      <${TrackFeedback} ...${{track, place, mine}} />`}
    ${mine && track.status === 'ready' && html`<${Reach} ...${{place}} />`}
    ${track.status === 'ready' && track.consent.public_link && (mine || workspace.role === 'admin') && html`<${PublicLinks} ...${{place}} />`}
    ${mine && html`<${Mine} ...${{track, place, set}} />`}
  <//>`;
}

function Listen({track, heard}) {
  const {loaded, playing, press, seek} = usePlayback(track);
  const positionMs = usePlayer((state) => (loaded ? state.positionMs : 0));
  const durationMs = track.duration_ms;
  return html`<div class="card listen">
    <${Waveform} peaks=${track.peaks} ...${{positionMs, durationMs, heard}} onSeek=${seek} label="Position in ${track.title}" />
    <div class="times numbers small muted"><span aria-hidden="true">${clock(positionMs)}</span>
      <span><span aria-hidden="true">${clock(durationMs)}</span><span class="aside">${spoken(durationMs)} long</span></span></div>
    <div class="bar">
      ${loaded && html`<span class="tools"><${Skip} ms=${-10_000} /></span>`}
      <${PlayButton} big title=${track.title} playing=${playing} onClick=${press} />
      ${loaded && html`<span class="tools"><${Skip} ms=${10_000} /></span><span class="tools speeds"><${Speed} /></span>`}
    </div>
  </div>`;
}

/** How much of a ready track one has heard, kept up while one listens. */
function useProgress(track) {
  const {url} = useHere();
  const place = `${url}/progress/${track.track_id}`;
  const ready = track.status === 'ready';
  const progress = useLoaded(async () => (ready ? api.get(place) : null), [place, track.revision, ready]);
  useHeard(progress.reload);
  return progress;
}

/** How much of it one has heard, and the way to say that one knows it. */
function Known({track, mine, progress: {value, reload, set}}) {
  const {url} = useHere();
  const place = `${url}/progress/${track.track_id}`;
  const [declare, {busy, problem}] = useAction(async () => {
    set(await api.put(`${place}/completion`, {revision: track.revision, source: 'self_declared'}));
    say('It counts as known.');
  });
  const [takeBack, taking] = useAction(async () => {
    await api.del(`${place}/completion?revision=${track.revision}`);
    await reload();
    say('It counts as not heard again.');
  });
  if (!value) return null;
  const {completed_at: completed, source} = value;
  return html`<div class="row known">
    ${completed && source === 'self_declared' ? html`<span class="heard-all">You know this.</span>` : html`<${Heard} progress=${value} />`}
    ${!completed && !mine && html`<${Button} kind="plain" busy=${busy} onClick=${declare}>I know this<//>`}
    ${completed && source === 'self_declared' && html`<${Button} kind="plain" busy=${taking.busy} onClick=${takeBack}>Take that back<//>`}
    <${HeardBefore} progress=${value} />
    <${Problem} problem=${problem ?? taking.problem} />
  </div>`;
}

function OnItsWay({track}) {
  if (track.status === 'rejected') {
    return html`<${Notice} kind="warn"><p><strong>This upload was not accepted.</strong> ${track.reason}</p>
      <${Anew} track=${track}>Send another recording<//><//>`;
  }
  if (track.status === 'awaiting_upload') {
    return html`<${Notice}><p>Its audio has not arrived yet. It may be waiting in another browser of yours; otherwise
      record it again.</p><${Anew} track=${track}>Record it again<//><//>`;
  }
  return html`<${Notice}><p>Earshot is preparing this track. It takes a few seconds; this page shows it by itself.</p><//>`;
}

function NewRevision({track}) {
  const {status, reason} = track.new_revision;
  if (status === 'rejected') {
    return html`<${Notice} kind="warn"><p><strong>Your new recording was not accepted.</strong> ${reason} Until then
      colleagues hear the one from before.</p><${Anew} track=${track}>Try again<//><//>`;
  }
  return html`<${Notice}><p>${status === 'processing' ? 'Your new recording is being prepared.' : 'Your new recording has not arrived yet.'}
    ${' '}Until it is ready, colleagues hear the one from before.</p><//>`;
}

function Anew({track, children, kind = ''}) {
  const {home} = useHere();
  return html`<${Button} kind=${kind} icon="record" href="${home}/record?track=${track.track_id}">${children}<//>`;
}

function Mine({track, place, set}) {
  return html`<section class="section">
    <h2>Your track</h2>
    <${Rename} ...${{track, place, set}} />
    <${Describe} ...${{track, place, set}} />
    <${Agree} ...${{track, place, set}} />
    ${track.review_on && html`<${ReviewDay} key=${track.review_on} ...${{track, place, set}} />`}
  </section>
  <section class="section">
    <h2>${track.retired_at ? 'Take back' : 'Record anew, retire or take back'}</h2>
    <p class="muted">${!track.retired_at && html`A new recording takes the place of this one; the link stays. A retired track is
      kept and not played any more, and can lead to another one. `}A track that you take back is erased.</p>
    <div class="row">
      ${track.status === 'ready' && !track.retired_at && html`<${Anew} track=${track}>Record anew<//><${Retire} ...${{track, place, set}} />`}
      <${TakeBack} ...${{track, place}} />
    </div>
  </section>`;
}

function Rename({track, place, set}) {
  const {limits} = useHere();
  const [title, setTitle] = useState(track.title);
  const offered = track.suggested_title && track.suggested_title !== title ? track.suggested_title : null;
  const [save, {busy, problem}] = useAction(async () => {
    const after = await api.patch(place, {title});
    setTitle(after.title);
    set(after);
    player.rename(after);
    say('The track was renamed.');
  });
  return html`<form class="stack" onSubmit=${(event) => { event.preventDefault(); save(); }}>
    <${Field} label="Title" value=${title} onValue=${setTitle} required dir="auto" most=${limits.line_length} />
    ${offered && html`<p class="small muted">The file calls it “<span dir="auto">${offered}</span>”.
      ${' '}<${Button} kind="plain" onClick=${() => setTitle(offered)}>Use this<//></p>`}
    <${Problem} problem=${problem} />
    ${title !== track.title && html`<${Button} type="submit" kind="main" busy=${busy}>${busy ? 'Renaming…' : 'Rename'}<//>`}
  </form>`;
}

function Agree({track, place, set}) {
  const [consent, setConsent] = useState(track.consent);
  const changed = JSON.stringify(consent) !== JSON.stringify(track.consent);
  const narrowed = changed && consent.audience !== 'workspace' && track.consent.audience !== 'me';
  const [save, {busy, problem}] = useAction(async () => {
    set(await api.patch(place, {consent}));
    say('Your choice was saved.');
  });
  return html`<form class="stack" onSubmit=${(event) => { event.preventDefault(); save(); }}>
    <${Consent} value=${consent} onValue=${setConsent} />
    <${Problem} problem=${problem} />
    ${changed && html`<${Button} type="submit" kind="main" busy=${busy}>${busy ? 'Saving…' : 'Save this choice'}<//>`}
    ${narrowed && html`<p class="small muted">Colleagues for whom it is not can no longer open it
      within a minute; audio that is playing may go on for up to 5 minutes.</p>`}
  </form>`;
}

function TakeBack({track, place}) {
  const {home, workspace} = useHere();
  const [asked, setAsked] = useState(false);
  const [take, {busy, problem}] = useAction(async () => {
    await api.del(place);
    await outbox.forgetTrack(track.track_id);
    if (player.has(track, workspace.workspace_id)) player.unload();
    setAsked(false);
    say('The track was taken back.');
    location.hash = `${home}/library?speaker=me`;
  });
  return html`<${Button} kind="danger" onClick=${() => setAsked(true)}>Take back…<//>
    ${asked && html`<${Dialog} title="Take this track back?" onClose=${() => setAsked(false)}>
      <p>“<span dir="auto">${track.title}</span>” and its audio are erased for everybody. This cannot be undone.</p>
      <${Problem} problem=${problem} />
      <div class="row">
        <${Button} onClick=${() => setAsked(false)}>Keep it<//>
        <${Button} kind="danger main" busy=${busy} onClick=${take}>${busy ? 'Taking back…' : 'Take back'}<//>
      </div>
    <//>`}`;
}
