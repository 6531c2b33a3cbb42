import { presentableDiff } from '@codemirror/merge';
import type { EditorView } from '@codemirror/view';
import type { WebContainer } from '@webcontainer/api';
import { lastOutput, type Programs } from './launch-server.ts';

/** The project's own Prettier, with the project's settings; the file's path as an argument, its text as input. */
const PRETTIER = 'node_modules/prettier/bin/prettier.cjs';
/** Prettier reads its settings and plug-ins first, which in a container takes seconds; then it counts as hung. */
const FORMAT_LIMIT_MS = 60_000;
const MOST_OUTPUT_BYTES = 8 * 1024 * 1024;

/** By whether its file is there: package.json may name it before it is installed. */
export async function hasPrettier(container: Pick<WebContainer, 'fs'>): Promise<boolean> {
  return container.fs.readFile(PRETTIER).then(
    () => true,
    () => false,
  );
}

/** What Prettier makes of a text. Throws with its own words where it makes nothing of it. */
export async function formatByPrettier(programs: Programs, path: string, text: string): Promise<string> {
  const process = await programs.open({
    command: 'node',
    args: [PRETTIER, '--stdin-filepath', path],
    stdin: new TextEncoder().encode(text),
  });
  const timer = setTimeout(() => {
    process.kill('SIGKILL').catch((error: unknown) => console.debug('It had ended:', error));
  }, FORMAT_LIMIT_MS);
  try {
    await process.stdin.close();
    const [formatted, errors, { code }] = await Promise.all([
      readAll(process.stdout),
      lastOutput(process.stderr),
      process.exit,
    ]);
    if (code !== 0) throw new Error(errors.split('\n')[0] ?? 'Prettier has ended');
    return formatted;
  } finally {
    clearTimeout(timer);
  }
}

/** Puts the differing pieces into the text, so that the cursor stays in its word. Nothing where it was typed into. */
export function replaceText(view: EditorView, before: string, after: string): boolean {
  if (view.state.doc.toString() !== before) return false;
  const pieces = presentableDiff(before, after, { scanLimit: 500, timeout: 100 });
  view.dispatch({
    changes: pieces.map(({ fromA, toA, fromB, toB }) => ({ from: fromA, to: toA, insert: after.slice(fromB, toB) })),
    userEvent: 'input.format',
  });
  return true;
}

/** Throws for more than {@link MOST_OUTPUT_BYTES}: a project's plug-in can print without end. */
async function readAll(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
    if (text.length > MOST_OUTPUT_BYTES) throw new Error('Prettier makes more of it than a text');
  }
}
