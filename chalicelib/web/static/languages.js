/** Languages that are spoken in tracks: their names, the field to choose one, and the one that was chosen last. */
import {html} from './preact.js';
import {Field} from './components.js';
import {keepNote} from './notes.js';

const COMMON = 'ar bn bg ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ms nb nl pl pt pt-BR ro ru sk sl sr sv sw ta te th tr uk ur vi zh-Hans zh-Hant'.split(' ');
const names = new Intl.DisplayNames(['en'], {type: 'language'});

/** How a language is called in English; its tag where it has no name. */
export function nameOf(tag) {
  try {
    return names.of(tag) ?? tag;
  } catch (refused) {
    if (refused instanceof RangeError) return tag;
    throw refused;
  }
}

const keyOf = ({member_id: memberId}) => `earshot.language.${memberId}`;

/** What this member starts with: the language they chose last, else the browser's. */
export const lastLanguage = (workspace) => localStorage.getItem(keyOf(workspace)) ?? known(navigator.languages)[0] ?? '';

/** Those that are tags as the API takes them: some browsers have more in them, such as `en-US@posix`. */
const known = (tags) => tags.filter((tag) => /^[a-z]{2,3}(-[a-z\d]{2,8})*$/iu.test(tag));

/** Remember the language of a track as the one that this member starts with. */
export const keepLanguage = (workspace, tag) => keepNote(keyOf(workspace), tag);

/** The field; an empty value says nothing. */
export function LanguageField({value, onValue}) {
  const tags = [...new Set([value, ...known(navigator.languages), ...COMMON])].filter(Boolean);
  const sorted = tags.map((tag) => [nameOf(tag), tag]).sort(([one], [other]) => one.localeCompare(other));
  return html`<${Field} as="select" label="Language" hint="That is spoken in it." ...${{value, onValue}}>
    <option value="" selected=${!value}>Not said</option>
    ${sorted.map(([name, tag]) => html`<option key=${tag} value=${tag} selected=${tag === value}>${name}</option>`)}
  <//>`;
}
