import * as z from 'zod';
import type { RawDiagnostic } from './diagnostics.ts';
import { parseWorkspaceEdit, type FileEdits } from './text-edits.ts';

const command = z.object({ title: z.string(), command: z.string(), arguments: z.array(z.unknown()).optional() });
const action = z.union([
  // `Command` has its name where `CodeAction` has a whole command.
  command.transform((whole) => ({ title: whole.title, command: whole, edit: undefined, disabled: undefined, raw: {} })),
  z
    .looseObject({
      title: z.string(),
      edit: z.unknown().optional(),
      command: command.optional(),
      disabled: z.unknown().optional(),
    })
    .transform((raw) => ({ ...raw, raw })),
]);

/** A command alone has become one, too, so that both are done alike. */
export type CodeAction = z.infer<typeof action>;

/** What is behind them is dropped silently: a menu longer than a screen is not looked through. */
const MOST_ACTIONS = 40;

/** Disabled ones, and those of another shape, are left out. */
export function parseActions(value: unknown): readonly CodeAction[] {
  const parsed = z.array(z.unknown()).safeParse(value ?? []);
  return (parsed.success ? parsed.data : [])
    .flatMap((each) => action.safeParse(each).data ?? [])
    .filter(({ disabled }) => disabled === undefined)
    .slice(0, MOST_ACTIONS);
}

/** What is asked of a server by which an action is done. */
export interface ActionParts {
  ask(method: string, params: unknown): Promise<unknown>;
  apply(files: readonly FileEdits[]): Promise<number>;
  /** Whether actions come without their edit until it is asked for. */
  readonly resolves: boolean;
}

/** Does it. Throws where it cannot be done. */
export async function performAction(chosen: CodeAction, { ask, apply, resolves }: ActionParts): Promise<void> {
  let { edit } = chosen;
  if (edit === undefined && chosen.command === undefined && resolves)
    edit = (parseActions([await ask('codeAction/resolve', chosen.raw)])[0] ?? chosen).edit;
  if (edit !== undefined && edit !== null) {
    const files = parseWorkspaceEdit(edit);
    if (files === undefined) throw new Error(`Cannot do "${chosen.title}": the edit is none that is done here`);
    await apply(files);
  }
  if (chosen.command !== undefined) {
    // What it changes comes back as a question of the server's: `workspace/applyEdit`.
    const { command: name, arguments: given = [] } = chosen.command;
    await ask('workspace/executeCommand', { command: name, arguments: given });
  }
}

/** The diagnostics at a selection; what can be done depends on them. Lines as LSP counts. */
export function diagnosticsAt(all: readonly RawDiagnostic[], from: number, to: number): readonly RawDiagnostic[] {
  return all.filter(({ range }) => range.start.line <= to && range.end.line >= from);
}
