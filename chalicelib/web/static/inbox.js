/** The inbox: what is for oneself, in one's groups and in what one follows, read or unread. */
import {html} from './preact.js';
import * as api from './api.js';
import {Button, EmptyState, GhostRows, More, Page, Problem, focusHeading, say} from './components.js';
import {Happenings} from './happenings.js';
import {useAction, useHere, useList} from './hooks.js';
import {mark} from './unread.js';

/** The page of it. */
export function Inbox() {
  const {url, home} = useHere();
  const list = useList((after) => api.get(`${url}/inbox`, {after}), [url]);
  const [newest] = list.items ?? [];
  const isUnread = list.items?.some(({read}) => !read);
  const [readAll, {busy, problem}] = useAction(async () => {
    await mark(url, {until: newest.activity_id});
    list.change((items) => items.map((item) => ({...item, read: true})));
    focusHeading();
    say('Everything is read.');
  });
  const beside = (item) => html`<${Beside} ...${{item, list}} />`;
  return html`<${Page} title="Inbox" actions=${isUnread && html`<${Button} icon="check" ...${{busy}} onClick=${readAll}>Mark all as read<//>`}>
    <${Problem} problem=${problem} />
    <${Problem} problem=${list.problem} retry=${list.reload} />
    ${!list.items && !list.problem && html`<${GhostRows} />`}
    ${list.items?.length === 0 && !list.next && html`<${EmptyState} icon="inbox" title="Nothing for you yet"
      action=${html`<${Button} kind="main" href="${home}/playlists">Find a playlist to follow<//>`}>
      Questions to you, answers, thanks and what is new in the playlists that you follow arrive here.<//>`}
    ${list.items?.length > 0 && html`<div class="inbox"><${Happenings} items=${list.items} ...${{beside}} /></div>`}
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />
  <//>`;
}

/** The way to what an item is about, which reads it, and reading it without going there. */
function Beside({item, list}) {
  const {url, home} = useHere();
  const {activity_id: id, page, read, round_id: round, group_id: group} = item;
  const [readIt, {busy, problem}] = useAction(async () => {
    await mark(url, {activity_ids: [id]});
    list.change((items) => items.map((one) => (one.activity_id === id ? {...one, read: true} : one)));
    focusHeading();
    say('Marked as read.');
  });
  return html`<div class="row acts">
    <${Button} href="${home}/${page}${round ? `?group=${group}` : ''}" label="Open: ${about(item)}">Open<//>
    ${!read && html`<${Button} kind="plain round" icon="check" label="Mark as read: ${about(item)}" ...${{busy}} onClick=${readIt} />`}
    <${Problem} ...${{problem}} />
  </div>`;
}

const about = ({title, playlist_title: playlist, group_purpose: group, page}) => title ?? playlist ?? group ?? page;
