import { exitCodes, type Surroundings, UsageError, type Verb } from './verb.ts';

/** Runs the verb that `argv` names and gives the exit code. Every failure is told on stderr, in one line. */
export async function runVerb(
  argv: readonly string[],
  verbs: ReadonlyMap<string, Verb>,
  around: Surroundings,
): Promise<number> {
  const { stdout, stderr } = around;
  const [name, ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    // `slipway help VERB` says what `slipway VERB --help` does.
    const about = name === 'help' && rest[0] !== undefined ? verbs.get(rest[0]) : undefined;
    stdout.write(about?.usage ?? listVerbs(verbs));
    return exitCodes.ok;
  }
  const verb = name === undefined ? undefined : verbs.get(name);
  if (name === undefined || verb === undefined) {
    stderr.write(`slipway: ${name === undefined ? 'no verb given' : `unknown verb "${name}"`}\n\n${listVerbs(verbs)}`);
    return exitCodes.usage;
  }
  // Only as the first word: further on it may be the program's.
  if (rest[0] === '--help' || rest[0] === '-h') {
    stdout.write(verb.usage);
    return exitCodes.ok;
  }
  try {
    return await verb.run(rest, around);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isUsage = error instanceof UsageError;
    stderr.write(`${name}: ${message}\n${isUsage ? `\n${verb.usage}` : ''}`);
    return isUsage ? exitCodes.usage : exitCodes.failure;
  }
}

function listVerbs(verbs: ReadonlyMap<string, Verb>): string {
  const width = Math.max(...[...verbs.keys()].map((name) => name.length));
  const lines = [...verbs].map(([name, { summary }]) => `  ${name.padEnd(width)}   ${summary}\n`);
  return `usage: slipway VERB [ARG...]\n\n${lines.join('')}\n"slipway VERB --help" says more.\n`;
}
