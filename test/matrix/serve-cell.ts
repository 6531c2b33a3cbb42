import type { Frame } from 'playwright-core';
import type { TestContainer } from '../containers/open-container.ts';
import { type Cell, EDITED, type Serving, WORD } from './cell.ts';

/** What is the same for all that happens in a cell. */
export interface ServeOptions {
  /** The project's folder, in the working directory. */
  readonly at: string;
  readonly env: Readonly<Record<string, string>>;
  /** For the first answer, and for the one after the edit. */
  readonly limitMs: number;
  /** Is given what the server prints and what is seen of it, whenever that changes: also of a run that somebody ends. */
  readonly log: ((text: string) => void) | undefined;
}

const POLL_MS = 500;
const SHOWN = 300;
const REST_MS = 8_000;

/**
 * Starts what the cell serves, sees the word, edits the file and sees the other word, without asking for it anew. Why that
 * failed; empty where it did not.
 */
export async function serveCell(
  cell: Cell,
  serving: Serving,
  container: TestContainer,
  { at, env, limitMs, log }: ServeOptions,
): Promise<string> {
  const { page } = container;
  const text = cell.files[serving.edits];
  if (text?.includes(WORD) !== true) throw new Error(`Cannot edit "${serving.edits}": it has no "${WORD}"`);
  const pid = await page.evaluate(({ args, env }) => globalThis.slipway.start({ command: 'sh', args, env }), {
    args: ['-c', `cd ${at} && exec ${serving.command}`],
    env: { ...env },
  });
  const printed = (): Promise<string> => page.evaluate((pid) => globalThis.slipway.printed(pid), pid);
  const sees = logged(cell.kind === 'server' ? asker(container, serving) : shower(container, serving), printed, log);
  let cause = '';
  log?.(`$ ${serving.command}\n`);
  try {
    const first = await until(WORD, sees, limitMs);
    if (first !== undefined) cause = `"${serving.command}" shows no "${WORD}": ${first}`;
    else {
      if (cell.kind === 'framework') await atRest(sees, limitMs);
      await container.mount({ [`${at}/${serving.edits}`]: text.replaceAll(WORD, EDITED) });
      const second = await until(EDITED, sees, limitMs);
      if (second !== undefined) cause = `"${serving.command}" does not show the edit: ${second}`;
    }
    return cause === '' ? '' : `${cause}; it printed: ${(await printed()).trimEnd().slice(-SHOWN)}`;
  } finally {
    await page.evaluate((pid) => globalThis.slipway.stop(pid), pid);
    await page.evaluate(() => document.querySelector('iframe[name="matrix"]')?.remove());
  }
}

/** As `sees`, and tells `log` of all that is new, with the time of the day. */
function logged(
  sees: () => Promise<string>,
  printed: () => Promise<string>,
  log: ServeOptions['log'],
): () => Promise<string> {
  if (log === undefined) return sees;
  let length = 0;
  let last: string | undefined;
  return async () => {
    const output = await printed();
    log(output.slice(length));
    length = output.length;
    const seen = await sees();
    if (seen !== last)
      log(`[${new Date().toISOString().slice(11, 19)} seen: ${JSON.stringify(seen.slice(0, SHOWN))}]\n`);
    last = seen;
    return seen;
  };
}

/**
 * Waits until nothing has changed for a while. A page that a server has written shows its word before its scripts are
 * there, and who edits before the page listens sees nothing of it natively either.
 */
async function atRest(sees: () => Promise<string>, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  let [seen, since] = [await sees(), Date.now()];
  while (Date.now() - since < REST_MS && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const now = await sees();
    if (now !== seen) [seen, since] = [now, Date.now()];
  }
}

/** `undefined` when the word came in time, else what was seen last. */
async function until(word: string, sees: () => Promise<string>, limitMs: number): Promise<string | undefined> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const seen = await sees();
    if (seen.includes(word)) return undefined;
    if (Date.now() > deadline) return JSON.stringify(seen.slice(0, SHOWN));
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Asks from within the container, as another program of the project would. */
function asker(container: TestContainer, { port, path = '/' }: Serving): () => Promise<string> {
  return async () => {
    const { stdout, stderr } = await container.run('curl', ['-s', `http://localhost:${port}${path}`]);
    return stdout + stderr;
  };
}

/** Opens the page in a frame once, and says what stands in it. */
function shower(container: TestContainer, { port, path = '/' }: Serving): () => Promise<string> {
  let url: string | undefined;
  const opened = container.page
    .evaluate((port) => globalThis.slipway.preview(port), port)
    .then((found) => (url = found));
  let frame: Frame | null | undefined;
  return async () => {
    await Promise.race([opened, new Promise((resolve) => setTimeout(resolve, POLL_MS))]);
    if (url === undefined) return `nobody listens at port ${port}`;
    frame ??= await openFrame(container, url + path.slice(1));
    // While the page is exchanged for the next one it has no document.
    return (await frame?.evaluate(readPage).catch(String)) ?? 'there is no frame';
  };
}

/** What stands in it, and how much it has loaded for that. */
function readPage(): string {
  const loaded = performance.getEntriesByType('resource').length;
  return `${document.body?.innerText ?? ''}\n[${document.readyState}, ${loaded} loaded]`;
}

async function openFrame(container: TestContainer, url: string): Promise<Frame | null> {
  const element = await container.page.evaluateHandle((url) => {
    const frame = document.createElement('iframe');
    frame.src = url;
    frame.allow = 'cross-origin-isolated';
    frame.name = 'matrix';
    frame.style.cssText = 'width: 1000px; height: 700px';
    document.body.append(frame);
    return frame;
  }, url);
  return element.contentFrame();
}
