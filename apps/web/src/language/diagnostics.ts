import { LSPPlugin } from '@codemirror/lsp-client';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import * as z from 'zod';
import type { Problem } from './create-problems.ts';
import { MOST_PROBLEMS } from './create-problems.ts';
import type { ServerRun } from './run-server.ts';
import { type LspPosition, lspRange } from './text-edits.ts';

const diagnostic = z.looseObject({
  range: lspRange,
  severity: z.int().min(1).max(4).optional(),
  message: z.string(),
  code: z.union([z.string(), z.int()]).optional(),
  source: z.string().optional(),
});
/** As it came: a server wants its own again when it is asked what can be done. */
export type RawDiagnostic = z.infer<typeof diagnostic>;

/** `PublishDiagnosticsParams` of LSP 3.17. One broken diagnostic makes the whole message none. */
const published = z.object({
  uri: z.string(),
  version: z.int().nullish(),
  diagnostics: z.array(diagnostic),
});

const SEVERITIES = ['error', 'warning', 'info', 'hint'] as const;
/** A server that says more of one thing wants to fill a screen. */
const MOST_MESSAGE_CHARACTERS = 4000;

/** Takes the place of all that the server said of the file before (LSP, publishDiagnostics). */
export interface Published {
  readonly path: string;
  readonly raw: readonly RawDiagnostic[];
  readonly problems: readonly Problem[];
}

/** Shows in its text what a server says of a file. Undefined where it is of an older text, or of none that is shown. */
export function showDiagnostics({ workspace }: ServerRun, params: unknown): Published | undefined {
  const parsed = published.safeParse(params);
  if (!parsed.success) return undefined;
  const file = workspace.getFile(parsed.data.uri);
  if (file === null) return undefined;
  const { version } = parsed.data;
  const plugin = LSPPlugin.get(file.view);
  if (plugin === null || (typeof version === 'number' && version !== file.version)) return undefined;
  const raw = parsed.data.diagnostics.slice(0, MOST_PROBLEMS);
  const { syncedDoc, unsyncedChanges } = plugin;
  /** A place behind the text's end is its end. */
  const offset = (position: LspPosition): number => {
    const line = syncedDoc.line(Math.min(position.line + 1, syncedDoc.lines));
    return unsyncedChanges.mapPos(Math.min(line.from + position.character, line.to));
  };
  const shown = raw.map((each): Diagnostic => {
    const from = offset(each.range.start);
    return {
      from,
      to: Math.max(from, offset(each.range.end)),
      severity: severityOf(each),
      source: sourceOf(each),
      message: each.message.slice(0, MOST_MESSAGE_CHARACTERS),
    };
  });
  file.view.dispatch(setDiagnostics(file.view.state, shown));
  return { path: file.path, raw, problems: raw.map(problemOf) };
}

/** A server may leave it out, and LSP lets the editor choose: what it says is then taken for an error. */
const severityOf = ({ severity = 1 }: RawDiagnostic): Problem['severity'] => SEVERITIES[severity - 1] ?? 'error';
const sourceOf = ({ source, code }: RawDiagnostic): string =>
  [source, code].filter((part) => part !== undefined).join(' ');

/** People count lines and columns from 1, LSP from 0. */
function problemOf(each: RawDiagnostic): Problem {
  return {
    severity: severityOf(each),
    message: each.message.slice(0, MOST_MESSAGE_CHARACTERS),
    line: each.range.start.line + 1,
    column: each.range.start.character + 1,
    source: sourceOf(each),
  };
}
