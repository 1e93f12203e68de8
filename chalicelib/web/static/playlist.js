/** One playlist: to listen through, and for those who add to it to arrange. */
import {html, useEffect, useState} from './preact.js';
import * as api from './api.js';
import {Avatar, Button, Dialog, DialogForm, EmptyState, ForWhom, GhostRows, Notice, Page, Problem, ProgressBar, TopicLinks, say} from './components.js';
import {AddTracks} from './addtracks.js';
import {Assign} from './assign.js';
import {Entry} from './entry.js';
import {count, listed} from './formats.js';
import {useAction, useHere, useLoaded} from './hooks.js';
import {Loop} from './loop.js';
import {MODES} from './playlistrow.js';
import {About, bodyOf} from './playlists.js';
import {Seats} from './seats.js';
import {PublicLinks} from './shares.js';
import {Waiting, useArrivals, useOutbox} from './waiting.js';
import {useHeard, useWay} from './ways.js';

const SEEN_AFTER_MS = 3000;
const MOVED_FIRST = 'Somebody changed this playlist first. This is the order as it stands now.';

/** The page of a playlist. */
export function PlaylistPage({id}) {
  const {url, home} = useHere();
  const place = `${url}/playlists/${id}`;
  const {value: playlist, problem, reload, set} = useLoaded(() => api.get(place), [place]);
  useHeard(reload);
  useSeen(place, Boolean(playlist));
  const sending = useOutbox().filter(({playlistId}) => playlistId === id);
  useArrivals(sending, reload);
  if (!playlist) {
    return html`<${Page} key="before" title=${problem ? 'This playlist cannot be opened' : html`<span class="aside">Playlist</span>`} tab="Playlist">
      ${problem?.status === 404
        ? html`<${EmptyState} icon="playlists" title="It is not here" action=${html`<${Button} kind="main" href="${home}/playlists">To the playlists<//>`}>
            It may have been deleted, or is not for you to open.<//>`
        : html`<${Problem} ...${{problem}} retry=${reload} />`}
      ${!problem && html`<${GhostRows} />`}
    <//>`;
  }
  return html`<${Shown} ...${{playlist, place, set, reload, sending}} />`;
}

/** What is new has been seen when the page was open for a moment. */
function useSeen(place, there) {
  useEffect(() => {
    if (!there) return undefined;
    const until = new Date(api.now()).toISOString();
    const timer = setTimeout(async () => {
      try {
        await api.post(`${place}/seen`, {until});
      } catch (problem) {
        console.warn('That it was seen could not be kept.', problem);
      }
    }, SEEN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [place, there]);
}

function Shown({playlist, place, set, reload, sending}) {
  const {home, workspace} = useHere();
  const {entries, owner, mode, audience, description, topics, group_id: groupId, may_add: mayAdd, may_change: mayChange} = playlist;
  const [conflict, setConflict] = useState('');
  const live = entries.filter(({state}) => state === 'live');
  /** Another order came first: it is shown, with what is known of each entry. */
  const adopt = ({entries: order}) => {
    const known = new Map(entries.map((entry) => [entry.entry_id, entry]));
    set({...playlist, entries: order.map((entry) => ({...entry, progress: known.get(entry.entry_id)?.progress}))});
    setConflict(MOVED_FIRST);
    say(MOVED_FIRST);
  };
  const arrange = useArranging({playlist, place, set, reload, adopt, clear: () => setConflict('')});
  return html`<${Page} key="playlist" title=${playlist.title} lines="track-title"
    above=${html`<p class="small">${groupId ? html`<a href="${home}/group/${groupId}">Its group</a>` : html`<a href="${home}/playlists">Playlists</a>`}</p>`}>
    <div class="by">
      <${Avatar} name=${owner.name} id=${owner.member_id} />
      <div>
        ${owner.member_id
          ? html`<a href="${home}/person/${owner.member_id}" dir="auto">${owner.name}</a>`
          : html`<span>${owner.name}</span>`}
        <div class="row tags">
          <span class="small muted">${count(live.length, 'track')}</span>
          ${MODES[mode] && html`<span class="tag">${MODES[mode]}</span>`}
          <${ForWhom} ...${{audience}} />
          <${TopicLinks} ...${{topics}} />
        </div>
      </div>
    </div>
    ${description && html`<p dir="auto">${description}</p>`}
    ${mode === 'open_call' && html`<${Call} ...${{playlist}} />`}
    ${live.length > 0 && html`<${Way} ...${{playlist, live}} />`}
    <div class="row">
      <${Follow} ...${{playlist, place, set}} />
      ${playlist.may_assign && audience !== 'me' && html`<${Assign} ...${{playlist, place}} />`}
      ${mayAdd && html`<${AddTracks} ...${{playlist, place}} added=${reload} />
        ${mode !== 'open_call' && html`<${Button} icon="record" href="${home}/record?playlist=${playlist.playlist_id}">Record into it<//>`}`}
    </div>
    <${Waiting} items=${sending} open />
    ${conflict && html`<${Notice} kind="warn"><p role="status">${conflict}</p><//>`}
    <${Problem} problem=${arrange.problem} />
    ${entries.length === 0 && html`<${EmptyState} icon="playlists" title="Nothing in it yet">
      ${mayAdd ? 'Add tracks from the library, or record one straight into it.' : 'Follow it to hear of the first track.'}<//>`}
    <${Entries} ...${{playlist, arrange}} />
    ${live.length > 0 && html`<${Loop} ...${{place, live}} />`}
    ${live.length > 0 && (mayChange || workspace.role === 'admin') && html`<${PublicLinks} ...${{place}} />`}
    ${mayChange && html`<${Owned} ...${{playlist, place, reload}} />`}
  <//>`;
}

/** How far one is, and the button that goes on. */
function Way({playlist, live}) {
  const {underWay, goOn} = useWay(playlist);
  const needed = live.filter(({optional}) => !optional);
  const done = needed.filter(({progress}) => progress?.completed).length;
  const words = playlist.completed ? 'Listen again' : playlist.started_at ? 'Go on' : 'Listen';
  return html`<div class="card way">
    <${Button} kind="main big" icon=${underWay ? 'pause' : 'play'} onClick=${goOn}>${underWay ? 'Pause' : words}<//>
    <div>
      <p class="small">${playlist.completed ? 'You have heard all of it.' : `${done} of ${count(needed.length, 'track')} heard`}
        ${playlist.new_count > 0 && html` <span class="tag accent">${playlist.new_count} new</span>`}</p>
      ${!playlist.completed && html`<${ProgressBar} label="Heard of this playlist" value=${needed.length ? done / needed.length : 0} />`}
    </div>
  </div>`;
}

/** What an open call asks, and who has not been heard yet. */
function Call({playlist}) {
  const {home} = useHere();
  const {question, heard_from: seats, may_add: mayAdd} = playlist;
  const missing = seats.filter(({heard}) => !heard).map(({department}) => department);
  return html`<section class="prompt" aria-label="Open call">
    <blockquote dir="auto">${question}</blockquote>
    <${Seats} seats=${seats.map(({department, heard}) => [department, heard])} />
    ${seats.length > 0 && html`<p class="small">Heard from ${seats.length - missing.length} of ${count(seats.length, 'department')}.
      ${missing.length > 0 && html` <bdi>${listed(missing)}</bdi> ${missing.length > 1 ? 'are' : 'is'} still missing.`}</p>`}
    ${mayAdd && html`<div><${Button} kind="main" icon="record" href="${home}/record?playlist=${playlist.playlist_id}">Be the next voice<//></div>`}
  </section>`;
}

function Follow({playlist, place, set}) {
  const {following} = playlist;
  const [turn, {busy, problem}] = useAction(async () => {
    if (following) await api.del(`${place}/following`);
    else await api.put(`${place}/following`);
    set({...playlist, following: !following});
    say(following ? 'You follow it no more.' : 'You hear of what is new in it.');
  });
  return html`<${Button} icon=${following ? 'check' : 'follow'} busy=${busy} onClick=${turn} aria-pressed=${following ? 'true' : 'false'}>
    ${following ? 'Following' : 'Follow'}<//><${Problem} problem=${problem} />`;
}

/** Moving, annotating and removing entries: shown at once, and as the server has it where that refuses. */
function useArranging({playlist, place, set, reload, adopt, clear}) {
  const [act, {busy, problem}] = useAction(async (doIt) => {
    clear();
    try {
      await doIt();
    } catch (error) {
      if (error.code === 'StaleVersion' && error.current?.entries) return void adopt(error.current);
      await reload();
      throw error;
    }
  });
  const entryPlace = ({entry_id: id}) => `${place}/entries/${id}`;
  return {
    busy,
    problem,
    /** To the place that another entry has. */
    move: (from, to) => act(async () => {
      const {entries} = playlist;
      if (to < 0 || to >= entries.length || to === from) return;
      const order = entries.filter((_, i) => i !== from);
      order.splice(to, 0, entries[from]);
      set({...playlist, entries: order});
      say(`${entries[from].title ?? 'Line'}: now ${to + 1} of ${entries.length}.`);
      const after = to > 0 ? order[to - 1].entry_id : null;
      await api.patch(entryPlace(entries[from]), {after}, {version: entries[from].version});
      await reload();
    }),
    change: (entry, changes) => act(async () => {
      await api.patch(entryPlace(entry), changes, {version: entry.version});
      await reload();
      say('The entry was changed.');
    }),
    remove: (entry) => act(async () => {
      await api.del(entryPlace(entry), {version: entry.version});
      await reload();
      say(`${entry.title} was taken out.`);
    }),
  };
}

function Entries({playlist, arrange}) {
  const {workspace} = useHere();
  const {entries, may_change: mayChange} = playlist;
  const {entryId, playing, press} = useWay(playlist);
  const [drag, setDrag] = useState(null);
  const drop = () => {
    if (drag && drag.over !== drag.from) arrange.move(drag.from, drag.over);
    setDrag(null);
  };
  return html`<ol class="list entries" aria-label="Entries">${entries.map((entry, i) => {
    const mine = mayChange || entry.added_by.member_id === workspace.member_id;
    const marked = drag && drag.over === i && drag.from !== i ? (drag.over > drag.from ? 'below' : 'above') : '';
    return html`<${Entry} key=${entry.entry_id} place=${i} count=${entries.length} ...${{entry, marked, arrange, drop, setDrag}}
      playlistId=${playlist.playlist_id} dragged=${drag?.from === i} current=${entry.entry_id === entryId} playing=${playing && entry.entry_id === entryId}
      onPlay=${() => press(entry.entry_id)} changeable=${mine && ['live', 'retired'].includes(entry.state)} />`;
  })}</ol>`;
}

function Owned({playlist, place, reload}) {
  const [editing, setEditing] = useState(false);
  const [asked, setAsked] = useState(false);
  return html`<section class="section">
    <h2>Your playlist</h2>
    <div class="row">
      <${Button} icon="settings" onClick=${() => setEditing(true)}>Change…<//>
      <${Button} kind="danger" onClick=${() => setAsked(true)}>Delete…<//>
    </div>
    ${editing && html`<${Edit} ...${{playlist, place, reload}} onClose=${() => setEditing(false)} />`}
    ${asked && html`<${Delete} ...${{playlist, place}} onClose=${() => setAsked(false)} />`}
  </section>`;
}

function Edit({playlist, place, reload, onClose}) {
  const {title, mode, audience, group_id} = playlist;
  const [draft, setDraft] = useState({
    title, mode, audience, group_id, description: playlist.description ?? '', topics: playlist.topics.join(', '),
    question: playlist.question ?? '', seats: playlist.seats.join(', '),
  });
  const [save, {busy, problem}] = useAction(async () => {
    await api.patch(place, bodyOf(draft), {version: playlist.version});
    await reload();
    say('The playlist was changed.');
    onClose();
  });
  return html`<${Dialog} title="Change this playlist" onClose=${onClose}>
    <${DialogForm} label="Save" doing="Saving…" onSubmit=${save} ...${{problem, busy, onClose}}>
      <${About} ...${{draft, setDraft}} />
    <//>
  <//>`;
}

function Delete({playlist, place, onClose}) {
  const {home} = useHere();
  const [remove, {busy, problem}] = useAction(async () => {
    await api.del(place);
    say('The playlist was deleted.');
    location.hash = `${home}/playlists?show=mine`;
  });
  return html`<${Dialog} title="Delete this playlist?" onClose=${onClose}>
    <p>“<span dir="auto">${playlist.title}</span>” is deleted for everybody. Its tracks stay in the library.</p>
    <${Problem} problem=${problem} />
    <div class="row">
      <${Button} onClick=${onClose}>Keep it<//>
      <${Button} kind="danger main" busy=${busy} onClick=${remove}>${busy ? 'Deleting…' : 'Delete'}<//>
    </div>
  <//>`;
}
