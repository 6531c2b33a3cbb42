import * as z from 'zod';

/** A place in a text as LSP counts: from 0, in UTF-16 units. */
export const lspPosition = z.object({ line: z.int().nonnegative(), character: z.int().nonnegative() });
/** Both from 0; `character` counts UTF-16 units (LSP 3.17, Position). */
export type LspPosition = z.infer<typeof lspPosition>;

/** From one place to another, of which the second does not belong to it. */
export const lspRange = z.object({ start: lspPosition, end: lspPosition });

const textEdit = z.object({ range: lspRange, newText: z.string() });
/** `newText` takes the place of `range`; an empty range inserts. */
export type TextEdit = z.infer<typeof textEdit>;

/** Places are those of the text before any edit; edits never overlap (LSP, TextEdit[]). */
export interface FileEdits {
  readonly uri: string;
  readonly edits: readonly TextEdit[];
}

/** More files than anybody meant to change at once. */
export const MOST_EDITED_FILES = 1000;

/**
 * `WorkspaceEdit` of LSP. Files that are made, renamed or deleted by a server are
 * refused with the edit: the tree has commands for these, which can be undone.
 */
const workspaceEdit = z.object({
  changes: z.record(z.string(), z.array(textEdit)).optional(),
  documentChanges: z
    .array(z.object({ textDocument: z.object({ uri: z.string() }), edits: z.array(textEdit) }))
    .optional(),
});

/** The files of a `WorkspaceEdit`; undefined where it is none, or more than is done here. */
export function parseWorkspaceEdit(value: unknown): readonly FileEdits[] | undefined {
  const parsed = workspaceEdit.safeParse(value);
  if (!parsed.success) return undefined;
  const { changes = {}, documentChanges } = parsed.data;
  const files =
    documentChanges?.map(({ textDocument, edits }) => ({ uri: textDocument.uri, edits })) ??
    Object.entries(changes).map(([uri, edits]) => ({ uri, edits }));
  const changed = files.filter(({ edits }) => edits.length > 0);
  return changed.length > MOST_EDITED_FILES ? undefined : changed;
}

/** Text edits that came as an answer; undefined where they are none. */
export function parseTextEdits(value: unknown): readonly TextEdit[] | undefined {
  const parsed = z.array(textEdit).safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** The text after the edits, which all count in the text before. Throws where two of them meet. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = lineStarts(text);
  const offset = ({ line, character }: LspPosition): number => {
    const start = starts[line];
    if (start === undefined) return text.length;
    const next = starts[line + 1];
    // A column behind the line's end is its end, as LSP says; the line's own end does not belong to it.
    const end = next === undefined ? text.length : start + text.slice(start, next).replace(/\r?\n$|\r$/, '').length;
    return Math.min(start + character, end);
  };
  const pieces = edits
    .map(({ range, newText }, order) => ({ from: offset(range.start), to: offset(range.end), newText, order }))
    .sort((a, b) => a.from - b.from || a.to - b.to || a.order - b.order);
  let result = '';
  let at = 0;
  for (const { from, to, newText } of pieces) {
    if (from < at || to < from) throw new Error('Cannot change a text: two of the edits meet');
    result += text.slice(at, from) + newText;
    at = to;
  }
  return result + text.slice(at);
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const { 0: end, index } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length);
  return starts;
}
