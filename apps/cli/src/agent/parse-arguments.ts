import { UsageError } from '../verb/verb.ts';

/** With `session`, provider, model and permission are the session's own. */
export interface AgentArguments {
  readonly input: string;
  readonly project: string;
  /** To go on with; undefined: a new one is made of the rest. */
  readonly session: string | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly scope: readonly string[];
  readonly permission: string | undefined;
  readonly json: boolean;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Options with a value, which is the next word; each but --scope may be given once. */
const NAMES = ['--project', '--session', '--provider', '--model', '--scope', '--permission'];

/** Throws a `UsageError` where the words have no meaning. */
export function parseArguments(argv: readonly string[]): AgentArguments {
  const [what, ...rest] = argv;
  if (what !== 'run') throw new UsageError(`cannot do "${what ?? ''}": the agent can "run"`);
  const given = new Map<string, string[]>();
  const words: string[] = [];
  let json = false;
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at]!;
    if (word === '--json') json = true;
    else if (NAMES.includes(word)) {
      const value = rest[++at];
      if (value === undefined) throw new UsageError(`${word} needs a value`);
      given.set(word, [...(given.get(word) ?? []), value]);
    } else if (word.startsWith('--')) throw new UsageError(`there is no option "${word}"`);
    else words.push(word);
  }
  const only = (name: string): string | undefined => {
    const values = given.get(name) ?? [];
    if (values.length > 1) throw new UsageError(`${name} is given twice`);
    return values[0];
  };
  const idOf = (name: string): string | undefined => {
    const value = only(name);
    if (value !== undefined && !ID.test(value)) throw new UsageError(`${name} "${value}" is no id`);
    return value;
  };
  const [project, session] = [idOf('--project'), idOf('--session')];
  const [provider, model] = [only('--provider'), only('--model')];
  if (words.length !== 1) throw new UsageError('say in one argument what is to be done');
  if (project === undefined) throw new UsageError('--project is needed');
  if (session === undefined && (provider === undefined || model === undefined))
    throw new UsageError('a new session needs --provider and --model');
  const [permission, scope] = [only('--permission'), given.get('--scope') ?? []];
  return { input: words[0]!, project, session, provider, model, scope, permission, json };
}
