/** What a speaker says of a track beside its title: to read, to fill in before it is sent, to change. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Button, Field, Problem, TopicLinks, say} from './components.js';
import {isBlank} from './formats.js';
import {changeTogether, useAction, useHere} from './hooks.js';
import {LanguageField, keepLanguage, lastLanguage, nameOf} from './languages.js';
import {TopicsField, topicsOf, wrongTopics} from './topics.js';

/** What is filled in before anybody has typed. */
export const newAbout = (workspace) => ({description: '', topics: '', language: lastLanguage(workspace)});

const draftOf = ({description, topics, language}) => ({description: description ?? '', topics: topics.join(', '), language: language ?? ''});

/** What was filled in, as the API takes it. */
const bodyOf = ({description, topics, language}) => ({description: isBlank(description) ? null : description.trim(), topics: topicsOf(topics), language: language || null});

/** What is wrong with what was filled in, an empty sentence where nothing is. */
const wrongIn = ({description, topics}, limits) => wrongTopics(topics, limits)
  || ([...description].length > limits.track_description_length ? `A description has ${limits.track_description_length} characters at most.` : '');

/** What was filled in, ready to be sent with a track; the language is remembered. Raises a sentence where something is wrong. */
export function described(about, {workspace, limits}) {
  const wrong = wrongIn(about, limits);
  if (wrong) throw new Error(wrong);
  keepLanguage(workspace, about.language);
  return bodyOf(about);
}

/** The fields. */
function AboutFields({value, onValue}) {
  const {limits} = useHere();
  const put = (name) => (text) => onValue({...value, [name]: text});
  return html`<${Field} as="textarea" label="Description" value=${value.description} onValue=${put('description')} dir="auto"
      hint="What one learns, in a sentence or two. Whoever may hear it reads it, by a public link people outside, too." most=${limits.track_description_length} />
    <${TopicsField} value=${value.topics} onValue=${put('topics')} />
    <${LanguageField} value=${value.language} onValue=${put('language')} />`;
}

/** The fields before a track is sent, out of the way of who is in a hurry; in sight as soon as one of them keeps it from being sent. */
export function MoreAbout({value, onValue, of = ''}) {
  return html`<details class="more-about" onInvalidCapture=${(event) => { event.currentTarget.open = true; }}><summary>Description, topics, language${of && html`<span class="aside">${` of ${of}`}</span>`}</summary>
    <div class="stack"><${AboutFields} ...${{value, onValue}} /></div>
  </details>`;
}

/** What is said of a track, for everybody who may hear it. */
export function About({track}) {
  const {description, topics, language} = track;
  if (!description && !topics.length && !language) return null;
  return html`<div class="about">
    ${description && description.split('\n\n').map((text) => html`<p dir="auto" lang=${language}>${text}</p>`)}
    ${(topics.length > 0 || language) && html`<div class="row tags"><${TopicLinks} ...${{topics}} />
      ${language && html`<span class="small muted">In ${nameOf(language)}</span>`}</div>`}
  </div>`;
}

/** For its speaker to change; what the file says of itself is offered. */
export function Describe({track, place, set}) {
  const {workspace, limits} = useHere();
  const [draft, setDraft] = useState(() => draftOf(track));
  const changed = JSON.stringify(bodyOf(draft)) !== JSON.stringify(bodyOf(draftOf(track)));
  const [save, {busy, problem}] = useAction(async () => {
    const body = described(draft, {workspace, limits});
    const after = await changeTogether(() => api.patch(place, body, {version: track.version}), set);
    setDraft(draftOf(after));
    set(after);
    say('What you say of the track was saved.');
  });
  return html`<form class="stack" onSubmit=${(event) => { event.preventDefault(); save(); }}>
    <${AboutFields} value=${draft} onValue=${setDraft} />
    <${Offered} topics=${track.suggested_topics} ...${{draft, setDraft}} />
    <${Problem} ...${{problem}} />
    ${changed && html`<${Button} type="submit" kind="main" busy=${busy}>${busy ? 'Saving…' : 'Save description'}<//>`}
  </form>`;
}

/** The topics that the file names, to take over with one press each. */
function Offered({topics, draft, setDraft}) {
  const there = new Set(topicsOf(draft.topics).map((topic) => topic.toLowerCase()));
  const left = topics.filter((topic) => !there.has(topic.toLowerCase()));
  if (!left.length) return null;
  const take = (topic) => (event) => {
    const next = event.currentTarget.nextElementSibling ?? event.currentTarget.form.elements[1];
    setDraft({...draft, topics: [...topicsOf(draft.topics), topic].join(', ')});
    next.focus();
    say(`${topic} was added to the topics. Save them.`);
  };
  return html`<p class="small muted">The file names these topics; only you see that.</p>
    <div class="row" role="group" aria-label="Topics from the file">${left.map((topic) => html`<button type="button" class="tag proposed" key=${topic}
      aria-label="Add the topic ${topic}" onClick=${take(topic)}><span aria-hidden="true">+</span><span class="clip" dir="auto">${topic}</span></button>`)}</div>`;
}
