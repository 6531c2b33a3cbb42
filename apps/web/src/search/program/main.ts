/**
 * Runs under node in the container, started by the IDE's tab (`make-searcher.ts`): `node -e <this> <folder> <most>`.
 * A request a line comes in, answers go out as lines. One thing is done at a time; what comes meanwhile takes its
 * place.
 */
import { createInterface } from 'node:readline';
import type { FileMatches, SearchAnswer, SearchRequest } from '../search-messages.ts';
import { replaceInFile, searchFiles } from './search-files.ts';

/** As long as a turn may be: then a request that came is heard. */
const TURN_MS = 25;
/** Each is a message through the control port: more of them would slow the search down. */
const PROGRESS_MS = 200;

const root = process.argv[1] ?? '.';
const most = Number(process.argv[2]);
let current = 0;

const say = (answer: SearchAnswer): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);
/** `setImmediate` and not a promise: only then does the event loop look at stdin. */
const rest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Gives the loop a turn where one is due, and a sign of life. Resolves with whether to go on. */
function makePace(id: number, flush: () => void): (files: number) => Promise<boolean> {
  let turnAt = performance.now();
  let toldAt = turnAt;
  return async (files) => {
    const now = performance.now();
    if (now - turnAt < TURN_MS) return true;
    flush();
    if (now - toldAt > PROGRESS_MS) {
      say({ type: 'progress', id, files });
      toldAt = now;
    }
    await rest();
    turnAt = performance.now();
    return current === id;
  };
}

/** Ends without a word where other work took its place: nobody waits for it any more. */
async function search({ id, query }: Extract<SearchRequest, { type: 'search' }>): Promise<void> {
  let found: FileMatches[] = [];
  const flush = (): void => {
    if (found.length > 0) say({ type: 'found', id, files: found });
    found = [];
  };
  const goOn = makePace(id, flush);
  const steps = searchFiles(root, query, most);
  let step = steps.next();
  for (let files = 1; step.done !== true; files++, step = steps.next()) {
    if (step.value !== undefined) found.push(step.value);
    if (!(await goOn(files))) return;
  }
  flush();
  say({ type: 'done', id, ...step.value });
}

/** What was replaced before it was cancelled stays replaced, and was told. */
async function replace({
  id,
  query,
  replacement,
  targets,
}: Extract<SearchRequest, { type: 'replace' }>): Promise<void> {
  const goOn = makePace(id, () => undefined);
  let files = 0;
  for (const target of targets) {
    say({ type: 'replaced', id, ...replaceInFile(root, query, replacement, target) });
    if (!(await goOn(++files))) return;
  }
  say({ type: 'done', id, files, limited: false, skipped: 0 });
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line) as SearchRequest;
  if (request.type === 'cancel') {
    if (current === request.id) current = 0;
    return;
  }
  current = request.id;
  // Heard before anything is done: how long it takes is counted from here.
  say({ type: 'progress', id: request.id, files: 0 });
  const work = rest().then(() => (request.type === 'search' ? search(request) : replace(request)));
  work.catch((error: unknown) =>
    say({ type: 'failed', id: request.id, message: error instanceof Error ? error.message : String(error) }),
  );
});
