/**
 * Puts our script into an HTML answer while it streams by: before everything
 * else in the head, so that it runs before the page's own scripts.
 */
import type { PreviewScript } from '@slipway/wire';

/**
 * Bytes of an HTML answer that are searched for its head. A page
 * whose head has not begun by then gets the script at the very start.
 */
const MAX_SEARCH_BYTES = 64 * 1024;

/** The tags to insert. `ours` is the address of the script that keeps the preview connected. */
export function injectedTags(
  ours: string,
  attributes: Readonly<Record<string, string>>,
  script: PreviewScript | undefined,
): string {
  const data = Object.entries(attributes)
    .map(([name, value]) => ` data-${name}="${escapeAttribute(value)}"`)
    .join('');
  return `<script src="${escapeAttribute(ours)}"${data}></script>${script === undefined ? '' : scriptTag(script)}`;
}

function scriptTag({ src, type, defer, async }: PreviewScript): string {
  const kind = type === undefined ? '' : ` type="${type}"`;
  const flags = `${kind}${defer === true ? ' defer' : ''}${async === true ? ' async' : ''}`;
  if (isAddress(src)) return `<script${flags} src="${escapeAttribute(src)}"></script>`;
  // Inline text ends at the first `</script`; inside strings the backslash changes nothing.
  return `<script${flags}>${src.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--')}</script>`;
}

/** The client calls its parameter "source for the script tag": an address, or the code itself. */
function isAddress(src: string): boolean {
  return (
    /^(?:https?:|data:|blob:)\S+$/i.test(src) ||
    /^(?:\/(?![*/])|\.{1,2}\/)\S*$/.test(src) ||
    /^[\w.\-/@]+\.m?js(?:\?\S*)?$/.test(src)
  );
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

const ATTRIBUTES = String.raw`(?:\s(?:[^>"']|"[^"]*"|'[^']*')*)?`;
const OPENING = new RegExp(String.raw`^(?:<html${ATTRIBUTES}>(?:\s|<!--[\s\S]*?-->)*)?(?:<head${ATTRIBUTES}>)?`, 'i');
/** As attributes, where a value may still be open at the end of what has come. */
const OPEN_ATTRIBUTES = String.raw`(?:\s(?:[^>"']|"[^"]*"|'[^']*'|"[^"]*$|'[^']*$)*)?`;
/** Text that could still become one of the things before the head, letter by letter. */
const UNFINISHED = new RegExp(
  '^<(?:' +
    [
      String.raw`!(?:-(?:-(?!>)[\s\S]*)?|d(?:o(?:c(?:t(?:y(?:p(?:e[^>]*)?)?)?)?)?)?)?`,
      String.raw`\?[^>]*`,
      `h(?:t(?:m(?:l${OPEN_ATTRIBUTES})?)?|e(?:a(?:d${OPEN_ATTRIBUTES})?)?)?`,
    ].join('|') +
    ')?$',
  'i',
);

/**
 * Where in the markup (as latin1) the tags go, or `undefined` when more of it
 * must be seen. Not a parser: what may precede a head is little (HTML, 13.2.6.4.1
 * to 13.2.6.4.3), and everything else opens the head or the body by itself.
 */
export function injectionPoint(markup: string): number | undefined {
  // What precedes the head: space, comments, the doctype, <html …>.
  const prolog = /^(?:\s|<!--[\s\S]*?-->|<\?[^>]*>|<!doctype[^>]*>)*/i.exec(markup)?.[0].length ?? 0;
  const rest = markup.slice(prolog);
  const opening = OPENING.exec(rest)?.[0] ?? '';
  const at = prolog + opening.length;
  // The next thing must be seen to be something else than the start of one of these.
  const next = markup.slice(at);
  if (next.length === 0 || UNFINISHED.test(next)) return undefined;
  return at;
}

/**
 * Puts `tags` into what streams by. Nothing is held
 * back but the beginning, until the place is known.
 */
export function injectIntoHtml(tags: string): TransformStream<Uint8Array, Uint8Array> {
  const inserted = new TextEncoder().encode(tags);
  let held: Uint8Array | undefined = new Uint8Array();
  const release = (controller: TransformStreamDefaultController<Uint8Array>, bytes: Uint8Array, at: number): void => {
    held = undefined;
    if (at > 0) controller.enqueue(bytes.subarray(0, at));
    controller.enqueue(inserted);
    if (at < bytes.length) controller.enqueue(bytes.subarray(at));
  };
  return new TransformStream({
    transform(piece, controller) {
      // Behind the place already.
      if (held === undefined) {
        controller.enqueue(piece);
        return;
      }
      const bytes = new Uint8Array(held.length + piece.length);
      bytes.set(held, 0);
      bytes.set(piece, held.length);
      if (isWide(bytes)) {
        // UTF-16: our ASCII tags would be noise in it.
        held = undefined;
        controller.enqueue(bytes);
        return;
      }
      // A byte order mark has to stay the very first.
      const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
      const point = injectionPoint(latin1(bytes.subarray(mark, MAX_SEARCH_BYTES)));
      if (point !== undefined) release(controller, bytes, mark + point);
      else if (bytes.length >= MAX_SEARCH_BYTES) release(controller, bytes, mark);
      else held = bytes;
    },
    flush(controller) {
      if (held === undefined) return;
      const mark = held[0] === 0xef && held[1] === 0xbb && held[2] === 0xbf ? 3 : 0;
      // Everything there is has been seen: after the last thing that belongs before the head.
      const at = injectionPoint(`${latin1(held.subarray(mark))}\u0001`) ?? 0;
      release(controller, held, mark + at);
    },
  });
}

function isWide(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

function latin1(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return pieces.join('');
}
