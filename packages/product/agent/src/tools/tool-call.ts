import type * as z from 'zod';
import type { ReadTracker } from './read-tracker.ts';
import { checkPath, type Scope } from '../paths/scope.ts';
import { isToolName, type ToolName, toolContracts } from './tool-contracts.ts';

/** After parsing: `z.infer` is what comes out, with the defaults filled in. */
export type ToolInput<N extends ToolName> = z.infer<(typeof toolContracts)[N]['input']>;

/** One member for each tool, so that `name` narrows `input`. */
export type ParsedCall = { [N in ToolName]: { readonly name: N; readonly input: ToolInput<N> } }[ToolName];

/** A call whose arguments, scope and order were looked at. `effect` says what it takes of a person's trust. */
export type CheckedCall =
  | { readonly effect: 'read'; readonly call: ParsedCall; readonly path: string | undefined }
  | {
      readonly effect: 'edit';
      readonly call: Extract<ParsedCall, { name: 'Write' | 'Edit' }>;
      readonly path: string;
      /** Digest of what was read; null: the file must not be there. */
      readonly version: string | null;
    }
  | { readonly effect: 'command'; readonly call: Extract<ParsedCall, { name: 'Run' }>; readonly command: string }
  | { readonly effect: 'checkpoint'; readonly call: Extract<ParsedCall, { name: 'Checkpoint' }> };

/** `refused`: in words for the model. */
export type CheckCallResult =
  | { readonly outcome: 'checked'; readonly checked: CheckedCall }
  | { readonly outcome: 'refused'; readonly why: string };

/** The tools that a session has: those for files only with a scope (AG-11). */
export function toolsOf(scope: Scope): ToolName[] {
  return (Object.keys(toolContracts) as ToolName[]).filter(
    (name) => scope.length > 0 || !toolContracts[name].needsScope,
  );
}

/** Whether doing a call twice is not the same as doing it once. */
export function hasEffects(name: string): boolean {
  return name === 'Write' || name === 'Edit' || name === 'Run';
}

const refused = (why: string): CheckCallResult => ({ outcome: 'refused', why });

/** Looks at a call as a model wrote it: name, arguments, scope, and that what is edited was read (AG-11, AG-12). */
export function checkCall(
  scope: Scope,
  tracker: Pick<ReadTracker, 'versionOf'>,
  written: { readonly name: string; readonly arguments: string },
): CheckCallResult {
  const parsed = parseCall(scope, written);
  if (parsed.outcome === 'refused') return parsed;
  const { call } = parsed;
  switch (call.name) {
    case 'Read':
    case 'Write':
    case 'Edit':
      return checkFileCall(scope, tracker, call);
    case 'Glob':
    case 'Grep':
    case 'Preview':
      return { outcome: 'checked', checked: { effect: 'read', call, path: undefined } };
    case 'Run':
      return { outcome: 'checked', checked: { effect: 'command', call, command: call.input.command } };
    case 'Checkpoint':
      return { outcome: 'checked', checked: { effect: 'checkpoint', call } };
  }
}

function checkFileCall(
  scope: Scope,
  tracker: Pick<ReadTracker, 'versionOf'>,
  call: Extract<ParsedCall, { name: 'Read' | 'Write' | 'Edit' }>,
): CheckCallResult {
  const found = checkPath(scope, call.input.path);
  if (!found.ok) return refused(found.why);
  const { path } = found;
  if (call.name === 'Read') {
    return { outcome: 'checked', checked: { effect: 'read', call: { ...call, input: { ...call.input, path } }, path } };
  }
  const version = tracker.versionOf(path) ?? null;
  if (call.name === 'Edit' && version === null)
    return refused(`Read "${path}" before you edit it: it was not read since this controller began`);
  const named =
    call.name === 'Edit'
      ? { name: call.name, input: { ...call.input, path } }
      : { name: call.name, input: { ...call.input, path } };
  return { outcome: 'checked', checked: { effect: 'edit', call: named, path, version } };
}

function parseCall(
  scope: Scope,
  written: { readonly name: string; readonly arguments: string },
): { outcome: 'parsed'; call: ParsedCall } | { outcome: 'refused'; why: string } {
  const { name } = written;
  const known = toolsOf(scope);
  if (!isToolName(name) || !known.includes(name))
    return { outcome: 'refused', why: `There is no tool "${name.slice(0, 100)}" here; there are: ${known.join(', ')}` };
  let value: unknown;
  try {
    value = JSON.parse(written.arguments === '' ? '{}' : written.arguments);
  } catch (error) {
    if (error instanceof SyntaxError) return { outcome: 'refused', why: `The arguments of ${name} are no JSON` };
    throw error;
  }
  const parsed = toolContracts[name].input.safeParse(value);
  if (parsed.success) return { outcome: 'parsed', call: { name, input: parsed.data } as ParsedCall };
  const issues = parsed.error.issues.slice(0, 5).map((issue) => `"${issue.path.join('.')}" ${issue.message}`);
  return { outcome: 'refused', why: `The arguments of ${name} do not fit: ${issues.join('; ')}` };
}
