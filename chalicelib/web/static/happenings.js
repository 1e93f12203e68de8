/** What happened, as sentences. */
import {html} from './preact.js';
import {Avatar} from './components.js';
import {ago, moment} from './formats.js';
import {useHere} from './hooks.js';
import {Icon} from './icons.js';

const SENTENCES = {
  workspace_created: () => ['created this workspace.'],
  member_joined: () => ['joined.'],
  track_published: (link) => ['published ', link, '.'],
  track_revised: (link) => ['recorded ', link, ' anew.'],
  playlist_created: (_, playlist) => ['made the playlist ', playlist, '.'],
  playlist_assigned: (_, playlist) => ['asks you to hear ', playlist, '.'],
  entry_added: (link, playlist) => ['added ', link, ' to ', playlist, '.'],
  expertise_shared: (_, playlist) => ['is new here and shares what they know in ', playlist, '.'],
  group_invited: (_, __, group) => ['invited you into ', group, '.'],
  group_joined: (_, __, group) => ['joined ', group, '.'],
  group_handed_over: (_, __, group) => ['looks after ', group, ' from now on.'],
  mentor_assigned: () => ['is your mentor.'],
  question_asked: (link, _, group, question) => ['asked ', question, link ? ' about ' : ' in ', link ?? group, '.'],
  question_answered: (link, _, group, question) => ['answered ', question, link ? ' about ' : ' in ', link ?? group, '.'],
  feedback_delivered: (link) => ['gave you feedback', ...about(link), '.'],
  feedback_thanked: (link) => ['thanks you for your feedback', ...about(link), '.'],
  feedback_used: (link) => ['has used your feedback', ...about(link), '.'],
  use_told: (link) => ['has used what you say', ...(link ? [' in ', link] : []), '.'],
  taught_back: (link) => ['teaches back what you say', ...(link ? [' in ', link] : []), '.'],
  thanks_sent: (link) => ['thanks you', ...(link ? [' for ', link] : []), '.'],
};
const about = (link) => (link ? [' on ', link] : []);
/** What nobody did: it happens by itself, in a round of a group or to the reader alone. */
const BY_THEMSELVES = {
  review_asked: (_, __, link) => ['Is ', link, ' still true?'],
  words_hidden: (_, __, link) => ['What you said', ...(link ? [' in ', link] : []), ' is hidden for now. Its page says why.'],
  words_shown: (_, __, link) => ['What you said', ...(link ? [' in ', link] : []), ' is shown again.'],
  round_opened: (round, group) => ['A ', round, ' has opened in ', group, '.'],
  round_reminder: (round, group) => ['There is still time for the ', round, ' in ', group, '.'],
  round_closed: (round, group) => ['The ', round, ' in ', group, ' can be heard.'],
  round_rolled_over: (round, group) => ['The ', round, ' in ', group, ' comes again.'],
  use_asked: (_, __, ___, playlist) => ['Was ', playlist, ' of use to you?'],
};

const ICONS = {review_asked: 'library', use_asked: 'playlists', words_hidden: 'lock', words_shown: 'lock'};

/** What happened, line by line, with what `beside` gives for each; kinds that this page has no sentence for are left out. */
export function Happenings({items, beside}) {
  return html`<ul class="list">${items.filter(({kind}) => kind in SENTENCES || kind in BY_THEMSELVES)
    .map((item) => html`<${item.kind in SENTENCES ? Happening : ByItself} key=${item.activity_id} ...${{item, beside}} />`)}</ul>`;
}

/** Whether an item of the inbox is unread, for those who hear it. */
const Unread = ({item}) => (item.read === false ? html`<span class="unread"><span class="aside">Unread: </span></span>` : null);

function Happening({item, beside}) {
  const {home} = useHere();
  const link = item.track_id && html`<a href="${home}/track/${item.track_id}" dir="auto">${item.title}</a>`;
  const playlist = item.playlist_id && html`<a href="${home}/playlist/${item.playlist_id}" dir="auto">${item.playlist_title}</a>`;
  const groupPlace = item.kind === 'group_invited' ? 'groups' : `group/${item.group_id}`; // one's own only once one has joined
  const group = item.group_id && html`<a href="${home}/${groupPlace}" dir="auto">${item.group_purpose}</a>`;
  const question = item.question_id && html`<a href="${home}/question/${item.question_id}">a question</a>`;
  const {actor} = item;
  return html`<li class="happening">
    ${actor ? html`<${Avatar} name=${actor.name} id=${actor.member_id} />` : html`<span class="disc still"><${Icon} name="lock" /></span>`}
    <div>
      <p><${Unread} ...${{item}} />${actor ? html`<a href="${home}/person/${actor.member_id}" dir="auto">${actor.name}</a>` : 'Somebody'}
        ${' '}${SENTENCES[item.kind](link, playlist, group, question)}</p>
      <time class="small muted" datetime=${item.at} title=${moment(item.at)}>${ago(item.at)}</time>
    </div>
    ${beside?.(item)}
  </li>`;
}

function ByItself({item, beside}) {
  const {home} = useHere();
  const round = html`<a href="${home}/round/${item.round_id}?group=${item.group_id}">round</a>`;
  const group = html`<a href="${home}/group/${item.group_id}" dir="auto">${item.group_purpose}</a>`;
  const link = item.track_id ? html`<a href="${home}/track/${item.track_id}" dir="auto">${item.title}</a>`
    : item.question_id && html`<a href="${home}/question/${item.question_id}">an answer</a>`;
  const playlist = html`<a href="${home}/playlist/${item.playlist_id}" dir="auto">${item.playlist_title}</a>`;
  return html`<li class="happening">
    <span class="disc still"><${Icon} name=${ICONS[item.kind] ?? 'groups'} /></span>
    <div>
      <p><${Unread} ...${{item}} />${BY_THEMSELVES[item.kind](round, group, link, playlist)}</p>
      <time class="small muted" datetime=${item.at} title=${moment(item.at)}>${ago(item.at)}</time>
    </div>
    ${beside?.(item)}
  </li>`;
}
