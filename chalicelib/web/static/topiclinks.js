/** Topics as links to everything of them that one may hear. */
import {html} from './preact.js';
import {useHere} from './hooks.js';

/** The first `most` of the topics. */
export function TopicLinks({topics, most = topics.length}) {
  const {home} = useHere();
  return topics.slice(0, most).map((topic) => html`<a class="tag topic-link" key=${topic}
    href="${home}/library?${new URLSearchParams({topic})}"><span class="clip" dir="auto">${topic}</span></a>`);
}
