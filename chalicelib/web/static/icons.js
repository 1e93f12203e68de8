/** Earshot's own icons: 24 units square, drawn with the colour of the text around them. */
import {html} from './preact.js';

const SHAPES = {
  home: html`<path d="M4 11.5 12 4.5l8 7M6.5 10v9h11v-9" />`,
  playlists: html`<path d="M4 6h11M4 11h11M4 16h6" /><path class="solid" d="M15 13.6v6.8a.6.6 0 0 0 .9.5l5.3-3.4a.6.6 0 0 0 0-1l-5.3-3.4a.6.6 0 0 0-.9.5z" />`,
  handle: html`<path d="M8 6h.01M8 12h.01M8 18h.01M16 6h.01M16 12h.01M16 18h.01" />`,
  previous: html`<path d="M6 5v14" /><path class="solid" d="M19 6v12a.7.7 0 0 1-1.1.6L9 12.6a.7.7 0 0 1 0-1.2l8.9-6A.7.7 0 0 1 19 6z" />`,
  next: html`<path d="M18 5v14" /><path class="solid" d="M5 6v12a.7.7 0 0 0 1.1.6l8.9-6a.7.7 0 0 0 0-1.2L6.1 5.4A.7.7 0 0 0 5 6z" />`,
  library: html`<path d="M4 10v4M8 6v12M12 9v6M16 4v16M20 10v4" />`,
  record: html`<rect x="9" y="3" width="6" height="11" rx="3" /><path d="M5 11a7 7 0 0 0 14 0M12 18v3" />`,
  people: html`<circle cx="9" cy="8" r="3.5" /><path d="M2.5 20a6.5 6.5 0 0 1 13 0M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14a6.5 6.5 0 0 1 3.5 6" />`,
  groups: html`<circle cx="12" cy="6.5" r="3" /><circle cx="5" cy="15" r="2.5" /><circle cx="19" cy="15" r="2.5" /><path d="M8.5 12.2a5 5 0 0 1 7 0M9 20.5a3.4 3.4 0 0 1 6 0" />`,
  activity: html`<circle cx="12" cy="12" r="8.5" /><path d="M12 7v5l3.5 2" />`,
  follow: html`<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.8h4" />`,
  question: html`<path d="M4 6.5A1.5 1.5 0 0 1 5.5 5h13A1.5 1.5 0 0 1 20 6.5v8a1.5 1.5 0 0 1-1.5 1.5H11l-4.5 4v-4h-1A1.5 1.5 0 0 1 4 14.5z" />`,
  note: html`<circle cx="12" cy="12" r="8.5" /><path d="M12 11.3V16M12 8v.1" />`,
  inbox: html`<path d="M3.5 13.5 6.2 5.8a1.2 1.2 0 0 1 1.1-.8h9.4a1.2 1.2 0 0 1 1.1.8l2.7 7.7V18a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18zM3.5 13.5h5a3.5 3.5 0 0 0 7 0h5" />`,
  play: html`<path class="solid" d="M8 5.2v13.6a.8.8 0 0 0 1.2.7l10.6-6.8a.8.8 0 0 0 0-1.4L9.2 4.5a.8.8 0 0 0-1.2.7z" />`,
  pause: html`<path class="solid" d="M7.2 5h2.6a.7.7 0 0 1 .7.7v12.6a.7.7 0 0 1-.7.7H7.2a.7.7 0 0 1-.7-.7V5.7a.7.7 0 0 1 .7-.7zm7 0h2.6a.7.7 0 0 1 .7.7v12.6a.7.7 0 0 1-.7.7h-2.6a.7.7 0 0 1-.7-.7V5.7a.7.7 0 0 1 .7-.7z" />`,
  back: html`<path d="M4.5 12a7.5 7.5 0 1 0 2.4-5.5L4.5 8.6M4.5 4v4.6h4.6" />`,
  forward: html`<path d="M19.5 12a7.5 7.5 0 1 1-2.4-5.5l2.4 2.1M19.5 4v4.6h-4.6" />`,
  more: html`<circle class="solid" cx="5" cy="12" r="1.6" /><circle class="solid" cx="12" cy="12" r="1.6" /><circle class="solid" cx="19" cy="12" r="1.6" />`,
  up: html`<path d="m5.5 14.5 6.5-6 6.5 6" />`,
  down: html`<path d="m5.5 9.5 6.5 6 6.5-6" />`,
  queue: html`<path d="M4 6h16M4 11h9M4 16h9M17.5 11.5v7M14 15h7" />`,
  keyboard: html`<rect x="3" y="6.5" width="18" height="11" rx="2.2" /><path d="M7 10.2h.01M10.4 10.2h.01M13.7 10.2h.01M17 10.2h.01M8.5 14h7" />`,
  link: html`<path d="M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.1-1.1" />`,
  file: html`<path d="M12 16V4m0 0L7.5 8.5M12 4l4.5 4.5M4 15v3a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-3" />`,
  download: html`<path d="M12 4v12m0 0 4.5-4.5M12 16l-4.5-4.5M4 15v3a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-3" />`,
  search: html`<circle cx="10.5" cy="10.5" r="6" /><path d="m15 15 5 5" />`,
  check: html`<path d="m5 12.5 4.5 4.5L19 7.5" />`,
  alert: html`<circle cx="12" cy="12" r="8.5" /><path d="M12 7.8v4.7M12 16v.2" />`,
  close: html`<path d="m6 6 12 12M18 6 6 18" />`,
  lock: html`<rect x="5" y="11" width="14" height="9" rx="2.5" /><path d="M8.5 11V8a3.5 3.5 0 0 1 7 0v3" />`,
  left: html`<path d="m14.5 5.5-6 6.5 6 6.5" />`,
  settings: html`<path d="M4 7h9M17 7h3M4 17h3M11 17h9" /><circle cx="15" cy="7" r="2.2" /><circle cx="9" cy="17" r="2.2" />`,
  leave: html`<path d="M14 4H7a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h7M10 12h10m0 0-3.5-3.5M20 12l-3.5 3.5" />`,
  stop: html`<rect class="solid" x="6" y="6" width="12" height="12" rx="2.5" />`,
};

/** An icon that says nothing by itself: the control around it carries the words. */
export function Icon({name, size = 24}) {
  return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true">${SHAPES[name]}</svg>`;
}

/** Earshot's mark: a voice and who hears it. */
export function Mark({size = 32}) {
  return html`<svg class="mark" width=${size} height=${size} viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="9" />
    <path d="M14.5 10.6a6.6 6.6 0 0 1 0 10.8M18.2 6.4a12 12 0 0 1 0 19.2" />
    <circle cx="10.2" cy="16" r="3.1" />
  </svg>`;
}
