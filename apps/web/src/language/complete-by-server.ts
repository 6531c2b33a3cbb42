import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  pickedCompletion,
} from '@codemirror/autocomplete';
import { type LSPClient, LSPPlugin, serverCompletionSource } from '@codemirror/lsp-client';
import type { EditorView } from '@codemirror/view';
import * as z from 'zod';
import { applyEdits, type EditParts } from './apply-edits.ts';
import { parseTextEdits } from './text-edits.ts';

/**
 * Loose: a server wants its own item back for `completionItem/resolve`, with fields such as `data` that only
 * it understands.
 */
const item = z.looseObject({ label: z.string() });
type Item = z.infer<typeof item>;
/** `CompletionItem[]` or a `CompletionList` (LSP 3.17); whether the list is complete is the library's business. */
const items = z.union([z.array(item), z.object({ items: z.array(item) }).transform((list) => list.items)]);

const markup = z.union([z.string(), z.object({ kind: z.enum(['markdown', 'plaintext']), value: z.string() })]);
/** The edits are parsed later, where they are done: a broken edit should not take the explanation with it. */
const resolved = z.looseObject({
  detail: z.string().optional(),
  documentation: markup.optional(),
  additionalTextEdits: z.unknown().optional(),
});

/** More of a documentation is nothing that is read beside a list. */
const MOST_DOCUMENTATION_CHARACTERS = 20_000;

/** Edits of other places, such as an import, go through `editParts`. */
export interface CompletionParts {
  readonly client: LSPClient;
  readonly editParts: EditParts;
  /** What could not be done after a choice, such as an import that was not added. */
  onProblem(error: unknown): void;
}

/**
 * The library's completions, and beside them what it does not ask for (LSP, `completionItem/resolve`): the import that
 * comes with a name, and the text that explains it.
 */
export async function completeByServer(
  context: CompletionContext,
  parts: CompletionParts,
): Promise<CompletionResult | null> {
  const { client } = parts;
  const answers: unknown[] = [];
  // The library asks in this turn, and keeps the answer to itself.
  const { request } = client;
  client.request = function <Params, Result>(method: string, params: Params): Promise<Result> {
    const answer = request.call(client, method, params) as Promise<Result>;
    return answer.then((value) => {
      if (method === 'textDocument/completion') answers.push(value);
      return value;
    });
  };
  const asked = Promise.resolve(serverCompletionSource(context));
  client.request = request;
  const result = await asked;
  if (result === null || client.serverCapabilities?.completionProvider?.resolveProvider !== true) return result;
  const raw = items.safeParse(answers[0]).data;
  if (raw?.length !== result.options.length) return result;
  return { ...result, options: result.options.map((option, at) => resolvable(option, raw[at]!, parts)) };
}

/** The option as it was, with what its server adds to it when it is looked at or chosen. */
function resolvable(option: Completion, raw: Item, parts: CompletionParts): Completion {
  let answer: Promise<z.infer<typeof resolved>> | undefined;
  /** Once for each option, however often it is looked at. */
  const ask = (): NonNullable<typeof answer> =>
    (answer ??= parts.client
      .request<Item, unknown>('completionItem/resolve', raw)
      .then((value) => resolved.parse(value)));
  const { apply } = option;
  return {
    ...option,
    info: option.info ?? ((completion) => explain(completion, ask, parts.client)),
    apply(view, completion, from, to) {
      const added = raw['additionalTextEdits'] === undefined ? addEdits(view, ask, parts) : undefined;
      if (typeof apply === 'function') apply(view, completion, from, to);
      else {
        const insert = apply ?? completion.label;
        view.dispatch({
          changes: { from, to, insert },
          selection: { anchor: from + insert.length },
          userEvent: 'input.complete',
          annotations: pickedCompletion.of(completion),
        });
      }
      added?.catch(parts.onProblem);
    },
  };
}

/** What else changes in the text. Its places count in the text that the server knows now, which goes on. */
async function addEdits(view: EditorView, ask: () => Promise<z.infer<typeof resolved>>, parts: CompletionParts) {
  const uri = LSPPlugin.get(view)?.uri;
  if (uri === undefined) return;
  await parts.client.withMapping(async (mapping) => {
    const edits = parseTextEdits((await ask()).additionalTextEdits ?? []);
    if (edits === undefined) throw new Error('The server’s edit is none that is done here');
    if (edits.length === 0) return;
    await applyEdits([{ uri, edits }], {
      ...parts.editParts,
      place: (file, position) => mapping.mapPosition(file.uri, position),
    });
  });
}

/** The explanation of a name, where its server has one. */
async function explain(_: Completion, ask: () => Promise<z.infer<typeof resolved>>, client: LSPClient) {
  const { detail, documentation } = await ask().catch(() => ({ detail: undefined, documentation: undefined }));
  const plugin = client.workspace.files.map((file) => file.getView()).find((view) => view !== null);
  const shown = plugin === undefined || plugin === null ? null : LSPPlugin.get(plugin);
  if (shown === null || (detail === undefined && documentation === undefined)) return null;
  const element = document.createElement('div');
  element.className = 'cm-lsp-documentation';
  if (detail !== undefined) {
    const code = document.createElement('pre');
    code.textContent = detail.slice(0, MOST_DOCUMENTATION_CHARACTERS);
    element.append(code);
  }
  if (documentation !== undefined) {
    const text = document.createElement('div');
    text.innerHTML = shown.docToHTML(cut(documentation), 'markdown');
    element.append(text);
  }
  return element;
}

function cut(documentation: z.infer<typeof markup>): z.infer<typeof markup> {
  if (typeof documentation === 'string') return documentation.slice(0, MOST_DOCUMENTATION_CHARACTERS);
  return { ...documentation, value: documentation.value.slice(0, MOST_DOCUMENTATION_CHARACTERS) };
}
