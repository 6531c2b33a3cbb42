/**
 * What a browser's developer tools call a worker. A worker's name is given when it
 * is made and is for ever, so a spare is called by its kind and slot. Whoever starts
 * Node with `--inspect` wants to look into it: no spare then, but a worker of its
 * own, called by its pid and command.
 */

const MAX_NAME_CHARACTERS = 100;

/** `12 node server.js`: the pid and the command line, on one line and of limited length. */
export function nameOfProcess(pid: number, argv: readonly string[]): string {
  const [command = '', ...args] = argv;
  const words = [command.slice(command.lastIndexOf('/') + 1), ...args].join(' ').replace(/\s+/g, ' ');
  const name = `${pid} ${words}`;
  return name.length <= MAX_NAME_CHARACTERS ? name : `${name.slice(0, MAX_NAME_CHARACTERS - 1)}…`;
}

/** Whether Node is started to be debugged: `--inspect`, `--inspect-brk`, `--inspect-wait`, also by NODE_OPTIONS. */
export function wantsInspection(argv: readonly string[], env: Readonly<Record<string, string>>): boolean {
  if (/(^|\s)--inspect(?![a-z])/.test(env.NODE_OPTIONS ?? '')) return true;
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (/^--inspect(?![a-z])/.test(word)) return true;
    // The script, unless it is the value of the option before it.
    if (word === '--' || (!word.startsWith('-') && argv[at - 1]?.startsWith('-') !== true)) return false;
  }
  return false;
}
