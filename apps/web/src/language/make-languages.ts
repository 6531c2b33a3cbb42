import { hoverTooltips, signatureHelp } from '@codemirror/lsp-client';
import { autocompletion } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { ViewPlugin } from '@codemirror/view';
import type { WebContainer } from '@webcontainer/api';
import { pageClock } from '../clock/clock.ts';
import type { TextPosition, Toast } from '../workbench/feature.ts';
import { actionMenu } from './action-menu.ts';
import { messageOf } from '../api/api-error.ts';
import { applyEdits, type EditParts, type ShownFile } from './apply-edits.ts';
import { completeByServer } from './complete-by-server.ts';
import type { Problems } from './create-problems.ts';
import { type RawDiagnostic, showDiagnostics } from './diagnostics.ts';
import { type LanguageActions, makeActions } from './language-actions.ts';
import { type LanguageServer, serverOf } from './language-servers.ts';
import type { Programs } from './launch-server.ts';
import type { References } from './references.ts';
import { uriOf } from './project-uri.ts';
import { readDependencies } from './read-dependencies.ts';
import { ServerRun } from './run-server.ts';
import type { ServerState } from './server-state.ts';
import { parseWorkspaceEdit } from './text-edits.ts';

/** Parts of the workbench, so that a test gives them alone. */
export interface LanguageParts {
  readonly programs: Programs;
  readonly container: Pick<WebContainer, 'fs'>;
  /** The project's folder, absolute. */
  readonly root: string;
  readonly problems: Problems;
  openFile(path: string, at: TextPosition): void;
  /** Resolves when what was typed is on the disk, where programs read it. */
  writeEdits(): Promise<void>;
  toast(toast: Toast): void;
  onState(server: LanguageServer, state: ServerState): void;
  onReferences(found: References): void;
}

/** The servers of one open project. Every action is for the file with this path, at its cursor. */
export interface Languages extends LanguageActions {
  /** What is put into the editor of a file; resolves when its server can be asked, which may be never. */
  extensionOf(path: string): Promise<Extension>;
  knows(path: string): boolean;
  restart(): void;
  /** While packages are being installed, problems are held back: the servers miss what is still to come. */
  setInstalling(installing: boolean): void;
  stop(): void;
}

/** After an install the servers are started anew, and then say more than what was held back. */
const TELL_HELD_MS = 3_000;
/** Servers hear of what is typed this soon after the last key; what is asked for is told at once. */
const TELL_AFTER_MS = 300;

/** No program runs until a file needs it. */
export function makeLanguages(parts: LanguageParts): Languages {
  const { root, programs, container } = parts;
  const runs = new Map<LanguageServer, ServerRun>();
  const raw = new Map<string, readonly RawDiagnostic[]>();
  let installing = false;
  /** What servers said during an install, by server and file. */
  let held = new Map<string, () => void>();
  let cancelTelling: () => void = () => undefined;

  /** The text in an editor counts, not that on the disk, which is older by what was just typed. */
  const shown = (path: string): ShownFile | undefined => {
    for (const run of runs.values()) {
      const file = run.workspace.fileAt(path);
      if (file !== null) return file;
    }
    return undefined;
  };
  const editParts = { root, container, shown };
  /**
   * What servers ask of an editor (LSP, "Server lifecycle" and `workspace/*`). `null` is the answer of a
   * client that has taken note and does nothing; `undefined` says that the method is not known here.
   */
  const answer = async (method: string, params: unknown): Promise<unknown> => {
    switch (method) {
      case 'workspace/workspaceFolders':
        return [{ uri: uriOf(root, ''), name: 'project' }];
      case 'workspace/applyEdit': {
        const files = parseWorkspaceEdit((params as { edit?: unknown } | null)?.edit);
        if (files === undefined) return { applied: false };
        await applyEdits(files, editParts);
        return { applied: true };
      }
      case 'client/registerCapability':
      case 'client/unregisterCapability':
      case 'window/workDoneProgress/create':
      case 'window/showMessageRequest':
        return null;
      default:
        return undefined;
    }
  };
  /** The raw ones are kept: a code action is asked for with the server's own diagnostics, unchanged. */
  const tell = (from: ServerRun, params: unknown): void => {
    const said = showDiagnostics(from, params);
    if (said === undefined) return;
    raw.set(said.path, said.raw);
    parts.problems.put(said.path, said.problems);
  };
  /**
   * One program for each kind of server, shared by all files; which packages the project has is looked at
   * when it is made.
   */
  const runOf = (server: LanguageServer, dependencies: ReadonlySet<string>): ServerRun => {
    const known = runs.get(server);
    if (known !== undefined) return known;
    const run = new ServerRun(server, {
      programs,
      root,
      dependencies,
      clock: pageClock,
      answer,
      onState: (state) => parts.onState(server, state),
      onDiagnostics(from, params) {
        if (installing) return void held.set(`${server.id} ${uriIn(params)}`, () => tell(from, params));
        tell(from, params);
      },
      onClose(path) {
        raw.delete(path);
        parts.problems.forget(path);
      },
    });
    runs.set(server, run);
    return run;
  };
  const find = (path: string): { run: ServerRun; file: ShownFile } | undefined => {
    const known = serverOf(path);
    const run = known && runs.get(known.server);
    const file = run?.workspace.fileAt(path);
    return run?.isReady === true && file ? { run, file } : undefined;
  };
  return {
    async extensionOf(path) {
      const known = serverOf(path);
      if (known === undefined) return [];
      const run = runOf(known.server, await readDependencies(container));
      run.need();
      await run.ready;
      return [run.client.plugin(uriOf(root, path), known.languageId), makeExtensions(run, editParts, parts.toast)];
    },
    knows: (path) => find(path) !== undefined,
    ...makeActions({ ...parts, editParts, find, diagnosticsOf: (path) => raw.get(path) ?? [] }),
    restart() {
      held.clear();
      for (const run of runs.values()) run.restart();
    },
    setInstalling(now) {
      installing = now;
      cancelTelling();
      if (installing) return;
      cancelTelling = pageClock.after(TELL_HELD_MS, () => {
        const waiting = held;
        held = new Map();
        for (const say of waiting.values()) say();
      });
    },
    stop() {
      cancelTelling();
      for (const run of runs.values()) run.stop();
    },
  };
}

/** The file that diagnostics are of, before they are parsed. */
function uriIn(params: unknown): string {
  return typeof params === 'object' && params !== null && 'uri' in params ? String(params.uri) : '';
}

/** The keyboard's and the mouse's part in a text, for one server. */
function makeExtensions(run: ServerRun, editParts: EditParts, toast: LanguageParts['toast']): Extension {
  const completion = {
    client: run.client,
    editParts,
    onProblem: (error: unknown) =>
      toast({ tone: 'error', title: 'What belongs to the name was not added', text: messageOf(error) }),
  };
  return [
    autocompletion({
      // Null lets the other sources answer: a server that is starting or away makes nobody wait.
      override: [(context) => (run.isReady ? completeByServer(context, completion) : null)],
    }),
    hoverTooltips(),
    signatureHelp(),
    actionMenu,
    ViewPlugin.define(() => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      return {
        update({ docChanged }) {
          if (!docChanged) return;
          clearTimeout(timer);
          timer = setTimeout(() => run.client.sync(), TELL_AFTER_MS);
        },
        destroy: () => clearTimeout(timer),
      };
    }),
  ];
}
