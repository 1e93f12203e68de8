/**
 * Telling a file's container by its first bytes, and whether it can go up as it is.
 *
 * recognise(file) -> the content type to send it with, null for what has to be converted first.
 * Sources: ISO/IEC 11172-3 (MPEG audio), ID3v2.4, ISO/IEC 14496-12 (MP4), RFC 9639 (FLAC), RIFF/WAVE (Microsoft).
 */

const MOST_BOXES = 4096;
const MOVIE_BYTES = 16_000_000;
const WAVE_BITS = {1: [8, 16, 24, 32], 3: [32]}; // plain samples, and floating ones, as the server takes them
const EXTENSIBLE = 0xfffe;
const EXTENDED = '\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71'; // of an extensible format, behind the codec
const MPEG4_AUDIO = 0x40;
const AAC = [2, 5, 29]; // low complexity, and what HE-AAC adds to it
const HEAD_BYTES = 64;

/** The content type of what every browser plays (MP3, M4A, WAV, FLAC); null for anything else. */
export async function recognise(file) {
  let head = await bytesOf(file, 0, HEAD_BYTES);
  const start = id3Size(head);
  if (start) head = await bytesOf(file, start, HEAD_BYTES);
  if (text(head, 0, 4) === 'fLaC') return 'audio/flac';
  if (text(head, 0, 4) === 'RIFF' && text(head, 8, 4) === 'WAVE') return await isPlainWave(file, start) ? 'audio/wav' : null;
  if (text(head, 4, 4) === 'ftyp') return await isPlainM4a(file) ? 'audio/mp4' : null;
  return isMp3(head) ? 'audio/mpeg' : null;
}

const bytesOf = async (file, from, length) => new DataView(await file.slice(from, from + length).arrayBuffer());

function text(view, at, length) {
  if (view.byteLength < at + length) return '';
  return Array.from({length}, (_, i) => String.fromCharCode(view.getUint8(at + i))).join('');
}

/** Bytes of the ID3v2 tag at the beginning, 0 where there is none. */
function id3Size(view) {
  if (text(view, 0, 3) !== 'ID3' || view.byteLength < 10) return 0;
  const [a, b, c, d] = [6, 7, 8, 9].map((at) => view.getUint8(at));
  if ((a | b | c | d) & 0x80) return 0;
  return 10 + ((a << 21) | (b << 14) | (c << 7) | d) + (view.getUint8(5) & 0x10 ? 10 : 0);
}

/** Whether an MPEG frame of layer III begins here. */
function isMp3(view) {
  if (view.byteLength < 4) return false;
  const [first, second, third] = [0, 1, 2].map((at) => view.getUint8(at));
  const [version, layer] = [(second >> 3) & 3, (second >> 1) & 3];
  return first === 0xff && (second & 0xe0) === 0xe0 && version !== 1 && layer === 1
    && third >> 4 !== 15 && ((third >> 2) & 3) !== 3;
}

async function isPlainWave(file, start) {
  for (let at = start + 12, i = 0; i < MOST_BOXES; i += 1) {
    const chunk = await bytesOf(file, at, 48);
    if (chunk.byteLength < 24) return false;
    const length = chunk.getUint32(4, true);
    if (text(chunk, 0, 4) === 'fmt ') {
      const code = chunk.getUint16(8, true);
      const found = code === EXTENSIBLE && text(chunk, 34, 14) === EXTENDED ? chunk.getUint16(32, true) : code;
      return Boolean(WAVE_BITS[found]?.includes(chunk.getUint16(22, true)));
    }
    at += 8 + length + (length % 2);
  }
  return false;
}

/** Whether an MP4 is sound alone, in AAC, and not fragmented. */
async function isPlainM4a(file) {
  for (let at = 0, i = 0; at + 8 <= file.size && i < MOST_BOXES; i += 1) {
    const header = await bytesOf(file, at, 16);
    const size = boxSize(header, 0, file.size - at);
    const kind = text(header, 4, 4);
    if (kind === 'moof' || size < 8) return false;
    if (kind === 'moov') {
      if (size > MOVIE_BYTES) return false;
      const movie = await bytesOf(file, at, size);
      return isPlainMovie(movie);
    }
    at += size;
  }
  return false;
}

function isPlainMovie(movie) {
  const inside = [...boxes(movie, 8, movie.byteLength)];
  if (inside.some(({kind}) => kind === 'mvex')) return false;
  const tracks = inside.filter(({kind}) => kind === 'trak').map((box) => {
    const media = descend(movie, box, ['mdia']);
    const handler = media && descend(movie, media, ['hdlr']);
    const described = media && descend(movie, media, ['minf', 'stbl', 'stsd']);
    return {
      handler: handler && text(movie, handler.content + 8, 4),
      isAac: described && isAac(movie, described),
    };
  });
  const sounds = tracks.filter(({handler}) => handler === 'soun');
  return sounds.length > 0 && sounds.every((each) => each.isAac) && !tracks.some(({handler}) => handler === 'vide');
}

/** Whether the first description of samples is of AAC: MPEG-4's descriptors say so (ISO/IEC 14496-14, 5.6; 14496-1, 7.2.6). */
function isAac(movie, {content, end}) {
  const entry = [...boxes(movie, content + 8, end)][0];
  if (entry?.kind !== 'mp4a') return false;
  const esds = [...boxes(movie, entry.content + 28, entry.end)].find(({kind}) => kind === 'esds');
  if (!esds) return false;
  const stream = descriptor(movie, esds.content + 4, esds.end, 3);
  if (!stream || movie.getUint8(stream + 2) & 0xe0) return false; // nothing that depends on something else
  const decoder = descriptor(movie, stream + 3, esds.end, 4);
  const specific = decoder && descriptor(movie, decoder + 13, esds.end, 5);
  return Boolean(specific) && movie.getUint8(decoder) === MPEG4_AUDIO && AAC.includes(movie.getUint8(specific) >> 3);
}

/** Where the content of this kind of descriptor begins, 0 where another one stands here. */
function descriptor(view, at, end, kind) {
  let content = at + 1;
  while (content < end && view.getUint8(content) & 0x80) content += 1;
  return content + 4 < end && view.getUint8(at) === kind ? content + 1 : 0;
}

function descend(view, box, path) {
  return path.reduce((found, kind) => found && [...boxes(view, found.content, found.end)].find((each) => each.kind === kind), box);
}

function* boxes(view, from, end) {
  for (let at = from, i = 0; at + 8 <= end && i < MOST_BOXES; i += 1) {
    const size = boxSize(view, at, end - at);
    if (size < 8 || at + size > end) return;
    yield {kind: text(view, at + 4, 4), content: at + (view.getUint32(at) === 1 ? 16 : 8), end: at + size};
    at += size;
  }
}

function boxSize(view, at, rest) {
  if (view.byteLength < at + 8) return 0;
  const size = view.getUint32(at);
  if (size === 0) return rest;
  if (size !== 1) return size;
  return view.byteLength < at + 16 ? 0 : Number(view.getBigUint64(at + 8));
}
