import { BoundedOutput, type LookedAt, NOT_LISTED, type RanCommand, type ToolHost } from '@slipway/agent';
import type { ControlClient } from '@slipway/embed';

/** Whatever a tool does, it does with these verbs of the control port. */
export type ToolControl = Pick<ControlClient, 'changes' | 'readPaths' | 'apply' | 'run' | 'signal'>;

/** The folder of this tab's container, as tools see it. `save` brings it to the server. */
export function makeToolHost(control: ToolControl, save: () => Promise<unknown>): ToolHost {
  return {
    look: async (paths) =>
      (await control.readPaths(paths)).map((found): LookedAt => {
        if (found.kind === 'file') return { kind: 'file', mode: found.mode, bytes: found.bytes };
        return { kind: found.kind };
      }),
    cursor: async () => (await control.changes()).cursor,
    put: async (cursor, { path, mode, bytes }) => {
      const file = { kind: 'file', path, mode, bytes: Uint8Array.from(bytes) } as const;
      return (await control.apply(cursor, [file])).length === 0;
    },
    files: async () => {
      const { paths } = await control.changes({ whole: true });
      return paths.filter((path) => !path.split('/').some((part) => NOT_LISTED.has(part)));
    },
    run: (command, limits) => runCommand(control, command, limits),
    save: async () => void (await save()),
  };
}

/**
 * A command that is to end before its pid is known is ended as soon as it is. The reason that was there first
 * is what is told.
 */
async function runCommand(
  control: ToolControl,
  [command = '', ...args]: readonly string[],
  { seconds, outputChars, signal }: { seconds: number; outputChars: number; signal: AbortSignal },
): Promise<RanCommand> {
  const output = new BoundedOutput(outputChars);
  let pid: number | undefined;
  let over: string | undefined;
  const end = (why: string): void => {
    over ??= why;
    // Its whole group: a shell's programs go with it.
    if (pid !== undefined)
      control
        .signal(pid, 'SIGKILL', { group: true })
        .catch((error: unknown) => console.info('The command has ended by itself:', error));
  };
  const stopped = (): void => end('stopped');
  const timer = setTimeout(() => end(`ended after ${seconds} seconds`), seconds * 1000);
  signal.addEventListener('abort', stopped, { once: true });
  try {
    const ended = await control.run(
      { command, args },
      {
        onStart: (started) => {
          pid = started;
          if (over !== undefined) end(over);
        },
        onOutput: (_stream, chunk) => output.add(chunk),
      },
    );
    const how = over ?? (ended.signal === null ? `exit code ${ended.code ?? 0}` : `ended by ${ended.signal}`);
    return { ok: over === undefined && ended.code === 0, code: ended.code, output: output.text(), end: how };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stopped);
  }
}
