import type { ControlClient } from '@slipway/embed';

/** Whoever has started it: an install in a terminal counts, too. */
export interface SeenProcess {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly state: string;
}

const MANAGER = /(^|\/)(npm|pnpm|yarn)(-cli)?(\.[cm]?js)?$/;
/** What brings packages, after the manager's name; yarn alone does as well. */
const INSTALLS: ReadonlySet<string> = new Set(['install', 'i', 'ci', 'add', 'update', 'up', 'upgrade']);
/** Words before the manager's own: the program that runs it, and its flags. */
const FIRST_WORDS = 6;

/** Whether a process brings packages into the project, which is at `root`. */
export function isInstall({ command, args, cwd, state }: SeenProcess, root: string): boolean {
  if (state === 'zombie' || (cwd !== root && !cwd.startsWith(`${root}/`))) return false;
  const words = [command, ...args];
  const at = words.slice(0, FIRST_WORDS).findIndex((word) => MANAGER.test(word));
  if (at === -1) return false;
  const verb = words.slice(at + 1).find((word) => !word.startsWith('-'));
  return verb === undefined ? /yarn/.test(words[at] ?? '') : INSTALLS.has(verb);
}

/** Tells when packages begin to be installed into the project, and when that is over, however it ended. */
export function watchInstalls(
  control: Pick<ControlClient, 'on'>,
  root: string,
  onChange: (installing: boolean) => void,
): () => void {
  let before = false;
  return control.on('processes', ({ processes }) => {
    const now = processes.some((process) => isInstall(process, root));
    if (now !== before) onChange((before = now));
  });
}
