/** What a track was before: its earlier recordings, to hear and, for its speaker, to delete. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Dialog, Heard, PlayButton, Problem, focusHeading, say} from './components.js';
import {clock, day, moment, spoken} from './formats.js';
import {useAction, useHere, useLoaded} from './hooks.js';
import {Icon} from './icons.js';
import {player} from './player.js';
import {usePlayback} from './playerbar.js';

/** That one has heard what the track was before, as long as one has not heard what it is now. */
export function HeardBefore({progress: {completed_at: completed, earlier}}) {
  if (completed || !earlier.length) return null;
  return html`<span class="small muted">You have heard ${earlier.some((each) => each.completed_at) ? '' : 'a part of '}an earlier recording of it.</span>`;
}

/** The recordings of a track that was recorded anew. */
export function Revisions({track, place, mine, set, progress}) {
  const {value, problem, reload} = useLoaded(
    async () => (track.revision > 1 ? (await api.get(`${place}/revisions`)).items : null), [place, track.revision],
  );
  if (track.revision < 2) return null;
  const earlier = value?.filter(({present}) => !present) ?? [];
  const heard = new Map(progress.value?.earlier.map((each) => [each.revision, each]));
  return html`<section class="section" aria-labelledby="revisions">
    <h2 id="revisions">Earlier recordings</h2>
    <p class="muted">This is recording ${track.revision}, made anew on <time datetime=${track.revised_at} title=${moment(track.revised_at)}>${day(track.revised_at)}</time>.</p>
    <${Problem} problem=${problem} retry=${reload} />
    <ul class="list">${earlier.map((one) => html`<${Earlier} key=${one.revision} ...${{one, track, place, mine, set, reload}} progress=${heard.get(one.revision)} />`)}</ul>
  </section>`;
}

function Earlier({one, track, place, mine, set, reload, progress}) {
  const {revision, duration_ms: lengthMs, published_at: at} = one;
  const name = `Recording ${revision}`;
  const there = one.playable ? null : one.kept ? 'It was for fewer people.' : 'Its audio was deleted.';
  const {playing, press} = usePlayback({
    track_id: track.track_id, title: `${name}, an earlier one: ${track.title}`, speaker: track.speaker, duration_ms: lengthMs, revision, earlier: true,
  });
  return html`<li class="track earlier">
    ${one.playable
      ? html`<${PlayButton} title=${`${name} of ${track.title}`} ...${{playing}} onClick=${press} />`
      : html`<span class="disc still"><${Icon} name=${one.kept ? 'lock' : 'close'} /></span>`}
    <div>
      <h3>${name}</h3>
      <div class="details"><time datetime=${at} title=${moment(at)}>${day(at)}</time>${there && html`<span>${there}</span>`}</div>
      <${Heard} ...${{progress}} />
    </div>
    <span class="length numbers"><span aria-hidden="true">${clock(lengthMs)}</span><span class="aside">${spoken(lengthMs)}</span></span>
    ${mine && one.kept && html`<${Delete} ...${{name, track, revision, place, set, reload}} />`}
  </li>`;
}

function Delete({name, track, revision, place, set, reload}) {
  const {workspace} = useHere();
  const [asked, setAsked] = useState(false);
  const [remove, {busy, problem}] = useAction(async () => {
    await api.del(`${place}/revisions/${revision}`);
    if (player.has({...track, revision}, workspace.workspace_id)) player.unload();
    setAsked(false);
    set(await api.get(place)); // of another version now
    await reload();
    focusHeading();
    say(`The audio of ${name.toLowerCase()} was deleted.`);
  });
  return html`<${Button} kind="plain" label="Delete the audio of ${name.toLowerCase()}…" onClick=${() => setAsked(true)}>Delete…<//>
    ${asked && html`<${Dialog} title="Delete this recording?" onClose=${() => setAsked(false)}>
      <p>The audio of ${name.toLowerCase()} is erased for good. That it was, and who has heard it, stays known.</p>
      <${Problem} problem=${problem} />
      <div class="row">
        <${Button} onClick=${() => setAsked(false)}>Keep it<//>
        <${Button} kind="danger main" busy=${busy} onClick=${remove}>${busy ? 'Deleting…' : 'Delete'}<//>
      </div>
    <//>`}`;
}
