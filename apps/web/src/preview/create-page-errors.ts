import type { WebContainer } from '@webcontainer/api';
import { previewMessage, type PreviewMessage } from '@slipway/wire';
import { type Accessor, createSignal, onCleanup } from 'solid-js';
import { findPlace, type FilePlace } from './find-place.ts';

/** `id` only tells lines apart: an error that comes again counts up `times`. */
export interface PageError {
  readonly id: number;
  readonly kind: 'exception' | 'rejection' | 'console';
  readonly text: string;
  readonly stack: string;
  /** Path, query and fragment of the page's address when it happened. */
  readonly page: string;
  /** How often it came in a row. */
  readonly times: number;
  /** Where it is in the project, once that is found. */
  readonly place: FilePlace | undefined;
}

/** Of all pages since the last `clear`, newest last; at most MAX_ERRORS. */
export interface PageErrors {
  readonly list: Accessor<readonly PageError[]>;
  clear(): void;
}

/** A page that throws in a loop would fill memory; the oldest go first. */
export const MAX_ERRORS = 200;
/** A page can throw whole documents; cut, an error is still told by its beginning. */
const MAX_TEXT_CHARACTERS = 4000;
/** The names of WebContainer's `preview-message` event. */
const KINDS = {
  PREVIEW_UNCAUGHT_EXCEPTION: 'exception',
  PREVIEW_UNHANDLED_REJECTION: 'rejection',
  PREVIEW_CONSOLE_ERROR: 'console',
} as const;

/** Listens to what pages report. `read` fetches a text from the page that is shown, if it is at that origin. */
export function createPageErrors(
  container: Pick<WebContainer, 'on' | 'fs'>,
  previewOrigin: (port: number) => string | undefined,
  read: (url: URL) => Promise<string | undefined>,
): PageErrors {
  const [list, setList] = createSignal<readonly PageError[]>([]);
  let lastId = 0;
  const exists = (path: string): Promise<boolean> =>
    container.fs.readFile(path).then(
      () => true,
      () => false,
    );
  /**
   * The place comes later than the error: source maps are fetched through the page itself, which may be slow
   * or gone.
   */
  const locate = (error: PageError, port: number): void => {
    const origin = previewOrigin(port);
    if (origin === undefined) return;
    findPlace(error, { origin, read, exists }).then(
      (place) => setList((before) => before.map((each) => (each.id === error.id ? { ...each, place } : each))),
      (failure: unknown) => console.warn('Cannot find the place of an error:', failure),
    );
  };
  onCleanup(
    container.on('preview-message', (data: unknown) => {
      const message = previewMessage.safeParse(data).data;
      if (message === undefined) return;
      const read = describe(message);
      const before = list().at(-1);
      if (before !== undefined && before.text === read.text && before.stack === read.stack)
        return void setList((errors) => [...errors.slice(0, -1), { ...errors.at(-1)!, times: before.times + 1 }]);
      const error = { ...read, id: ++lastId, times: 1, place: undefined };
      setList((errors) => [...errors, error].slice(-MAX_ERRORS));
      locate(error, message.port);
    }),
  );
  return { list, clear: () => setList([]) };
}

/** Path, query and fragment alone: the origin is a preview host that says nothing to the person. */
function describe(message: PreviewMessage): Omit<PageError, 'id' | 'times' | 'place'> {
  const page = message.pathname + message.search + message.hash;
  const kind = KINDS[message.type];
  if (message.type !== 'PREVIEW_CONSOLE_ERROR')
    return { kind, page, text: cut(message.message), stack: cut(message.stack ?? '') };
  // The error that was printed says more about its place than the call that printed it.
  const printed = message.args.find((value) => value instanceof Error);
  return { kind, page, text: cut(formatArguments(message.args)), stack: cut(printed?.stack ?? message.stack) };
}

/** As the console prints them: the first may have `%s` and the like for those that follow. */
function formatArguments(args: readonly unknown[]): string {
  const [first, ...rest] = args;
  if (typeof first !== 'string') return args.map(textOf).join(' ');
  const whole = first.replace(/%([sdifoOc%])/g, (place, letter: string) => {
    if (letter === '%') return '%';
    if (rest.length === 0) return place;
    const value = rest.shift();
    return letter === 'c' ? '' : textOf(value);
  });
  return [whole, ...rest.map(textOf)].join(' ');
}

/** Not as the browser's console would show an object, with all of it to unfold: as one line of JSON. */
function textOf(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A cycle, or a BigInt: its kind has to do.
    return Object.prototype.toString.call(value);
  }
}

function cut(text: string): string {
  return text.length > MAX_TEXT_CHARACTERS ? `${text.slice(0, MAX_TEXT_CHARACTERS)}…` : text;
}
