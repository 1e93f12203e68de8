/** What stands in the way of who reads a page large, or has no mouse: run in the page, `window.walking` afterwards. */
(() => {
  const STEPS = 'a[href], button, input, select, textarea, summary, audio[controls], iframe, [tabindex]';
  const HIDDEN = '.aside, .skip, .badge, option, script, noscript';
  const CONTROLS = 'a.button, button, .tag, nav a';
  const OUT_PX = 3;
  const seen = (element) => element.checkVisibility({visibilityProperty: true});

  function* above(element) {
    for (let each = element.parentElement; each; each = each.parentElement) yield each;
  }

  /** What stays where it is while the page scrolls. */
  function layer(element) {
    for (const each of [element, ...above(element)]) if (/fixed|sticky/.test(getComputedStyle(each).position)) return each;
    return null;
  }

  function named(element) {
    const words = element.getAttribute('aria-label') ?? element.labels?.[0]?.innerText ?? element.innerText ?? '';
    return `${element.tagName.toLowerCase()}.${element.className} “${words.trim().slice(0, 40)}”`;
  }

  /** Every text that is shown, and not cut off with an ellipsis or in something that scrolls. */
  function* texts() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode;
      const around = text.parentElement;
      if (!text.data.trim() || !seen(around) || around.closest(HIDDEN)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const box = range.getBoundingClientRect();
      const words = text.data.trim().slice(0, 30);
      if (box.width) yield {words, around, box, rects: [...range.getClientRects()], on: layer(around)};
    }
  }

  /** What a text stands out of, if anything; null where it may be cut off. */
  function outOf({words, around, box}) {
    for (const each of [around, ...above(around)]) {
      const style = getComputedStyle(each);
      const flows = style.overflowX + style.overflowY;
      if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none' || /auto|scroll/.test(flows)) return null;
      const edge = each.getBoundingClientRect();
      const out = Math.max(edge.left - box.left, box.right - edge.right, edge.top - box.top, box.bottom - edge.bottom);
      if (out > OUT_PX && (/hidden|clip/.test(flows) || each.matches(CONTROLS))) {
        return `“${words}” stands ${Math.round(out)} pixels out of ${named(each)}`;
      }
    }
    return '';
  }

  function overlap(a, b) {
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return across > OUT_PX && down > 0.4 * Math.min(a.height, b.height);
  }

  /** What is cut off, lies on something else or stands beside the window with text so many times as large. */
  function large(times) {
    const root = document.documentElement;
    root.style.fontSize = `${times * 100}%`;
    const wrong = [];
    const wider = root.scrollWidth - innerWidth;
    if (wider > 0) {
      const widest = [...document.querySelectorAll('main *')].findLast((each) => each.getBoundingClientRect().right > innerWidth);
      wrong.push(`it is ${wider} pixels wider than its window, by ${widest && named(widest)}`);
    }
    const whole = [];
    for (const text of texts()) {
      const out = outOf(text);
      if (out) wrong.push(out);
      else if (out === '') whole.push(text);
    }
    whole.forEach((a, i) => {
      for (const b of whole.slice(i + 1)) {
        if (a.on === b.on && a.rects.some((one) => b.rects.some((other) => overlap(one, other)))) {
          wrong.push(`“${a.words}” and “${b.words}” lie on one another`);
        }
      }
    });
    root.style.fontSize = '';
    return wrong;
  }

  /** How an element and what stands around it are outlined. */
  function look(element) {
    const around = [element, element.nextElementSibling, ...[...above(element)].slice(0, 3)].filter(Boolean);
    const pseudo = ['::after', '::-webkit-slider-thumb'].map((each) => getComputedStyle(element, each));
    return [...around.map((each) => getComputedStyle(each)), ...pseudo].map(({outlineStyle, outlineWidth, boxShadow}) => (
      outlineStyle === 'none' ? boxShadow : `${outlineStyle} ${outlineWidth} ${boxShadow}`)).join(';');
  }

  function isStep(element) {
    if (element.tabIndex < 0 || element.disabled || element.closest('[inert]') || !seen(element)) return false;
    if (element.type !== 'radio') return true;
    const all = [...document.getElementsByName(element.name)];
    return element === (all.find(({checked}) => checked) ?? all[0]);
  }

  let steps = [];
  let plain = new Map();
  let reached = [];
  let wrong = [];

  /** Look at what has the focus: before the next key moves it on, when the browser has brought it into view. */
  function arrive() {
    const on = document.activeElement;
    if (on === document.body || reached.includes(on) || !plain.has(on)) return; // what scrolls has the focus as well
    reached.push(on);
    if (plain.get(on) === look(on)) wrong.push(`nothing shows that ${named(on)} has the focus`);
    const [box] = on.getClientRects();
    const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height, 40) / 2];
    if (y < 0 || y > innerHeight) wrong.push(`${named(on)} is out of sight`);
    const hit = document.elementFromPoint(x, y);
    const over = hit && layer(hit);
    if (over && !over.contains(on)) wrong.push(`${named(on)} is covered by ${named(over)}`);
  }

  /** How many steps there are; the walk begins before the first. */
  function begin() {
    [reached, wrong] = [[], []];
    document.activeElement?.blur();
    steps = [...document.querySelectorAll(STEPS)].filter(isStep);
    plain = new Map(steps.map((element) => [element, look(element)]));
    document.querySelector('.skip')?.focus();
    addEventListener('keydown', arrive, true);
    return steps.length;
  }

  /** What was wrong on the way. */
  function end() {
    removeEventListener('keydown', arrive, true);
    for (const step of steps) if (!reached.includes(step)) wrong.push(`${named(step)} cannot be reached`);
    reached.forEach((step, i) => {
      if (i > 0 && steps.indexOf(step) < steps.indexOf(reached[i - 1])) wrong.push(`${named(step)} comes too late`);
    });
    return wrong;
  }

  window.walking = {large, begin, end};
})();
