/** What waits for the reader: rounds and questions to answer, feedback, playlists to look back on, tracks to look at again, and groups that invite them. */
import {html} from './preact.js';
import * as api from './api.js';
import {Avatar, Button, Problem, focusHeading, say} from './components.js';
import {listed} from './formats.js';
import {useAction, useHere, useLoaded} from './hooks.js';
import {Icon} from './icons.js';

const MOST_REVIEWS = 3; // the others wait until these are answered

/** `{invitations, rounds, questions, feedback, loops, reviews, groups, problem, reload}`; `rounds` are those of one's groups that wait for one's answer. */
export function useWaits() {
  const {url} = useHere();
  const {value, problem, reload} = useLoaded(async () => {
    const [offers, groups, questions, feedback, loops, reviews] = await Promise.all(
      ['offers', 'groups', 'open-questions', 'feedback', 'loops', 'reviews'].map((what) => api.get(`${url}/${what}`)),
    );
    return {
      invitations: offers.items,
      groups: groups.items,
      questions: questions.items,
      feedback: feedback.items.filter(({thanked_at: thanked, used_at: used}) => !thanked && !used),
      loops: loops.items.filter(({asks}) => asks),
      reviews: reviews.items,
    };
  }, [url]);
  return {...value, rounds: value?.groups.filter(({waits_for_me: waits}) => waits), problem, reload};
}

/** The list of it, nothing where nothing waits. */
export function Waits({waits}) {
  const {home} = useHere();
  const {invitations = [], rounds = [], questions = [], feedback = [], loops = [], reviews = [], reload} = waits;
  if (![invitations, rounds, questions, feedback, loops, reviews].some(({length}) => length)) return null;
  return html`<section class="card waits" aria-labelledby="waits">
    <h2 id="waits">Waiting for you</h2>
    <ul class="list">
      ${rounds.map((group) => html`<${Asks} key=${group.group_id} ...${{group}} />`)}
      ${questions.map(({question_id: id, text, asker}) => html`<${Waiting} key=${id} icon="question" href="${home}/question/${id}" act="Answer" label="Answer: ${text}">
        ${asker ? html`<bdi>${asker.name}</bdi>` : 'Somebody'} would like to know: “<span dir="auto">${text}</span>”<//>`)}
      ${feedback.length > 0 && html`<${Waiting} icon="check" href="${home}/feedback" act="Read it" label="Read your feedback">
        You have feedback from <bdi>${listed([...new Set(feedback.map(({giver}) => giver.name))])}</bdi>.<//>`}
      ${loops.map(({playlist_id: id, title}) => html`<${Waiting} key=${id} icon="playlists" href="${home}/playlist/${id}" act="Say so" label="Say whether you used ${title}">
        Did you use “<span dir="auto">${title}</span>”?<//>`)}
      ${reviews.slice(0, MOST_REVIEWS).map(({track_id: id, title}) => html`<${Waiting} key=${id} icon="library" href="${home}/track/${id}" act="Look at it" label="Look at ${title} again">
        Is “<span dir="auto">${title}</span>” still true?<//>`)}
      ${invitations.map((offer) => html`<${Offer} key=${offer.group_id} ...${{offer, reload}} />`)}
    </ul>
  </section>`;
}

function Waiting({icon, href, act, label, children}) {
  return html`<li class="offer">
    <span class="disc still"><${Icon} name=${icon} /></span>
    <p>${children}</p>
    <div class="row"><${Button} kind="soft" ...${{href, label}}>${act}<//></div>
  </li>`;
}

function Asks({group}) {
  const {home} = useHere();
  return html`<li class="offer">
    <span class="disc still"><${Icon} name="groups" /></span>
    <div><p>A round is open in <a href="${home}/group/${group.group_id}" dir="auto">${group.purpose}</a>.</p>
      <p class="small muted">By voice or in writing, when it suits you.</p></div>
    <div class="row"><${Button} kind="soft" href="${home}/round/${group.open_round_id}?group=${group.group_id}" label="Answer in ${group.purpose}">Answer<//></div>
  </li>`;
}

/** A group that one may join, invited or as anybody may. */
export function Offer({offer, reload}) {
  const {url, home, workspace} = useHere();
  const {group_id: id, purpose, owner, invited_by: by, seats} = offer;
  const [join, joining] = useAction(async () => {
    await api.post(`${url}/groups/${id}/members`, {});
    say(`You belong to ${purpose}.`);
    location.hash = `${home}/group/${id}`;
  });
  const [decline, declining] = useAction(async () => {
    await api.del(`${url}/groups/${id}/invitations/${workspace.member_id}`);
    focusHeading();
    await reload();
    say('You declined.');
  });
  const who = by ?? owner;
  return html`<li class="offer">
    <${Avatar} name=${who.name} id=${who.member_id} />
    <div>
      <p>${by ? html`<bdi>${by.name}</bdi> invites you into <strong dir="auto">${purpose}</strong>` : html`<strong dir="auto">${purpose}</strong>`}</p>
      <p class="small muted">${!by && html`<bdi>${owner.name}</bdi> looks after it. `}${seats.length > 0 && html`People of <bdi>${listed(seats)}</bdi> are wanted.`}</p>
      <${Problem} problem=${joining.problem ?? declining.problem} />
    </div>
    <div class="row">
      <${Button} kind=${by ? 'soft' : ''} busy=${joining.busy} label="Join ${purpose}" onClick=${join}>Join<//>
      ${by && html`<${Button} kind="plain" busy=${declining.busy} label="Decline ${purpose}" onClick=${decline}>Decline<//>`}
    </div>
  </li>`;
}
