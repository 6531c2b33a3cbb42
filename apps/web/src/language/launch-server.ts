import type { ControlClient, OpenProcess } from '@slipway/embed';
import type { LanguageServer } from './language-servers.ts';

/** `run` fetches, `open` stays for a server's lifetime. */
export type Programs = Pick<ControlClient, 'run' | 'open'>;

/** In the container's home, which is no part of the project. */
const FOLDER = '"$HOME/.slipway/language-servers"';
/** The same, for a project whose folder lies in the home. */
export const folderOf = (root: string, { folder }: LanguageServer): string =>
  `${root.slice(0, root.lastIndexOf('/'))}/.slipway/language-servers/${folder}`;
/** Fetching 30 MB takes seconds; whoever has no network is told by npm long before. */
const FETCH_LIMIT_MS = 300_000;
const KEPT_OUTPUT_CHARACTERS = 4096;

/**
 * Everything into a folder beside, which becomes the server's when it is whole: an install that was cut off is
 * no install. Arguments: the folder's name, then the packages.
 */
const FETCH_SCRIPT = `
set -e
name="$1"
shift
mkdir -p ${FOLDER}
cd ${FOLDER}
if [ -d "$name" ]; then exit 0; fi
rm -rf "$name.part"
mkdir "$name.part"
cd "$name.part"
echo '{"private":true}' > package.json
npm install --no-audit --no-fund --no-update-notifier --ignore-scripts "$@"
cd ..
mv "$name.part" "$name"
`;
const START_SCRIPT = `exec node ${FOLDER}/"$1"/"$2" --stdio`;

/** Installs that are under way, by folder: servers of one set wait for one install. */
const fetching = new WeakMap<Programs, Map<string, Promise<void>>>();

/** Brings the server's packages into the container where they are not yet. Throws with npm's own words. */
export function fetchServer(programs: Programs, server: LanguageServer): Promise<void> {
  const known = fetching.get(programs) ?? new Map<string, Promise<void>>();
  fetching.set(programs, known);
  const running = known.get(server.folder);
  if (running !== undefined) return running;
  const done = install(programs, server).finally(() => known.delete(server.folder));
  known.set(server.folder, done);
  return done;
}

/** Rejects with npm's first error, or when it takes longer than {@link FETCH_LIMIT_MS}. */
async function install(programs: Programs, { folder, packages }: LanguageServer): Promise<void> {
  const process = await programs.open({ command: 'sh', args: ['-c', FETCH_SCRIPT, 'sh', folder, ...packages] });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endProcess(process);
  }, FETCH_LIMIT_MS);
  try {
    const [{ code, signal }, errors] = await Promise.all([
      process.exit,
      lastOutput(process.stderr),
      lastOutput(process.stdout),
    ]);
    if (late) throw new Error(`npm did not end within ${FETCH_LIMIT_MS / 1000} s`);
    if (code !== 0) throw new Error(firstError(errors) ?? `npm ended with ${signal ?? `code ${code}`}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Folder and program are arguments of the script, so that nothing in them is read as shell. */
export function startServer(programs: Programs, { folder, program }: LanguageServer): Promise<OpenProcess> {
  return programs.open({ command: 'sh', args: ['-c', START_SCRIPT, 'sh', folder, program] });
}

/** Ends a program and what it started; what has ended already is as well. */
export function endProcess(process: OpenProcess): void {
  process.kill('SIGKILL').catch((error: unknown) => console.debug('It had ended:', error));
}

/** Reads a stream to its end, so that its program never waits, and keeps the last of it. */
export async function lastOutput(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text = (text + decoder.decode(value, { stream: true })).slice(-KEPT_OUTPUT_CHARACTERS);
  }
}

/**
 * The first `npm error` line but for `npm error code …`, which names a code alone. Without one the last line that is
 * not empty, as where the shell itself failed; undefined where nothing was said.
 */
function firstError(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.find((line) => /^npm error (?!code )./.test(line)) ?? lines.findLast((line) => line !== '');
}
