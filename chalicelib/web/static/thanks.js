/** What speakers are sent for their tracks: thanks, that it was of use, what somebody teaches back; and sending it. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Act} from './colleagues.js';
import {Avatar, Button, EmptyState, GhostRows, More, Page, Problem, say} from './components.js';
import {ago, moment} from './formats.js';
import {useHere, useList} from './hooks.js';
import {Voice} from './trackfeedback.js';

const SENTENCES = {thanks: 'thanks you for', used: 'has used', teach_back: 'teaches back'};

/** The page of what one was sent as a speaker. */
export function ThanksPage() {
  const {url, home} = useHere();
  const list = useList((after) => api.get(`${url}/thanks`, {after}), [url]);
  return html`<${Page} title="Thanks" above=${html`<p class="small"><a href="${home}/home">Home</a></p>`}>
    <${Problem} problem=${list.problem} retry=${list.reload} />
    ${!list.items && !list.problem && html`<${GhostRows} rows=${3} />`}
    ${list.items?.length === 0 && html`<${EmptyState} icon="activity" title="Nothing here yet"
      action=${html`<${Button} kind="main" icon="record" href="${home}/record">Record a track<//>`}>
      When a colleague thanks you for a track or has used it, it stands here, for you alone.<//>`}
    ${list.items && html`<ul class="list">${list.items.map((each) => html`<${Sent} key=${each.thanks_id} ...${{each}} />`)}</ul>`}
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />
  <//>`;
}

function Sent({each}) {
  const {home} = useHere();
  const {sender, kind, title, text, spoken, sent_at: at} = each;
  return html`<li class="happening">
    <${Avatar} name=${sender.name} id=${sender.member_id} />
    <div>
      <p><bdi>${sender.name}</bdi> ${SENTENCES[kind]} ${title ? html`<a href="${home}/track/${each.track_id}" dir="auto">${title}</a>` : 'a track of yours'}.</p>
      ${text && html`<p class="said" dir="auto">${text}</p>`}
      ${spoken && html`<${Voice} place="thanks/${each.thanks_id}" />`}
      <time class="small muted" datetime=${at} title=${moment(at)}>${ago(at)}</time>
    </div>
  </li>`;
}

/** Thank the speaker of a track, or tell them that it was of use. */
export function Thank({track, place}) {
  const [sent, setSent] = useState({});
  const send = (kind, sentence) => async () => {
    await api.put(`${place}/thanks`, {kind});
    setSent((before) => ({...before, [kind]: true}));
    say(sentence);
  };
  return html`<div class="row">
    ${sent.thanks ? html`<span class="heard-all">Thanked.</span>`
      : html`<${Act} words="Thank you" label="Thank ${track.speaker.name}" act=${send('thanks', `${track.speaker.name} hears of it.`)} />`}
    ${sent.used ? html`<span class="heard-all">Told.</span>`
      : html`<${Act} words="I used it" label="Tell ${track.speaker.name} that I used it" act=${send('used', `${track.speaker.name} hears of it.`)} />`}
  </div>`;
}
