import type { WebContainer } from '@webcontainer/api';

/** A failure is no exception: `code` tells it. */
export interface ProgramEnd {
  readonly code: number;
  /** Both of its streams, cut at {@link MAX_OUTPUT_CHARACTERS}. */
  readonly output: string;
}

/** Of what the programs say only lines of ours matter: an error for each of a batch. */
const MAX_OUTPUT_CHARACTERS = 256 * 1024;
/** Copying everything a container can hold takes a fraction of this. */
const LIMIT_MS = 120_000;

/** Runs a program to its end. Throws when it cannot be started or takes longer than `limitMs`; then it is killed. */
export async function runInContainer(
  container: Pick<WebContainer, 'spawn'>,
  command: string,
  args: readonly string[],
  limitMs = LIMIT_MS,
): Promise<ProgramEnd> {
  const program = await container.spawn(command, [...args]);
  let output = '';
  const drained = program.output.pipeTo(
    new WritableStream<string>({
      write: (text) => void (output = (output + text).slice(-MAX_OUTPUT_CHARACTERS)),
    }),
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Only against an unhandled rejection: by the time a killed program's output breaks, the time limit has been told.
  drained.catch(() => undefined);
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      program.kill();
      reject(new Error(`Cannot wait for "${command}": it did not end within ${limitMs / 1000} s`));
    }, limitMs);
  });
  try {
    const [code] = await Promise.race([Promise.all([program.exit, drained]), tooLong]);
    return { code, output };
  } finally {
    clearTimeout(timer);
  }
}
