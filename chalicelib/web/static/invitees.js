/** Whom a table invites: its rows checked one by one, without asking the server. */
import {rowsOf} from './csv.js';

/** As the server takes an address; see `Email` in chalicelib/workspaces/routes.py. */
const PART = "[A-Za-z0-9!#$%&'*+/^_`{|}~-]+";
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const EMAIL = new RegExp(`^(?![^@]{65})${PART}(?:\\.${PART})*@(?:${LABEL}\\.)+[A-Za-z0-9][A-Za-z0-9-]{0,61}[A-Za-z0-9]$`, 'u');
const LONGEST_EMAIL = 254;
const HEADS = {
  email: ['email', 'e-mail', 'mail', 'email address', 'e-mail address'],
  department: ['department', 'team', 'dept'],
};

/**
 * The rows of a text: `{rows: [{line, email, department, wrong}], problem}`. `wrong` says why a row cannot be sent,
 * `problem` why none can. A first row that names its columns is recognised; without one the address comes first, and
 * the department last of two or third.
 */
export function inviteesOf(text, {most, nameLength}) {
  let rows;
  try {
    rows = rowsOf(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return {rows: [], problem: `Line ${error.line}: a quotation mark is opened and never closed.`};
  }
  const named = columnsOf(rows[0]?.values ?? []);
  const found = named ? rows.slice(1) : rows;
  const columns = named ?? {email: 0, department: found[0]?.values.length > 2 ? 2 : 1};
  if (!found.length) return {rows: [], problem: named ? 'There is no row below the names of the columns.' : null};
  if (found.length > most) return {rows: [], problem: `At most ${most} people a file: this one has ${found.length}. Split it, and send the rest tomorrow.`};
  const lines = new Map();
  return {problem: null, rows: found.map(({line, values}) => {
    const email = (values[columns.email] ?? '').replace(/^<|>$/gu, '').replace(/[A-Z]/gu, (letter) => letter.toLowerCase());
    const department = (values[columns.department] ?? '').replace(/\s+/gu, ' ');
    const wrong = wrongOf(email, department, nameLength)
      ?? (lines.has(email) ? `The same address stands in line ${lines.get(email)}.` : null);
    if (!wrong) lines.set(email, line);
    return {line, email, department, wrong};
  })};
}

/** Rows in parts that one request takes: of one department, at most so many. */
export function batchesOf(rows, most) {
  const departments = new Map();
  for (const row of rows) departments.set(row.department, [...(departments.get(row.department) ?? []), row]);
  return [...departments].flatMap(([department, those]) => Array.from(
    {length: Math.ceil(those.length / most)}, (_, i) => ({department, rows: those.slice(i * most, (i + 1) * most)}),
  ));
}

function columnsOf(values) {
  const heads = values.map((value) => value.toLowerCase());
  const email = heads.findIndex((head) => HEADS.email.includes(head));
  return email < 0 ? null : {email, department: heads.findIndex((head) => HEADS.department.includes(head))};
}

function wrongOf(email, department, nameLength) {
  if (!email) return 'The address is missing.';
  if (email.length > LONGEST_EMAIL || !EMAIL.test(email)) return 'This is not an e-mail address.';
  const over = [...department].length - nameLength;
  return over > 0 ? `The department is ${over} ${over === 1 ? 'character' : 'characters'} too long.` : null;
}
