import {
  type KnownProvider,
  MANIFEST_FILE,
  type Permission,
  type SessionSummary,
  type SessionView,
} from '@slipway/agent';
import { type Accessor, createMemo, createSignal } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { Workbench } from '../workbench/feature.ts';
import type { AgentCalls } from './agent-calls.ts';

/** A choice: it goes into the manifest when the first words begin a session. */
export interface NewSession {
  /** `provider/model`. */
  readonly model: string;
  readonly permission: Permission;
  /** MCP servers, by name. */
  readonly mcp: readonly string[];
}

/** `chosen` may be undefined: then the next words begin a session. */
export interface Sessions {
  readonly sessions: Accessor<readonly SessionSummary[]>;
  readonly selected: Accessor<SessionSummary | undefined>;
  /** Its id; undefined where the next words begin a session. */
  readonly chosen: Accessor<string | undefined>;
  readonly providers: Accessor<readonly KnownProvider[] | undefined>;
  /** MCP servers that a session may use, by name. */
  readonly mcpServers: Accessor<readonly string[]>;
  /** Sessions and models are there, or are known not to be. */
  readonly ready: Accessor<boolean>;
  /** Why the last thing did not happen. */
  readonly failure: Accessor<string | undefined>;
  forget(): void;
  /** Does it; what goes wrong is said in `failure`. */
  attempt<T>(work: () => Promise<T>): Promise<T | undefined>;
  readonly settings: Accessor<NewSession>;
  set(settings: Partial<NewSession>): void;
  load(): Promise<void>;
  select(id: string | undefined): void;
  create(input: string): Promise<string>;
  rename(title: string): Promise<void>;
  remove(): Promise<void>;
}

/** As a list tells of it. */
const inList = ({
  id,
  projectId,
  title,
  status,
  manifest,
  lastSeq,
  createdAt,
  updatedAt,
}: SessionView): SessionSummary => {
  const { provider, model, permission } = manifest;
  return { id, projectId, title, status, provider, model, permission, lastSeq, createdAt, updatedAt };
};

/** Of a title that a session gets by what is said first. */
const TITLE_CHARS = 60;

/** Asks nothing before `load`. */
export function createSessions(calls: AgentCalls, bench: Workbench): Sessions {
  const projectId = bench.project.id;
  const [sessions, setSessions] = createSignal<readonly SessionSummary[]>([]);
  const [providers, setProviders] = createSignal<readonly KnownProvider[]>();
  const [mcpServers, setMcpServers] = createSignal<readonly string[]>([]);
  const [ready, setReady] = createSignal(false);
  const [chosen, setChosen] = createSignal<string>();
  const [failure, setFailure] = createSignal<string>();
  const [picked, setPicked] = createSignal<Partial<NewSession>>({});
  const selected = createMemo(() => sessions().find(({ id }) => id === chosen()));

  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    setFailure(undefined);
    try {
      return await work();
    } catch (error) {
      setFailure(messageOf(error));
      return undefined;
    }
  };
  const models = (): string[] =>
    (providers() ?? []).flatMap(({ name, models: offered }) => offered.map(({ id }) => `${name}/${id}`));
  const settings = createMemo((): NewSession => {
    const [last] = sessions();
    const before = last === undefined ? undefined : `${last.provider}/${last.model}`;
    const wanted = [picked().model, before].find((one) => one !== undefined && models().includes(one));
    return { model: wanted ?? models()[0] ?? '', permission: picked().permission ?? 'edit', mcp: picked().mcp ?? [] };
  });

  return {
    ...{ sessions, selected, chosen, providers, mcpServers, ready, failure, attempt, settings },
    forget: () => setFailure(undefined),
    set: (next) => setPicked((before) => ({ ...before, ...next })),
    async load() {
      await attempt(async () => {
        const [known, offered] = await Promise.all([calls.sessions(projectId), calls.offered()]);
        setProviders(offered.providers);
        setMcpServers(offered.mcpServers.map(({ name }) => name));
        setSessions(known);
        if (!ready()) setChosen(known[0]?.id);
        setReady(true);
      });
    },
    select(id) {
      // Why nothing could be read stays said, and there is nothing to choose from.
      if (!ready()) return;
      setFailure(undefined);
      setChosen(id);
    },
    async create(input) {
      const { model, permission, mcp } = settings();
      const slash = model.indexOf('/');
      const manifest = await bench.container.fs.readFile(MANIFEST_FILE, 'utf-8').catch(() => undefined);
      const made = await calls.createSession(projectId, {
        title: input.replace(/\s+/g, ' ').trim().slice(0, TITLE_CHARS) || 'New session',
        provider: model.slice(0, slash),
        model: model.slice(slash + 1),
        permission,
        scope: ['**'],
        // A server of the release before knows none.
        ...(mcp.length === 0 ? {} : { mcp: [...mcp] }),
        ...(manifest === undefined ? {} : { manifest }),
      });
      setSessions((known) => [inList(made), ...known]);
      setChosen(made.id);
      return made.id;
    },
    async rename(title) {
      const id = chosen();
      if (id === undefined || title.trim() === '') return;
      await attempt(async () => {
        const renamed = await calls.renameSession(projectId, id, title.trim());
        setSessions((known) => known.map((one) => (one.id === id ? inList(renamed) : one)));
      });
    },
    async remove() {
      const session = selected();
      if (session === undefined) return;
      const yes = await bench.confirm({
        title: `Delete “${session.title}”?`,
        text: 'What was said is gone for good. Files stay as they are.',
        confirm: 'Delete',
        danger: true,
      });
      if (!yes) return;
      await attempt(async () => {
        await calls.deleteSession(projectId, session.id);
        setSessions((known) => known.filter(({ id }) => id !== session.id));
        setChosen(sessions()[0]?.id);
      });
    },
  };
}
