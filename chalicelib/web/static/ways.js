/** Listening through a playlist: what the player takes of its page, and how its entries stand with the player. */
import {useEffect, useState} from './preact.js';
import * as api from './api.js';
import {useHere} from './hooks.js';
import * as listening from './listening.js';
import {player} from './player.js';
import {usePlayer} from './playerbar.js';

const HERE_ALREADY = 'Nothing in this playlist can be heard.';

/** A playlist's page as the player's `way`. */
function wayOf(playlist) {
  const entries = playlist.entries.filter(({state}) => state === 'live').map((entry) => entryOf(entry, playlist.playlist_id));
  return {playlistId: playlist.playlist_id, title: playlist.title, entries};
}

/** An entry that is live, as the player has it. */
export const entryOf = ({entry_id, track_id, title, speaker, duration_ms, revision, from_ms, to_ms}, playlistId) => ({
  entry_id, playlistId, track: {track_id, title, speaker, duration_ms, revision}, fromMs: from_ms ?? null, toMs: to_ms ?? null,
});

/**
 * How a playlist stands with the player: `{entryId, playing, press(entryId), underWay, goOn}`; `entryId` is the one that is loaded,
 * also out of the queue, `underWay` whether the playlist itself is being listened through.
 */
export function useWay(playlist) {
  const {workspace: {workspace_id: workspaceId}} = useHere();
  const isOf = (of) => Boolean(playlist && of?.playlistId === playlist.playlist_id);
  const entryId = usePlayer(({entry}) => (isOf(entry) ? entry.entry_id : null));
  const through = usePlayer(({way}) => isOf(way));
  const sounds = usePlayer(({playing}) => playing);
  const start = (id) => {
    const way = wayOf(playlist);
    const entry = way.entries.find((each) => each.entry_id === id) ?? way.entries[0];
    if (!entry) throw new Error(HERE_ALREADY);
    return player.play(entry.track, workspaceId, {way, entry});
  };
  return {
    entryId,
    playing: sounds && entryId !== null,
    press: (id) => (id === entryId ? player.toggle() : start(id)),
    underWay: sounds && through,
    goOn: () => (through ? player.toggle() : start(playlist.resume?.entry_id)),
  };
}

/** Read again what shows how far one is, whenever the server has taken what was heard. */
export function useHeard(look) {
  useEffect(() => listening.subscribe(look), [look]);
}

/** How far the reader is in each of these tracks, by track: `{coverage, completed_at, …}`. */
export function useStandings(tracks) {
  const {url, limits} = useHere();
  const [standings, setStandings] = useState({});
  const ids = (tracks ?? []).filter(({status}) => status === 'ready').map(({track_id: id}) => id);
  /** What is heard of an earlier recording says nothing of the present one. */
  const put = (items) => setStandings((before) => ({...before, ...Object.fromEntries(items
    .filter(({track_id: id, revision}) => !(before[id]?.revision > revision)).map((item) => [item.track_id, item]))}));
  useEffect(() => {
    let left = false;
    const unknown = ids.filter((id) => !(id in standings));
    const parts = Array.from({length: Math.ceil(unknown.length / limits.page_size)}, (_, i) => unknown.slice(i * limits.page_size, (i + 1) * limits.page_size));
    for (const part of parts) {
      api.get(`${url}/progress`, {tracks: part.join()}).then(
        ({items}) => { if (!left) put(items); },
        (problem) => console.warn('How far one is cannot be shown.', problem),
      );
    }
    return () => { left = true; };
  }, [ids.join()]);
  useEffect(() => listening.subscribe(put), []);
  return standings;
}
