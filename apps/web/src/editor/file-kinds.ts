/** How a file is shown that is no text to be edited. */
export type FileKind =
  | { readonly name: 'image' | 'audio' | 'video' | 'pdf'; readonly type: string }
  | { readonly name: 'font' }
  /** A text that is larger than an editor helps with. */
  | { readonly name: 'long text' }
  | { readonly name: 'bytes' };

const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  apng: 'image/apng',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  ico: 'image/x-icon',
  bmp: 'image/bmp',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  webm: 'video/webm',
  ogv: 'video/ogg',
  mov: 'video/quicktime',
  pdf: 'application/pdf',
};
const FONTS: ReadonlySet<string> = new Set(['woff', 'woff2', 'ttf', 'otf']);
/** Bytes in which a file that is no text shows it. */
const PROBED_BYTES = 8192;

/** By the end of the name, else by the first bytes. */
export function kindOf(path: string, bytes: Uint8Array): FileKind {
  const end = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const type = Object.hasOwn(TYPES, end) ? TYPES[end] : undefined;
  if (type === 'application/pdf') return { name: 'pdf', type };
  if (type !== undefined) return { name: type.slice(0, type.indexOf('/')) as 'image' | 'audio' | 'video', type };
  if (FONTS.has(end)) return { name: 'font' };
  return { name: bytes.length > PROBED_BYTES && !bytes.subarray(0, PROBED_BYTES).includes(0) ? 'long text' : 'bytes' };
}

/** As much as is laid out at once without anybody waiting. */
export const PIECE_BYTES = 128 * 1024;

/** At least one, so that an empty file can be shown. */
export const countPieces = (bytes: Uint8Array): number => Math.max(1, Math.ceil(bytes.length / PIECE_BYTES));

/** One piece of a long text, from 0; it begins and ends with a line where lines are no longer than a piece. */
export function pieceOf(bytes: Uint8Array, index: number): string {
  return new TextDecoder().decode(bytes.subarray(pieceStart(bytes, index), pieceStart(bytes, index + 1)));
}

/** At the beginning of a line near `index` pieces, so that two pieces side by side share and lose nothing. */
function pieceStart(bytes: Uint8Array, index: number): number {
  const about = index * PIECE_BYTES;
  if (about <= 0 || about >= bytes.length) return Math.max(0, Math.min(about, bytes.length));
  const end = bytes.subarray(about - 1, about + PIECE_BYTES - 1).indexOf(10);
  if (end !== -1) return about + end;
  // One line without an end: at least no letter is cut.
  let start = about;
  while (start < bytes.length && (bytes[start]! & 0xc0) === 0x80) start++;
  return start;
}
