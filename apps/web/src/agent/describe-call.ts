import { isOutsideName } from '@slipway/agent';
import type { TranscriptCall } from './transcript-state.ts';

/** Its arguments may still be coming in. */
export interface CallText {
  /** What it does, such as "Edit". */
  readonly verb: string;
  /** To what: a path, a command, a pattern. */
  readonly object: string;
  /** The text that goes, and the one that comes. */
  readonly change: { readonly before: string; readonly after: string } | undefined;
}

const VERBS: Readonly<Record<string, string>> = {
  Read: 'Read',
  Write: 'Write',
  Edit: 'Edit',
  Glob: 'List',
  Grep: 'Search',
  Run: 'Run',
  Preview: 'Look at the preview',
  Checkpoint: 'Keep a checkpoint',
};
const OBJECT_CHARS = 400;

/** A call in words; arguments may be the half of a JSON, or nothing of the kind. */
export function describeCall({ name, args }: Pick<TranscriptCall, 'name' | 'args'>): CallText {
  // Of an MCP server: what its arguments mean nobody here knows, so that all of them are shown.
  if (isOutsideName(name)) return { verb: name.replace('__', ': '), object: '', change: undefined };
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name]! : name;
  const input = parse(args);
  const texts = ['path', 'command', 'pattern', 'description'].map((key) => input[key]);
  const object = texts.find((text) => typeof text === 'string') ?? '';
  const [before, after] = name === 'Write' ? ['', input['content']] : [input['old'], input['new']];
  const change = typeof before === 'string' && typeof after === 'string' ? { before, after } : undefined;
  return { verb, object: (object as string).slice(0, OBJECT_CHARS), change };
}

/** Arguments as far as they have come: they are shown while the model still writes them. */
function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // While it is written: the first text of it says what it is about.
    const begun = /^\s*\{\s*"(path|command|pattern|description)"\s*:\s*"((?:[^"\\]|\\.)*)/.exec(text);
    return begun === null ? {} : { [begun[1]!]: begun[2] };
  }
}
