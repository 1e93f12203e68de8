/** Tracks in which something is said, with the line in which it stands; pressed, it plays from there. */
import {html} from './preact.js';
import {PlayButton, Problem} from './components.js';
import {clock} from './formats.js';
import {useHere} from './hooks.js';
import {usePlayback} from './playerbar.js';

const LEAST_BYTES = 3; // two letters begin a word of nearly every transcript, but not one Chinese character

/** Whether it is worth looking for in transcripts. */
export const isTelling = (typed) => typed.split(/\s+/u).some((word) => new TextEncoder().encode(word).length >= LEAST_BYTES);

/** What was found, below everything else. */
export function Said({found: {value, problem, reload}, typed}) {
  if (problem) return html`<${Problem} ...${{problem}} retry=${reload} />`;
  if (!value?.items.length) return null;
  return html`<section class="section" aria-label="Said in tracks"><h2>Said in tracks</h2>
    <ul class="list">${value.items.map(({track, line}) => html`<${Quote} key=${track.track_id} ...${{track, line, typed}} />`)}</ul>
    ${value.more && html`<p class="muted small">It is said in more tracks. Type more of the words to see them.</p>`}
  </section>`;
}

function Quote({track, line: {at_ms: at, text}, typed}) {
  const {home} = useHere();
  const {loaded, playing, press, seek} = usePlayback(track);
  const from = at ?? 0;
  const play = () => {
    if (playing) return press();
    seek(from);
    return loaded && press();
  };
  return html`<li class="track ${loaded ? 'current' : ''}">
    <${PlayButton} title=${at === null ? track.title : `${track.title} from ${clock(from)}`} ...${{playing}} onClick=${play} />
    <div>
      <h2><a href="${home}/track/${track.track_id}" dir="auto">${track.title}</a></h2>
      <p class="quote" dir="auto" lang=${track.language}>${marked(text, typed)}</p>
      <div class="details"><span class="clip" dir="auto">${track.speaker.name}</span></div>
    </div>
    <span class="length numbers">${at === null ? '' : clock(from)}</span>
  </li>`;
}

const folded = (word) => word.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** The words that were looked for stand out. */
function marked(text, typed) {
  const wanted = folded(typed).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return text.split(/([\p{L}\p{N}\p{M}]+)/u).map((part, i) => (i % 2 && wanted.some((word) => folded(part).startsWith(word)) ? html`<mark>${part}</mark>` : part));
}
