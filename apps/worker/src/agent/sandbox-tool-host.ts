import { BoundedOutput, type LookedAt, NOT_LISTED, type RanCommand, type ToolHost } from '@slipway/agent';
import type { SandboxMachine } from '@slipway/sandboxes';

/** Said once, with the first command: what a model has seen in the tab is not all here. */
const MOVED =
  '[The project is open in no tab: this runs in a sandbox of the server. There is no dev server, and node_modules ' +
  'is missing until you run `npm install`]\n';

/** The folder of a sandbox, as tools see it. `save` brings it to the project. */
export function makeSandboxToolHost(machine: SandboxMachine, save: () => Promise<void>): ToolHost {
  let told = false;
  return {
    look: async (paths) =>
      (await machine.folder.look(paths)).map((found): LookedAt => {
        if (found.kind === 'file') return { kind: 'file', mode: found.mode, bytes: found.bytes };
        return { kind: found.kind };
      }),
    cursor: async () => await machine.folder.cursor(),
    put: (cursor, file) => machine.folder.put(cursor, { kind: 'file', ...file }),
    files: async () => {
      const listed = (await machine.folder.list()).filter(
        (path) => !path.split('/').some((part) => NOT_LISTED.has(part)),
      );
      const entries = await machine.folder.look(listed);
      return entries.flatMap(({ kind, path }) => (kind === 'file' || kind === 'link' ? [path] : []));
    },
    run: async (command, limits) => {
      const ran = await runCommand(machine, command, limits);
      if (told || command[0] !== 'sh') return ran;
      told = true;
      return { ...ran, output: MOVED + ran.output };
    },
    save,
  };
}

/** Never rejects for what the command did: that it failed, was stopped or took too long is in `end`, for the model. */
async function runCommand(
  machine: SandboxMachine,
  [command = '', ...args]: readonly string[],
  { seconds, outputChars, signal }: Parameters<ToolHost['run']>[1],
): Promise<RanCommand> {
  const output = new BoundedOutput(outputChars);
  const late = AbortSignal.timeout(seconds * 1000);
  const ended = await machine.run({
    command,
    args,
    onOutput: (_stream, bytes) => output.add(bytes),
    signal: AbortSignal.any([late, signal]),
  });
  const over = signal.aborted ? 'stopped' : late.aborted ? `ended after ${seconds} seconds` : undefined;
  const how = over ?? (ended.signal === null ? `exit code ${ended.code ?? 0}` : `ended by ${ended.signal}`);
  return { ok: over === undefined && ended.code === 0, code: ended.code, output: output.text(), end: how };
}
