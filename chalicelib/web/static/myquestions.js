/** What one has asked, with what became of it; nobody else is shown this. */
import {html} from './preact.js';
import * as api from './api.js';
import {Act} from './colleagues.js';
import {Button, EmptyState, GhostRows, More, Page, Problem, say} from './components.js';
import {count, moment} from './formats.js';
import {useHere, useList} from './hooks.js';
import {Asker, AskerFace} from './questions.js';

/** The page of one's own questions. */
export function MyQuestions() {
  const {url, home} = useHere();
  const list = useList((after) => api.get(`${url}/questions`, {after}), [url]);
  const remove = async ({question_id: id}) => {
    await api.del(`${url}/questions/${id}`);
    await list.reload();
    say('The question was deleted.');
  };
  return html`<${Page} title="Your questions" above=${html`<p class="small"><a href="${home}/home">Home</a></p>`}>
    <${Problem} problem=${list.problem} retry=${list.reload} />
    ${!list.items && !list.problem && html`<${GhostRows} rows=${3} />`}
    ${list.items?.length === 0 && html`<${EmptyState} icon="question" title="You have not asked anything yet"
      action=${html`<${Button} kind="main" href="${home}/library">To the library<//>`}>
      Every track has a place for questions, and so has every group.<//>`}
    <ul class="list">${list.items?.map((asked) => html`<${Mine} key=${asked.question.question_id} ...${{asked}} remove=${() => remove(asked.question)} />`)}</ul>
    <${More} next=${list.next} busy=${list.busy} onMore=${list.more} />
  <//>`;
}

function Mine({asked: {status, published_at: at, question}, remove}) {
  const {home} = useHere();
  return html`<li class="happening">
    <${AskerFace} ...${{question}} />
    <div>
      <p class="said" dir="auto">${status === 'published' ? html`<a href="${home}/question/${question.question_id}">${question.text}</a>` : question.text}</p>
      <p class="small muted"><${Asker} ...${{question}} /> · ${becomes(status, at, question)}.</p>
      <${Act} kind="plain" words="Delete it" label="Delete: ${question.text}" act=${remove} />
    </div>
  </li>`;
}

/** What became of a question. */
function becomes(status, at, {answer_count: answers}) {
  if (status === 'waiting') return `appears ${moment(at)}, among the others of the day`;
  if (status === 'withheld') return 'was not published: too few people could have asked it by then. Ask it by name, or delete it';
  return answers ? count(answers, 'answer') : 'no answer yet';
}
