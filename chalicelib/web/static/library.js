/** What the workspace has recorded, newest first, and what of one's own is still on its way. */
import {html, useEffect} from './preact.js';
import * as api from './api.js';
import {Button, EmptyState, GhostRows, More, Page, Problem, TrackRow} from './components.js';
import {useHere, useList, useLoaded} from './hooks.js';
import {usePlayer} from './playerbar.js';
import {Waiting, useOutbox} from './waiting.js';

const AGAIN_MS = 4000;

/** The library's page; `speaker` in the address narrows it to one person, `me` shows one's own. */
export function Library({query}) {
  const {url, home, workspace} = useHere();
  const speaker = query.get('speaker') ?? '';
  const mine = speaker === 'me';
  const list = useList((after) => api.get(`${url}/tracks`, {speaker: speaker || undefined, after}), [url, speaker]);
  const people = useLoaded(() => api.get(`${url}/members`, {limit: 100}), [url]);
  const player = usePlayer();
  const arrived = useOutbox(workspace).filter((item) => item.status === 'ready').length;
  useEffect(() => { if (arrived) list.reload(); }, [arrived]);
  const pending = mine && list.items?.some((track) => track.status === 'processing' || track.new_revision?.status === 'processing');
  useEffect(() => {
    if (!pending) return undefined;
    const timer = setTimeout(list.reload, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [pending, list.items]);
  const play = (track) => (player.track?.track_id === track.track_id ? player.toggle() : player.play(track));
  return html`<${Page} title="Library">
    <${Waiting} />
    <div class="tabs">
      <div class="segments" role="group" aria-label="Whose tracks">
        <a href="${home}/library" aria-current=${speaker ? undefined : 'page'}>Everyone</a>
        <a href="${home}/library?speaker=me" aria-current=${mine ? 'page' : undefined}>Mine</a>
      </div>
      <${Speakers} people=${people.value?.items ?? []} chosen=${mine ? '' : speaker} home=${home} />
    </div>
    <${Problem} problem=${list.problem} retry=${list.reload} />
    ${!list.items && !list.problem && html`<${GhostRows} />`}
    ${list.items?.length === 0 && !list.next && html`<${Nothing} speaker=${speaker} home=${home} />`}
    ${list.items && html`<ul class="list">${list.items.map((track) => {
      const current = player.track?.track_id === track.track_id;
      return html`<${TrackRow} key=${track.track_id} track=${track} href="${home}/track/${track.track_id}"
        speakerHref=${speaker ? null : `${home}/library?speaker=${track.speaker.member_id}`}
        current=${current} playing=${current && player.playing} onPlay=${() => play(track)} />`;
    })}</ul>`}
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />
  <//>`;
}

function Speakers({people, chosen, home}) {
  const go = (event) => {
    const id = event.currentTarget.value;
    location.hash = `${home}/library${id ? `?speaker=${id}` : ''}`;
  };
  const sorted = [...people].sort((a, b) => a.name.localeCompare(b.name));
  return html`<select class="input" aria-label="Speaker" value=${chosen} onChange=${go}>
    <option value="">Speaker</option>
    ${sorted.map((member) => html`<option key=${member.member_id} value=${member.member_id}
      selected=${member.member_id === chosen}>${member.name}</option>`)}
  </select>`;
}

function Nothing({speaker, home}) {
  const record = html`<${Button} kind="main" icon="record" href="${home}/record">Record a track<//>`;
  if (speaker === 'me') {
    return html`<${EmptyState} icon="record" title="You have not recorded anything yet" action=${record}>
      What do colleagues keep asking you? A minute or two is enough.<//>`;
  }
  if (speaker) {
    return html`<${EmptyState} icon="library" title="Nothing to hear yet" action=${html`<${Button} href="${home}/library">See everyone<//>`}>
      This person has not published a track that you may hear.<//>`;
  }
  return html`<${EmptyState} icon="library" title="The first track is yours" action=${record}>
    Say what you would have liked to know on your first day. Your colleagues find it here.<//>`;
}
