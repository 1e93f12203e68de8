/** Topics: the links that lead to everything of one, and the field in which they are typed. */
import {html, useState} from './preact.js';
import * as api from './api.js';
import {Field, useId} from './components.js';
import {count, isBlank} from './formats.js';
import {useHere, useLoaded} from './hooks.js';

/** What stands between commas, each once however it is written. */
export function topicsOf(text) {
  const found = new Map();
  for (const part of text.split(',')) {
    const topic = part.trim().replaceAll(/\s+/gu, ' ');
    if (!isBlank(topic) && !found.has(topic.toLowerCase())) found.set(topic.toLowerCase(), topic);
  }
  return [...found.values()];
}

/** What is wrong with typed topics, an empty sentence where nothing is. */
export function wrongTopics(text, {topics: most, topic_length: longest}) {
  const topics = topicsOf(text);
  if (topics.length > most) return `${count(most, 'topic')} at most: take out ${topics.length - most}.`;
  const long = topics.find((topic) => [...topic].length > longest);
  return long ? `A topic has ${longest} characters at most. “${long.slice(0, longest)}…” has more.` : '';
}

/** What the library can be narrowed by, `{topics, departments}`; empty until it is there, and where it cannot be read. */
export function useChoices() {
  const {url} = useHere();
  return useLoaded(() => api.get(`${url}/library/choices`), [url]).value ?? {topics: [], departments: []};
}

/** The field: the browser offers the workspace's topics for the one that is being typed. */
export function TopicsField({value, onValue, hint = 'With commas between them, such as “Sales, First calls”.'}) {
  const {limits} = useHere();
  const id = useId();
  const [asked, setAsked] = useState(false);
  const before = value.slice(0, value.lastIndexOf(',') + 1).trim();
  const there = new Set(topicsOf(before).map((topic) => topic.toLowerCase()));
  return html`<${Field} label="Topics" ...${{value, onValue, hint}} dir="auto" list=${id} autocomplete="off"
      wrong=${wrongTopics(value, limits)} onFocus=${() => setAsked(true)} />
    ${asked && html`<${Offers} ...${{id, before, there}} />`}`;
}

function Offers({id, before, there}) {
  const {topics} = useChoices();
  const offered = topics.map(({topic}) => topic).filter((topic) => !topic.includes(',') && !there.has(topic.toLowerCase()));
  return html`<datalist id=${id}>${offered.map((topic) => html`<option key=${topic} value=${before ? `${before} ${topic}` : topic} />`)}</datalist>`;
}
