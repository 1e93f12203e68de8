/** The opened player: everything that can be done with what plays, and what comes next. */
import {html} from './preact.js';
import * as api from './api.js';
import {Button, Dialog, Heard, PlayButton, Problem} from './components.js';
import {Places} from './chapters.js';
import {Question, Undo} from './dock.js';
import {clock, fromTo, spoken, timeOf} from './formats.js';
import {useHere, useLoaded} from './hooks.js';
import {player} from './player.js';
import {Skip, Speed, usePlayer} from './playerbar.js';
import {SKIP_MS} from './playerkeys.js';
import {QueuePart} from './queuepart.js';
import {MINUTES, sleep} from './sleep.js';
import {Read} from './transcript.js';
import {useHeard} from './ways.js';
import {Waveform} from './waveform.js';

/** `part` is what stands beside it: `queue`, `transcript` or `chapters`. */
export function NowPlaying({part, setPart, help, onClose}) {
  const track = usePlayer((state) => state.track);
  const {url} = useHere();
  const id = track?.track_id;
  const earlier = track?.earlier; // of an earlier recording no waveform, chapters or transcript are shown: these are the present one's
  const whole = useLoaded(async () => (id && !earlier ? api.get(`${url}/tracks/${id}`) : null), [id, earlier]);
  const progress = useLoaded(async () => (id ? api.get(`${url}/progress/${id}`) : null), [id, track?.revision]);
  useHeard(progress.reload);
  const shown = whole.value?.track_id === id ? whole.value : null;
  const parts = partsOf(shown);
  const chosen = parts.some(([name]) => name === part) ? part : 'queue';
  const leave = (event) => { if (event.target.closest('a')) onClose(); };
  return html`<${Dialog} kind="now-playing" title="Player" ...${{onClose}}>
    <${Button} kind="plain round leave" icon="close" label="Leave the opened player" onClick=${onClose} />
    <div class="opened" onClick=${leave}>
      ${track && html`<${Stage} peaks=${shown?.peaks} progress=${progress.value} />`}
      <div class="tools">
        ${track && html`<${Speed} /><${SleepTimer} />`}
        <${Button} kind="plain round" icon="keyboard" label="Keys for the player" onClick=${help} />
      </div>
      <div class="beside">
        ${parts.length > 1 && html`<div class="segments" role="group" aria-label="Beside the player">
          ${parts.map(([name, words]) => html`<button key=${name} type="button" aria-pressed=${name === chosen ? 'true' : 'false'}
            onClick=${() => setPart(name)}>${words}</button>`)}
        </div>`}
        <${Problem} problem=${whole.problem} retry=${whole.reload} />
        ${chosen === 'queue' && html`<${QueuePart} />`}
        ${chosen === 'chapters' && html`<${Places} track=${shown} />`}
        ${chosen === 'transcript' && html`<${Said} track=${shown} progress=${progress} />`}
      </div>
    </div>
  <//>`;
}

function partsOf(track) {
  const parts = [['queue', 'Next']];
  if (track?.transcript && track.transcript.revision === track.revision) parts.push(['transcript', 'Transcript']);
  if (track?.chapters?.length) parts.push(['chapters', 'Chapters']);
  return parts;
}

function Stage({peaks, progress}) {
  const {track, workspaceId, way, entry, left, playing, waiting, positionMs, durationMs, rate, problem, notice, question, jump} = usePlayer();
  const leftMs = Math.max(0, (entry?.toMs ?? durationMs) - positionMs) / rate;
  const list = way ?? left?.way;
  const heard = progress?.track_id === track.track_id && progress.revision === track.revision ? progress.heard : [];
  return html`<div class="stage">
    <div class="what">
      <a class="title" href="#/w/${workspaceId}/track/${track.track_id}" dir="auto">${track.title}</a>
      <span class="muted"><bdi>${track.speaker.name}</bdi>${list?.playlistId && html` · <a href="#/w/${workspaceId}/playlist/${list.playlistId}" dir="auto">${list.title}</a>`}</span>
      ${entry?.toMs && html`<span class="tag">${fromTo(entry.fromMs, entry.toMs)} of it</span>`}
    </div>
    <div>
      <${Waveform} ...${{peaks, positionMs, durationMs, heard}} onSeek=${player.seek} />
      <div class="times numbers small muted">
        <span aria-hidden="true">${clock(positionMs)}</span>
        <${Heard} progress=${heard.length ? progress : null} />
        <span><span aria-hidden="true">${clock(leftMs)} left${rate !== 1 && ` at ${rate}×`}</span>
          <span class="aside">${spoken(leftMs)} left at this speed</span></span>
      </div>
    </div>
    <div class="row buttons">
      <${Button} kind="plain round" icon="previous" label="Previous" onClick=${player.previous} />
      <${Skip} ms=${-SKIP_MS} />
      <${PlayButton} big title=${track.title} ...${{playing}} onClick=${player.toggle} />
      <${Skip} ms=${SKIP_MS} />
      <${Button} kind="plain round" icon="next" label="Next" busy=${!player.hasNext()} onClick=${player.next} />
    </div>
    <div class="word">
      ${question && html`<${Question} ...${{question}} />`}
      ${jump && html`<${Undo} ...${{jump}} />`}
      ${problem ? html`<p class="small problem" role="alert">${problem}</p>` : html`<p class="small muted">${notice ?? (waiting ? 'Loading…' : '')}</p>`}
    </div>
  </div>`;
}

const END = 'end';

/** When it is to end by itself. */
function SleepTimer() {
  const {choice, untilMs} = usePlayer((state) => state.sleep);
  const choose = (event) => {
    const {value} = event.currentTarget;
    sleep.set(value === END ? END : Number(value) || null);
  };
  return html`<label class="speed"><span class="aside">Sleep timer</span>
    <select value=${choice ?? ''} title="Sleep timer" onChange=${choose}>
      <option value="" selected=${choice === null}>No sleep timer</option>
      ${MINUTES.map((minutes) => html`<option key=${minutes} value=${minutes} selected=${choice === minutes}>
        ${choice === minutes ? `Ends at ${timeOf(untilMs)}` : `Ends in ${minutes} min`}</option>`)}
      <option value=${END} selected=${choice === END}>Ends with the track</option>
    </select></label>`;
}

/** What is said, followed while it is heard. */
function Said({track, progress}) {
  const {url} = useHere();
  const said = useLoaded(() => api.get(`${url}/tracks/${track.track_id}/transcript`), [track.track_id, track.version]);
  return html`<${Problem} problem=${said.problem} retry=${said.reload} />
    ${said.value && html`<${Read} key=${said.value.version} ...${{track, progress}} said=${said.value} />`}`;
}
