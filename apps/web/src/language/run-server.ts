import { LSPClient } from '@codemirror/lsp-client';
import type { OpenProcess } from '@slipway/embed';
import { messageOf } from '../api/api-error.ts';
import type { Clock } from '../clock/clock.ts';
import { endProcess, fetchServer, folderOf, lastOutput, type Programs, startServer } from './launch-server.ts';
import { LANGUAGE_SERVERS, type LanguageServer } from './language-servers.ts';
import { type AnswerServer, makeTransport } from './make-transport.ts';
import { ProjectWorkspace } from './project-workspace.ts';
import { uriOf } from './project-uri.ts';
import { sanitizeHtml } from './sanitize-html.ts';
import { nextServerState, restMs, type ServerEvent, type ServerState } from './server-state.ts';

/** Answers that a person waits for; also the first one, for which a loaded machine reads 10 MB of JavaScript. */
const ANSWER_LIMIT_MS = 60_000;

/** The same for all servers of a project, each of which has a run of its own. */
export interface RunParts {
  readonly programs: Programs;
  /** The project's folder, absolute. */
  readonly root: string;
  /** What the project's package.json names. */
  readonly dependencies: ReadonlySet<string>;
  readonly clock: Clock;
  readonly answer: AnswerServer;
  onState(state: ServerState): void;
  /** `textDocument/publishDiagnostics`, unparsed. */
  onDiagnostics(run: ServerRun, params: unknown): void;
  /** The file's text is no longer in the editor. */
  onClose(path: string): void;
}

/** One language server for the time of an open project: fetched, started, started again, ended. */
export class ServerRun {
  readonly server: LanguageServer;
  readonly client: LSPClient;
  readonly workspace: ProjectWorkspace;
  /** Resolves when the server can be asked for the first time. */
  readonly ready: Promise<void>;
  readonly #parts: RunParts;
  readonly #beside: LanguageServer | undefined;
  readonly #markReady: () => void;
  #state: ServerState = { name: 'off' };
  #process: OpenProcess | undefined;
  #cancelRest: () => void = () => undefined;
  /** Counts the attempts: what an earlier one still says is passed over. */
  #attempt = 0;

  constructor(server: LanguageServer, parts: RunParts) {
    this.server = server;
    this.#parts = parts;
    const { beside } = server;
    const isNeeded = beside !== undefined && parts.dependencies.has(beside.dependency);
    this.#beside = isNeeded ? LANGUAGE_SERVERS.find(({ id }) => id === beside.server) : undefined;
    const besideFolder = this.#beside === undefined ? undefined : folderOf(parts.root, this.#beside);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#markReady = resolve;
    let workspace: ProjectWorkspace | undefined;
    this.client = new LSPClient({
      rootUri: uriOf(parts.root, ''),
      initializationOptions: server.initializationOptions(folderOf(parts.root, server), besideFolder),
      timeout: ANSWER_LIMIT_MS,
      sanitizeHTML: sanitizeHtml,
      workspace: (client) => (workspace = new ProjectWorkspace(client, parts)),
      extensions: [{ clientCapabilities: CAPABILITIES }],
      notificationHandlers: {
        'textDocument/publishDiagnostics': (_, params: unknown) => {
          parts.onDiagnostics(this, params);
          return true;
        },
        // What the program says of itself is for whoever looks into it, and no dialog over the text.
        'window/showMessage': (_, params: unknown) => logMessage(server, params),
        'window/logMessage': (_, params: unknown) => logMessage(server, params),
      },
    });
    if (workspace === undefined) throw new Error('Cannot follow the files: the client made no workspace');
    this.workspace = workspace;
  }

  /** False while it starts, or rests after a failure: who asks then gets nothing, at once. */
  get isReady(): boolean {
    return this.#state.name === 'ready';
  }

  need(): void {
    this.#dispatch({ type: 'needed' });
  }

  /** Ends it and starts it anew, where it was ever needed. */
  restart(): void {
    if (this.#state.name === 'off') return;
    this.stop();
    this.#dispatch({ type: 'restarted' });
  }

  stop(): void {
    this.#attempt++;
    this.#cancelRest();
    this.#hangUp();
  }

  /** The only door through which its state changes. */
  #dispatch(event: ServerEvent): void {
    const next = nextServerState(this.#state, event);
    if (next === undefined) return;
    this.#state = next;
    this.#parts.onState(next);
    if (next.name === 'fetching') void this.#bringUp(++this.#attempt);
    if (next.name === 'ready') this.#markReady();
    if (next.name === 'resting')
      this.#cancelRest = this.#parts.clock.after(restMs(next.deaths.length), () => this.#dispatch({ type: 'rested' }));
  }

  async #bringUp(attempt: number): Promise<void> {
    const { programs, clock } = this.#parts;
    const isOver = (): boolean => attempt !== this.#attempt;
    let why: string;
    try {
      await fetchServer(programs, this.server);
      if (this.#beside !== undefined) await fetchServer(programs, this.#beside);
      if (isOver()) return;
      this.#dispatch({ type: 'fetched' });
      const process = await startServer(programs, this.server);
      if (isOver()) return endProcess(process);
      this.#process = process;
      why = await this.#talk(process, isOver);
    } catch (error) {
      why = messageOf(error);
    }
    if (isOver()) return;
    this.#hangUp();
    this.#dispatch({ type: 'died', why, atMs: clock.nowMs() });
  }

  /** Resolves, when the program has ended or makes no sense, with why. */
  async #talk(process: OpenProcess, isOver: () => boolean): Promise<string> {
    const said = lastOutput(process.stderr);
    const { transport, ended } = makeTransport(process, this.#parts.answer);
    this.client.connect({ ...transport, send: (message) => transport.send(withoutPull(message)) });
    const initialized = await Promise.race([this.client.initializing.then(() => true), ended.then(() => false)]);
    if (initialized && !isOver()) this.#dispatch({ type: 'ready' });
    const broken = await ended;
    if (broken !== undefined) return broken;
    const { code, signal } = await process.exit;
    const lastWords = (await said).trim().split('\n').at(-1) ?? '';
    const end = signal === null ? `exit code ${code}` : signal;
    return lastWords === '' ? end : `${end}: ${lastWords.slice(0, 200)}`;
  }

  #hangUp(): void {
    if (this.#process === undefined) return;
    endProcess(this.#process);
    this.#process = undefined;
    this.client.disconnect();
  }
}

/** What is done here beyond what the client's library says. */
const CAPABILITIES = {
  textDocument: {
    publishDiagnostics: { versionSupport: true },
    completion: {
      completionItem: { resolveSupport: { properties: ['additionalTextEdits', 'documentation', 'detail'] } },
    },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['', 'quickfix', 'refactor', 'source'] } },
      dataSupport: true,
      resolveSupport: { properties: ['edit'] },
    },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
  // Not `configuration`: a server that asks for settings and hears of none fails, where its own would do.
  workspace: { applyEdit: true, workspaceFolders: true },
};

/** The library says that it asks for diagnostics, which it does not do: told so, servers would send none. */
function withoutPull(message: string): string {
  if (!message.includes('"method":"initialize"')) return message;
  const parsed = JSON.parse(message) as { params?: { capabilities?: { textDocument?: { diagnostic?: unknown } } } };
  delete parsed.params?.capabilities?.textDocument?.diagnostic;
  return JSON.stringify(parsed);
}

function logMessage({ title }: LanguageServer, params: unknown): boolean {
  if (typeof params === 'object' && params !== null && 'message' in params)
    console.debug(`${title}:`, String(params.message).slice(0, 1000));
  return true;
}
