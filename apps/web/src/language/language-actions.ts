import { getIndentUnit, indentUnit } from '@codemirror/language';
import { LSPPlugin } from '@codemirror/lsp-client';
import type { EditorView } from '@codemirror/view';
import type { WebContainer } from '@webcontainer/api';
import { messageOf } from '../api/api-error.ts';
import type { TextPosition, Toast } from '../workbench/feature.ts';
import { openActionMenu } from './action-menu.ts';
import { applyEdits, type EditParts, type ShownFile } from './apply-edits.ts';
import { askName } from './ask-name.ts';
import { diagnosticsAt, parseActions, performAction } from './code-actions.ts';
import type { RawDiagnostic } from './diagnostics.ts';
import { formatByPrettier, hasPrettier, replaceText } from './format-text.ts';
import type { Programs } from './launch-server.ts';
import { type FileSymbol, parsePlaces, parseSymbols } from './places.ts';
import { readReferences } from './read-references.ts';
import type { References } from './references.ts';
import type { ServerRun } from './run-server.ts';
import { applyTextEdits, type FileEdits, parseTextEdits, parseWorkspaceEdit } from './text-edits.ts';

/** What a person can have done, each for the file with this path, at its cursor. What goes wrong is a message. */
export interface LanguageActions {
  define(path: string): void;
  references(path: string): void;
  rename(path: string): void;
  /** Shows a menu of what the server offers. */
  act(path: string): void;
  format(path: string): void;
  /** The same before a save: what cannot be formatted is left as it is without a word. */
  formatForSave(path: string): Promise<void>;
  symbols(path: string): Promise<readonly FileSymbol[]>;
}

/** `find` is undefined where no server answers for the file: then nothing is offered. */
export interface ActionParts {
  readonly root: string;
  readonly programs: Programs;
  readonly container: Pick<WebContainer, 'fs'>;
  readonly editParts: EditParts;
  /** The server of a file and the file, where the server answers. */
  find(path: string): { run: ServerRun; file: ShownFile } | undefined;
  diagnosticsOf(path: string): readonly RawDiagnostic[];
  openFile(path: string, at: TextPosition): void;
  /** Resolves when what was typed is on the disk, where programs read it. */
  writeEdits(): Promise<void>;
  toast(toast: Toast): void;
  onReferences(found: References): void;
}

/** Asks the servers, and does what they answer. */
export function makeActions(parts: ActionParts): LanguageActions {
  const { root, programs, container, toast, editParts, find } = parts;
  /** Does something at the cursor, and says what went wrong. */
  const attempt = (path: string, title: string, work: (run: ServerRun, file: ShownFile) => Promise<unknown>): void => {
    const found = find(path);
    if (found === undefined) return;
    found.run.client.sync();
    work(found.run, found.file).catch((error: unknown) => toast({ tone: 'error', title, text: messageOf(error) }));
  };

  /** By the project's Prettier, else by the server; false where neither can. */
  const format = async (path: string, { client }: ServerRun, { uri, view }: ShownFile): Promise<boolean> => {
    const before = view.state.doc.toString();
    if (await hasPrettier(container)) {
      const after = await formatByPrettier(programs, path, before);
      if (!replaceText(view, before, after)) throw new Error('It was typed into meanwhile');
      return true;
    }
    if (!client.serverCapabilities?.documentFormattingProvider) return false;
    const options = { tabSize: getIndentUnit(view.state), insertSpaces: view.state.facet(indentUnit) !== '\t' };
    const params = { textDocument: { uri }, options };
    const edits = parseTextEdits((await client.request('textDocument/formatting', params)) ?? []);
    if (edits === undefined) throw new Error('The server’s edit is none that is done here');
    if (!replaceText(view, before, applyTextEdits(before, edits))) throw new Error('It was typed into meanwhile');
    return true;
  };

  return {
    define: (path) =>
      attempt(path, 'The definition was not found', async ({ client }, file) => {
        const [place] = parsePlaces(root, await client.request('textDocument/definition', at(file)));
        if (place === undefined) return toast({ title: 'No definition is known of this' });
        if (place.path === undefined) return toast({ title: 'Defined outside the project', text: place.name });
        parts.openFile(place.path, place);
      }),
    references: (path) =>
      attempt(path, 'The references were not found', async ({ client }, file) => {
        const name = wordAt(file.view);
        const params = { ...at(file), context: { includeDeclaration: true } };
        const places = parsePlaces(root, await client.request('textDocument/references', params));
        parts.onReferences({ name, files: await readReferences(places, editParts) });
      }),
    rename: (path) =>
      attempt(path, 'It was not renamed', async ({ client }, file) => {
        const before = wordAt(file.view);
        if (before === '') return;
        const params = at(file);
        const newName = await askName(file.view, before);
        if (newName === undefined || newName === before) return;
        client.sync();
        const count = await client.withMapping(async (mapping) => {
          const edits = parseWorkspaceEdit((await client.request('textDocument/rename', { ...params, newName })) ?? {});
          if (edits === undefined) throw new Error('The edit is none that is done here');
          // What is typed is merged into what is written: it has to be there first.
          await parts.writeEdits();
          return applyEdits(edits, {
            ...editParts,
            place: ({ uri }, position) => mapping.mapPosition(uri, position),
          });
        });
        toast({ title: `Renamed to “${newName}” in ${count === 1 ? 'one file' : `${count} files`}` });
      }),
    act: (path) =>
      attempt(path, 'That cannot be done', async (run, file) => {
        const { client } = run;
        const { main } = file.view.state.selection;
        const plugin = LSPPlugin.get(file.view);
        if (plugin === null) return;
        const [start, end] = [plugin.toPosition(main.from), plugin.toPosition(main.to)];
        const actions = parseActions(
          await client.request('textDocument/codeAction', {
            textDocument: { uri: file.uri },
            range: { start, end },
            context: { diagnostics: diagnosticsAt(parts.diagnosticsOf(path), start.line, end.line), triggerKind: 1 },
          }),
        );
        if (actions.length === 0) return toast({ title: 'Nothing is offered for this line' });
        const provider = client.serverCapabilities?.codeActionProvider;
        const perform = {
          ask: (method: string, params: unknown) => client.request(method, params),
          apply: (files: readonly FileEdits[]) => applyEdits(files, editParts),
          resolves: typeof provider === 'object' && provider.resolveProvider === true,
        };
        const items = actions.map((action) => ({
          title: action.title,
          run: () => attempt(path, `“${action.title}” was not done`, () => performAction(action, perform)),
        }));
        openActionMenu(file.view, 'What can be done here', items);
      }),
    format: (path) =>
      attempt(path, 'It was not formatted', async (run, file) => {
        if (await format(path, run, file)) return;
        toast({ title: 'Nothing formats this kind of file', text: 'Prettier would, as a package of the project' });
      }),
    async formatForSave(path) {
      const found = find(path);
      if (found === undefined) return;
      found.run.client.sync();
      try {
        await format(path, found.run, found.file);
      } catch (error) {
        toast({ tone: 'error', title: 'Saved as it is: it was not formatted', text: messageOf(error) });
      }
    },
    async symbols(path) {
      const found = find(path);
      if (found === undefined) return [];
      const { client } = found.run;
      client.sync();
      const params = { textDocument: { uri: found.file.uri } };
      return parseSymbols(await client.request('textDocument/documentSymbol', params));
    },
  };
}

function at({ uri, view }: ShownFile): {
  textDocument: { uri: string };
  position: { line: number; character: number };
} {
  const { head } = view.state.selection.main;
  const line = view.state.doc.lineAt(head);
  return { textDocument: { uri }, position: { line: line.number - 1, character: head - line.from } };
}

/** Empty between words, where there is nothing to rename. */
function wordAt({ state }: EditorView): string {
  const word = state.wordAt(state.selection.main.head);
  return word === null ? '' : state.sliceDoc(word.from, word.to);
}
