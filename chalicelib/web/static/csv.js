/** Comma-separated values as RFC 4180 has them, and as spreadsheets write them: `;` or tabs between, any line ends. */

const BETWEEN = [',', ';', '\t'];

/** A file's bytes as text: UTF-8 or UTF-16 as they say, else what Windows writes in the west. */
export function textOf(bytes) {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // which is how a byte that is not UTF-8 is told
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/**
 * The rows of a text, each `{line, values}`; empty ones are left out. A quote that is never closed raises a SyntaxError
 * with the `line` where it was opened.
 */
export function rowsOf(text) {
  const whole = text.replace(/^\ufeff/u, '');
  const between = betweenOf(whole);
  const rows = [];
  let [values, value, quoted, line, begun, opened] = [[], '', false, 1, 1, 0];
  const endValue = () => { values.push(value.trim()); value = ''; };
  const endRow = () => {
    endValue();
    if (values.some(Boolean)) rows.push({line: begun, values});
    values = [];
  };
  for (let i = 0; i < whole.length; i += 1) {
    const character = whole[i];
    const ends = character === '\n' || (character === '\r' && whole[i + 1] !== '\n');
    if (quoted) {
      if (character === '"' && whole[i + 1] === '"') { value += '"'; i += 1; }
      else if (character === '"') quoted = false;
      else value += character;
    } else if (character === '"' && !value.trim()) {
      [value, quoted, opened] = ['', true, line];
    } else if (character === between) endValue();
    else if (ends) endRow();
    else value += character;
    if (ends) {
      line += 1;
      if (!quoted) begun = line;
    }
  }
  if (quoted) throw Object.assign(new SyntaxError('A quotation mark is never closed.'), {line: opened});
  endRow();
  return rows;
}

/** What stands between the values: of the candidates the one that the first line has most of, outside of quotes. */
function betweenOf(text) {
  const first = text.replace(/^[\r\n]+/u, '').split(/[\r\n]/u, 1)[0].replace(/"[^"]*"/gu, '');
  const times = (one) => first.split(one).length;
  return BETWEEN.reduce((best, one) => (times(one) > times(best) ? one : best));
}
