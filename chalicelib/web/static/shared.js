// What people without an account load: the page of a link, and the play button in somebody else's page.
//
// It knows nothing of the API, keeps nothing in the browser, and asks for audio only when somebody plays.

const place = location.pathname.match(/^(.*\/)(s|embed)\/([\w-]+)$/);
const embedded = place?.[2] === 'embed';
const root = place ? `${place[1]}s/${place[3]}` : null;
const SKIP_S = 10;
const SOON_MS = 5_000; // an address that ends so soon is not begun with

const main = document.querySelector('main');
document.body.classList.toggle('embed', embedded);
const audio = new Audio();
audio.preload = 'none';

let shared = null;
let at = 0; // which track
let ready = null; // {track, until}: what the audio element has an address of
let counted = false;
let retried = false;

class Gone extends Error {}

async function ask(path, method = 'GET') {
  const request = {method, credentials: 'omit', cache: 'no-store'};
  if (method === 'POST') {
    Object.assign(request, {body: '{}', headers: {'Content-Type': 'application/json'}});
  }
  const response = await fetch(`${root}/${path}`, request);
  if (response.status === 404) throw new Gone();
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return response.status === 204 ? null : response.json();
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const clock = (ms) => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(seconds / 3600);
  return hours ? `${hours}:${parts.join(':')}` : parts.join(':').replace(/^0/, '');
};

const track = () => shared.tracks[at];
const beginsAt = (one) => one.from_ms ?? 0;
const endsAt = (one) => one.to_ms ?? one.duration_ms;
const startMs = () => (at === 0 && !counted ? shared.start_ms : 0);
const lasts = (one) => endsAt(one) - beginsAt(one);

const say = (text) => {
  said.textContent = text;
};

const said = element('p', {role: 'status', class: 'said'});

async function load(fromMs) {
  const wanted = track();
  const {url, expires_at: until} = await ask(`tracks/${wanted.track_id}/audio`);
  audio.src = url;
  ready = {track: wanted, until: Date.parse(until)};
  audio.currentTime = fromMs / 1000;
}

async function play() {
  say('');
  try {
    const now = audio.currentTime * 1000;
    const mine = ready?.track === track();
    if (!mine) await load(beginsAt(track()) + startMs());
    else if (ready.until - Date.now() < SOON_MS || audio.error) await load(now);
    await audio.play();
    if (!counted) {
      counted = true;
      ask('visits', 'POST').catch((error) => console.info('not counted:', error.message));
    }
  } catch (error) {
    if (error.name !== 'AbortError') fail(error); // another one was begun meanwhile
  }
}

function fail(error) {
  if (error instanceof Gone) gone();
  else say('This cannot be played right now. Look at your connection and try again.');
}

function toggle() {
  if (audio.paused) play();
  else audio.pause();
}

function choose(number) {
  audio.pause();
  at = number;
  ready = null;
  play();
}

function seek(ms) {
  if (ready?.track !== track()) return;
  audio.currentTime = Math.min(Math.max(ms, beginsAt(track())), endsAt(track()) - 1) / 1000;
}

function ended() {
  if (at + 1 < shared.tracks.length) choose(at + 1);
  else {
    audio.pause();
    seek(beginsAt(track()));
    show();
  }
}

audio.addEventListener('error', () => {
  if (!ready || retried) return;
  retried = true; // an address that has ended; a fresh one goes on where it was
  const from = audio.currentTime * 1000;
  load(from)
    .then(() => audio.play())
    .catch(fail);
});
audio.addEventListener('playing', () => {
  retried = false;
});
audio.addEventListener('timeupdate', () => {
  if (ready && !audio.paused && audio.currentTime * 1000 >= endsAt(ready.track)) ended();
  show();
});
audio.addEventListener('ended', ended);
for (const name of ['play', 'pause', 'seeking']) audio.addEventListener(name, () => show());

const button = element('button', {type: 'button', class: 'play', onclick: toggle});
const title = element('h1');
const who = element('p', {class: 'who'});
const time = element('span', {class: 'time'});
const bar = element('input', {
  type: 'range',
  min: 0,
  step: 1000,
  'aria-label': 'Position',
  oninput: () => seek(beginsAt(track()) + Number(bar.value)),
});
const list = element('ol');
const words = element('div');

const ICONS = {play: 'M8 5v14l11-7z', pause: 'M7 5h4v14H7zM13 5h4v14h-4z'};

function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const path = document.createElementNS(space, 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

function show() {
  const playing = !audio.paused;
  const here = ready?.track === track() ? audio.currentTime * 1000 - beginsAt(track()) : startMs();
  if (button.dataset.state !== String(playing)) {
    button.dataset.state = String(playing);
    button.replaceChildren(icon(playing ? 'pause' : 'play'));
  }
  button.setAttribute('aria-label', `${playing ? 'Pause' : 'Play'} ${track().title}`);
  who.textContent = track().speaker_name ?? '';
  bar.max = lasts(track());
  bar.value = here;
  bar.disabled = ready?.track !== track();
  bar.setAttribute('aria-valuetext', `${clock(here)} of ${clock(lasts(track()))}`);
  time.textContent = `${clock(here)} / ${clock(lasts(track()))}`;
  if (!embedded && words.dataset.at !== String(at)) {
    words.dataset.at = at;
    words.replaceChildren(...(track().has_transcript ? [transcript(track())] : []));
  }
  title.textContent = embedded && shared.tracks.length > 1 ? track().title : shared.title;
  for (const [number, row] of [...list.children].entries()) {
    if (number === at) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
  }
}

/** What is said in a track, fetched when somebody opens it. */
function transcript(one) {
  const box = element('div');
  const lines = ({cues, paragraphs}) =>
    cues.length
      ? cues
          .filter((cue) => cue.from_ms < endsAt(one) && cue.to_ms > beginsAt(one))
          .map((cue) => element('p', {}, cue.voice ? element('b', {}, `${cue.voice}: `) : null, cue.text))
      : paragraphs.map((text) => element('p', {}, text));
  const open = async () => {
    if (!details.open || box.firstChild) return;
    try {
      const spoken = await ask(`tracks/${one.track_id}/transcript`);
      if (spoken.language) box.lang = spoken.language;
      box.replaceChildren(...lines(spoken));
    } catch (error) {
      details.open = false;
      say(error instanceof Gone ? 'Its transcript is not there any more.' : 'The transcript cannot be shown right now.');
    }
  };
  const details = element('details', {ontoggle: open}, element('summary', {}, 'Transcript'), box);
  return details;
}

function gone() {
  audio.pause();
  main.replaceChildren(
    element('h1', {}, 'This link does not work any more'),
    element('p', {}, 'It has run out or was taken back. Ask who gave it to you for another one.'),
  );
}

/** Its address is for podcast apps; a browser shows what it holds as text. */
function feed() {
  const href = `${place[1]}feeds/${place[3]}`;
  return element('a', {href, rel: 'alternate', type: 'application/rss+xml'}, 'Feed for podcast apps');
}

/** What is said of what the link leads to: paragraphs, and the topics of a single track. */
function about() {
  const only = shared.kind === 'track' ? shared.tracks[0] : null;
  const texts = (shared.description ?? '').split('\n\n').filter(Boolean);
  return [
    ...texts.map((text) => element('p', {dir: 'auto', lang: only?.language ?? null}, text)),
    ...(only?.topics.length ? [element('p', {class: 'topics', dir: 'auto'}, only.topics.join(' · '))] : []),
  ];
}

function page() {
  document.title = `${shared.title} · Earshot`;
  const player = element('div', {class: 'player'}, button, element('div', {}, title, who, bar, time));
  const rows = shared.tracks.map((one, number) =>
    element(
      'li',
      {},
      element('button', {type: 'button', onclick: () => choose(number)}, one.title),
      element('span', {}, [one.speaker_name, clock(lasts(one))].filter(Boolean).join(' · ')),
    ),
  );
  list.replaceChildren(...rows);
  main.replaceChildren(
    player,
    ...(embedded ? [] : about()),
    words,
    ...(!embedded && rows.length > 1 ? [list] : []),
    said,
    element('p', {class: 'by'}, 'Shared with Earshot', ...(!embedded && shared.kind === 'playlist' ? [' · ', feed()] : [])),
  );
  show();
}

addEventListener('keydown', (event) => {
  if (!shared || event.altKey || event.ctrlKey || event.metaKey) return;
  const here = audio.currentTime * 1000;
  const onControl = event.target.closest?.('button, input, a');
  if (event.key === ' ' && !onControl) toggle();
  else if (event.key === 'ArrowLeft' && event.target !== bar) seek(here - SKIP_S * 1000);
  else if (event.key === 'ArrowRight' && event.target !== bar) seek(here + SKIP_S * 1000);
  else return;
  event.preventDefault();
});

async function begin() {
  try {
    if (!root) throw new Gone();
    shared = await ask('content');
    page();
  } catch (error) {
    if (error instanceof Gone) gone();
    else {
      main.replaceChildren(
        element('h1', {}, 'This cannot be opened right now'),
        element('p', {}, 'Look at your connection and try again.'),
        element('button', {type: 'button', class: 'again', onclick: begin}, 'Try again'),
      );
    }
  }
}

begin();
