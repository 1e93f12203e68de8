/** How pages stand with the player, its bar at their foot, and what is opened from it: each fetched when it is needed first. */
import {html, useEffect, useRef, useState} from './preact.js';
import {Button, Dialog, say} from './components.js';
import {useHere, useLoaded} from './hooks.js';
import {player} from './player.js';
import {RATES, useKeys} from './playerkeys.js';

const DOCK = [() => import('./dock.js'), 'Dock'];
const NOW_PLAYING = [async () => (await Promise.all([import('./nowplaying.js'), player.ready(), styled()]))[0], 'NowPlaying'];
const KEYS_HELP = [async () => (await Promise.all([import('./keyhelp.js'), player.ready(), styled()]))[0], 'KeysHelp'];
let styles = null;

/** The look of what is opened. */
function styled() {
  styles ??= new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement('link'), {rel: 'stylesheet', href: new URL('nowplaying.css', import.meta.url)});
    link.onload = resolve;
    link.onerror = () => {
      styles = null;
      link.remove();
      reject(new Error('The look of the player is not there.'));
    };
    document.head.append(link);
  });
  return styles;
}

/** What `pick` takes of the player's state; what it leaves out, such as the position, renders nothing anew. */
export function usePlayer(pick = (state) => state) {
  const latest = useRef();
  latest.current = pick;
  const [, put] = useState();
  useEffect(() => {
    const look = (state) => put(() => latest.current(state));
    look(player.state);
    return player.subscribe(look);
  }, []);
  return pick(player.state);
}

/** How a track stands with the player: `{loaded, playing, press, seek}`. */
export function usePlayback(track) {
  const {workspace: {workspace_id: workspaceId}} = useHere();
  const loaded = usePlayer(() => player.has(track, workspaceId));
  const playing = usePlayer((state) => state.playing) && loaded;
  return {
    loaded,
    playing,
    press: () => (loaded ? player.toggle() : player.play(track, workspaceId)),
    seek: (ms) => (loaded ? player.seek(ms) : player.play(track, workspaceId, {fromMs: ms})),
  };
}

/** The bar, and what is opened from it. */
export function PlayerBar() {
  const track = usePlayer((state) => state.track);
  const waiting = usePlayer((state) => state.queue.length);
  const notice = usePlayer((state) => state.notice);
  const [part, setPart] = useState(null);
  const [helps, setHelps] = useState(false);
  useKeys({open: setPart, help: () => setHelps(true)});
  useEffect(() => say(notice), [notice]);
  return html`
    ${(track || waiting > 0) && html`<${Fetched} from=${DOCK} open=${() => setPart('queue')} onClose=${player.unload} />`}
    ${part && html`<${Fetched} from=${NOW_PLAYING} ...${{part, setPart}} help=${() => setHelps(true)} onClose=${() => setPart(null)} />`}
    ${helps && html`<${Fetched} from=${KEYS_HELP} onClose=${() => setHelps(false)} />`}`;
}

/** A part of the player, `from` where it is fetched. */
function Fetched({from: [fetchIt, name], onClose, ...rest}) {
  const {value, problem, reload} = useLoaded(fetchIt, [name]);
  if (value) return html`<${value[name]} ...${{onClose}} ...${rest} />`;
  return problem && html`<${Dialog} title="It could not be fetched" ...${{onClose}}>
    <p>Check your connection, then try again. Where that does not help, load the page again: some browsers try a file once only.</p>
    <div class="row"><${Button} onClick=${onClose}>Leave it<//><${Button} kind="main" onClick=${reload}>Try again<//></div>
  <//>`;
}

/** A button that goes a little back or forward. */
export function Skip({ms}) {
  const label = `${ms < 0 ? 'Back' : 'Forward'} ${Math.abs(ms) / 1000} seconds`;
  return html`<${Button} kind="plain round" icon=${ms < 0 ? 'back' : 'forward'} label=${label} onClick=${() => player.skip(ms)} />`;
}

/** How fast one listens. */
export function Speed() {
  const rate = usePlayer((state) => state.rate);
  const rates = RATES.includes(rate) ? RATES : [...RATES, rate].sort((a, b) => a - b);
  return html`<label class="speed"><span class="aside">Speed</span>
    <select value=${rate} title="Speed" onChange=${(event) => player.setRate(Number(event.currentTarget.value))}>
      ${rates.map((each) => html`<option key=${each} value=${each} selected=${each === rate}>${each}×</option>`)}
    </select></label>`;
}
