/** The feedback that one has received, for nobody else, and what one has given. */
import {html} from './preact.js';
import * as api from './api.js';
import {Act} from './colleagues.js';
import {Avatar, Button, EmptyState, GhostRows, More, Page, Problem, say} from './components.js';
import {ago, clock, moment} from './formats.js';
import {useHere, useList} from './hooks.js';
import {HiddenForNow, Report} from './report.js';
import {KINDS, Said} from './trackfeedback.js';

const TABS = [['', 'Received'], ['closed', 'Closed'], ['given', 'Given']];

/** The page of feedback; `which` in the address is what is shown. */
export function FeedbackPage({query}) {
  const {home} = useHere();
  const which = query.get('which') ?? '';
  return html`<${Page} title="Feedback" above=${html`<p class="small"><a href="${home}/home">Home</a></p>`}>
    <div class="tabs"><nav class="segments" aria-label="Which feedback">${TABS.map(([one, words]) => html`<a key=${one}
      href="${home}/feedback${one && `?which=${one}`}" aria-current=${one === which ? 'page' : undefined}>${words}</a>`)}</nav></div>
    ${which === 'given' ? html`<${Given} />` : html`<${Received} key=${which} which=${which || 'open'} />`}
  <//>`;
}

function Received({which}) {
  const {url, home} = useHere();
  const list = useList((after) => api.get(`${url}/feedback`, {which, after}), [url, which]);
  const respond = async (each, said, sentence) => {
    const after = await api.patch(`${url}/feedback/${each.feedback_id}`, said);
    list.change((items) => (('closed' in said)
      ? items.filter(({feedback_id: id}) => id !== each.feedback_id)
      : items.map((one) => (one.feedback_id === after.feedback_id ? after : one))));
    say(sentence);
  };
  return html`<${Listed} list=${{...list, items: list.items && inPairs(list.items)}} action=${which === 'open'
    && html`<${Button} kind="main" href="${home}/library?speaker=me">To your tracks<//>`} empty=${which === 'open'
    ? 'Ask for it on the page of one of your tracks. What you get is for you alone.' : 'What you close silently stands here.'}>
    ${(each) => html`<${Note} key=${each.feedback_id} ...${{each}} member=${each.giver} words="gave you" at=${each.delivered_at}
      place="feedback/${each.feedback_id}">
      ${!each.thanked_at && html`<${Act} words="Thank you" act=${() => respond(each, {thanked: true}, 'Your thanks are on their way.')} />`}
      ${!each.used_at && html`<${Act} words="I used it" act=${() => respond(each, {used: true}, 'Marked as used.')} />`}
      ${each.may_publish && html`<${Act} kind="plain" words=${each.published_at ? 'Publish no more' : 'Publish'}
        act=${() => respond(each, {published: !each.published_at}, each.published_at ? 'It is yours alone again.' : 'It stands on the page of the track.')} />`}
      <${Report} thing=${{kind: 'feedback', feedback_id: each.feedback_id}} label="Report what ${each.giver.name} wrote" />
      <${Act} kind="plain" words=${each.closed_at ? 'Open again' : 'Close silently'}
        act=${() => respond(each, {closed: !each.closed_at}, each.closed_at ? 'It is open again.' : 'Closed. Nobody is told.')} />
    <//>`}
  <//>`;
}

/** What came together stands together, and begins with what to keep. */
const inPairs = (items) => [...items].sort((one, other) => other.delivered_at.localeCompare(one.delivered_at)
  || one.giver.member_id.localeCompare(other.giver.member_id)
  || (other.kind === 'keep') - (one.kind === 'keep'));

function Given() {
  const {url} = useHere();
  const list = useList((after) => api.get(`${url}/given-feedback`, {after}), [url]);
  const withdraw = async (each) => {
    await api.del(`${url}/given-feedback/${each.feedback_id}`);
    await list.reload();
    say('Taken back.');
  };
  const agree = async (each) => {
    const after = await api.patch(`${url}/given-feedback/${each.feedback_id}`, {may_publish: !each.may_publish});
    list.change((items) => items.map((one) => (one.feedback_id === after.feedback_id ? after : one)));
    say('Your choice was saved.');
  };
  return html`<${Listed} ...${{list}} empty="Where a colleague asks for feedback, their track's page has a button for it.">
    ${(each) => html`<${Note} key=${each.feedback_id} ...${{each}} member=${each.receiver} words="got from you" at=${each.given_at}
      place="tracks/${each.voice_track_id}">
      ${Date.parse(each.withdrawable_until) > api.now() && html`<${Act} words="Take it back" act=${() => withdraw(each)} />`}
      <${Act} kind="plain" words=${each.may_publish ? 'Let them publish it no more' : 'Let them publish it'} act=${() => agree(each)} />
    <//>`}
  <//>`;
}

function Listed({list, empty, action, children}) {
  return html`<${Problem} problem=${list.problem} retry=${list.reload} />
    ${!list.items && !list.problem && html`<${GhostRows} rows=${3} />`}
    ${list.items?.length === 0 && html`<${EmptyState} icon="question" title="Nothing here" ...${{action}}>${empty}<//>`}
    <ul class="list">${list.items?.map(children)}</ul>
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />`;
}

function Note({each, member, words, at, place, children}) {
  const {home} = useHere();
  return html`<li class="happening">
    <${Avatar} name=${member.name} id=${member.member_id} />
    <div class="stack">
      <p class="small muted"><bdi>${member.name}</bdi> ${words} · <time datetime=${at} title=${moment(at)}>${ago(at)}</time></p>
      <p><span class="tag">${KINDS[each.kind][0]}</span>
        ${each.title && html`${' '}<a href="${home}/track/${each.track_id}" dir="auto">${each.title}</a> <span class="numbers muted">${clock(each.at_ms)}</span>`}
        ${each.thanked_at && html`${' '}<span class="tag">Thanked</span>`}${each.used_at && html`${' '}<span class="tag">Used</span>`}
        ${each.published_at && html`${' '}<span class="tag">Published</span>`}</p>
      <${Said} ...${{each, place}} />
      <${HiddenForNow} hidden=${each.hidden} />
      <div class="row">${children}</div>
    </div>
  </li>`;
}
