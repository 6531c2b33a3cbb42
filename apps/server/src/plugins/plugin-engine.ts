import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  canBecomePlugin,
  type Db,
  getPlugin,
  getPluginComponent,
  getPluginModules,
  installPlugin,
  isDatabaseAway,
  listPlugins,
  listPluginVersions,
  type NewPlugin,
  type PluginRow,
  recordPluginCall,
  replacePluginPlan,
  setPluginState,
  uninstallPlugin,
  upgradePlugin,
} from '@slipway/db';
import {
  type CallLimits,
  compileComponent,
  type Manifest,
  METER_VERSION,
  type Plan,
  PLUGIN_LIMITS,
} from '@slipway/plugin-host';
import type { Logger } from 'pino';
import { lineOf, recordingOf } from './call-line.ts';
import type { LoadedPlugin, PluginPool } from './plugin-pool.ts';
import { expectedStates, nextPluginState, type PluginEvent } from './plugin-state.ts';

/** Why something was not done (PL-02). */
export type EngineRefusal =
  | { outcome: 'not-found' }
  | { outcome: 'already-exists' }
  | { outcome: 'invalid-state'; expected: string[]; actual: string }
  | { outcome: 'instantiation-error'; message: string }
  /** Another version cannot take the place of this one. */
  | { outcome: 'not-upgraded'; message: string };

/** A plugin in the list, with how it is (PL-07). */
export interface PluginSummary {
  id: string;
  name: string;
  version: string;
  state: PluginRow['state'];
  health: 'healthy' | 'error' | 'unhealthy';
  message: string | null;
}

type Done = { outcome: 'done' };

/** A component that was prepared and tried, and is not stored yet. */
interface Candidate {
  stored: NewPlugin;
  loaded: LoadedPlugin;
}

/** `pool` is shared with whoever else calls plugins. */
export interface EngineNeeds {
  db: Db;
  log: Logger;
  pool: PluginPool;
  /** They go over the usual ones member by member; tests give short ones. */
  limits?: Partial<CallLimits> & { wallMs?: number };
}

/** As long as a start waits for a database that is away, and between two questions. */
const RECOVER_MS = 60_000;
const RECOVER_PAUSE_MS = 250;

/** The plugins of this server: the states are the database's, what is compiled is this process's. */
export class PluginEngine {
  readonly #needs: EngineNeeds;
  readonly #loaded = new Map<string, LoadedPlugin>();

  constructor(needs: EngineNeeds) {
    this.#needs = needs;
  }

  get limits(): Partial<CallLimits> & { wallMs: number } {
    return { wallMs: PLUGIN_LIMITS.wallMs, ...this.#needs.limits };
  }

  /**
   * Checks, prepares and tries a component, and only then stores it with its tables (PL-03): a component that is none
   * leaves nothing behind.
   */
  async load(bytes: Uint8Array): Promise<{ outcome: 'loaded'; id: string } | EngineRefusal> {
    const candidate = await this.#prepare(bytes);
    if (candidate.outcome !== 'prepared') return candidate;
    if (!(await canBecomePlugin(this.#needs.db))) {
      const message = 'Cannot install a plugin: the database has no role "slipway_plugins" for us, see docs/plugins.md';
      return { outcome: 'instantiation-error', message };
    }
    const { stored } = candidate;
    const { outcome } = await installPlugin(this.#needs.db, stored);
    return outcome === 'exists' ? { outcome: 'already-exists' } : { outcome: 'loaded', id: stored.id };
  }

  /** What a component is and whether it would run here: all that comes before an installation, and nothing stored. */
  async examine(bytes: Uint8Array): Promise<{ outcome: 'examined'; manifest: Manifest } | EngineRefusal> {
    const candidate = await this.#prepare(bytes);
    if (candidate.outcome !== 'prepared') return candidate;
    const failure = await this.#runInit(candidate.loaded, undefined);
    if (failure !== undefined) return { outcome: 'instantiation-error', message: failure };
    return { outcome: 'examined', manifest: candidate.loaded.manifest };
  }

  /**
   * Puts a newer version in a plugin's place while it runs: rows stay, tables follow the new manifest, and no event is
   * lost or told twice. What does not fit, or does not pass its `init`, changes nothing. A dry run only says so.
   */
  async upgrade(
    id: string,
    bytes: Uint8Array,
    { dryRun = false }: { dryRun?: boolean } = {},
  ): Promise<{ outcome: 'upgraded'; from: Manifest; to: Manifest } | EngineRefusal> {
    return await this.#replace(id, bytes, { dryRun, back: false });
  }

  /** Back to the version before this one (the last that was replaced), with the rows of today. */
  async rollBack(id: string): Promise<{ outcome: 'upgraded'; from: Manifest; to: Manifest } | EngineRefusal> {
    const { db } = this.#needs;
    if (!(await getPlugin(db, id))) return { outcome: 'not-found' };
    const [last] = await listPluginVersions(db, id);
    const bytes = last && (await getPluginComponent(db, id, last.sha256));
    if (!bytes) return { outcome: 'not-upgraded', message: 'Cannot go back: there is no version before this one' };
    return await this.#replace(id, bytes, { dryRun: false, back: true });
  }

  /** Checks, tries `init`, and only then swaps, if nobody else has done so since the row was read. */
  async #replace(
    id: string,
    bytes: Uint8Array,
    { dryRun, back }: { dryRun: boolean; back: boolean },
  ): Promise<{ outcome: 'upgraded'; from: Manifest; to: Manifest } | EngineRefusal> {
    const plugin = await getPlugin(this.#needs.db, id);
    if (!plugin) return { outcome: 'not-found' };
    const candidate = await this.#prepare(bytes);
    if (candidate.outcome !== 'prepared') return candidate;
    const { manifest } = candidate.loaded;
    const refuse = (message: string) => ({ outcome: 'not-upgraded', message }) as const;
    if (manifest.id !== id) return refuse(`Cannot upgrade "${id}": this component is the plugin "${manifest.id}"`);
    if (!back && compareVersions(manifest.version, plugin.version) <= 0)
      return refuse(`Cannot upgrade "${id}": version ${manifest.version} is not newer than ${plugin.version}`);
    const failure = await this.#runInit(candidate.loaded, dryRun ? undefined : id);
    if (failure !== undefined) return refuse(failure);
    const upgraded = await upgradePlugin(this.#needs.db, candidate.stored, { from: plugin.sha256, back, dryRun });
    if (upgraded.outcome === 'missing') return { outcome: 'not-found' };
    if (upgraded.outcome === 'moved') return refuse('Cannot upgrade: somebody else has just done so');
    if (upgraded.outcome === 'refused') return refuse(upgraded.message);
    // An error was the old version's: the new one has passed its `init`.
    if (!dryRun && plugin.state === 'error') await this.enable(id);
    return { outcome: 'upgraded', from: plugin.manifest as Manifest, to: manifest };
  }

  /** On a thread of the pool: an author's bytes are parsed where they can do no harm. Nothing is stored. */
  async #prepare(bytes: Uint8Array): Promise<({ outcome: 'prepared' } & Candidate) | EngineRefusal> {
    const prepared = await this.#needs.pool.prepare(bytes);
    if (prepared.outcome === 'refused') return { outcome: 'instantiation-error', message: prepared.message };
    const { plan, cores, manifest } = prepared.plugin;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const component = compileComponent({ plan, cores: cores.map((core) => new Uint8Array(core)) });
    const stored = {
      id: manifest.id,
      name: manifest.name,
      version: manifest.version,
      manifest,
      plan: JSON.stringify(plan),
      meterVersion: METER_VERSION,
      sha256,
      modules: [bytes, ...cores],
    };
    return { outcome: 'prepared', stored, loaded: { key: sha256, component, manifest } };
  }

  /** Runs `init`, which has no tenant (PL-03). */
  async initialize(id: string): Promise<Done | EngineRefusal> {
    const at = await this.#expect(id, 'initialize');
    if (at.outcome !== 'at') return at;
    const failure = await this.#tryInit(at.plugin);
    if (failure !== undefined) return await this.#move(at.plugin, 'fail', failure);
    return await this.#move(at.plugin, 'initialize');
  }

  /** From now on its listeners get what happens (PL-04). */
  async start(id: string): Promise<Done | EngineRefusal> {
    const at = await this.#expect(id, 'start');
    return at.outcome === 'at' ? await this.#move(at.plugin, 'start') : at;
  }

  /** Load, initialize, start; a plugin whose `init` fails is there, in its error. */
  async install(bytes: Uint8Array): Promise<{ outcome: 'installed'; id: string } | EngineRefusal> {
    const loaded = await this.load(bytes);
    if (loaded.outcome !== 'loaded') return loaded;
    await this.initialize(loaded.id);
    await this.start(loaded.id);
    return { outcome: 'installed', id: loaded.id };
  }

  /** Out of `disabled` and `error`. */
  async enable(id: string): Promise<Done | EngineRefusal> {
    const at = await this.#expect(id, 'reload');
    if (at.outcome !== 'at') return at;
    this.#loaded.delete(id);
    const reloaded = await this.#move(at.plugin, 'reload');
    if (reloaded.outcome !== 'done') return reloaded;
    const initialized = await this.initialize(id);
    if (initialized.outcome !== 'done') return initialized;
    const started = await this.start(id);
    // Its `init` failed: that is an answer of `health`, not of this.
    return started.outcome === 'invalid-state' && started.actual === 'error' ? { outcome: 'done' } : started;
  }

  /** What is under way may end, but does nothing any more: a flush asks for the state `running` (PL-06). */
  async disable(id: string): Promise<Done | EngineRefusal> {
    const at = await this.#expect(id, 'disable');
    if (at.outcome !== 'at') return at;
    const moved = await this.#move(at.plugin, 'disable');
    this.#loaded.delete(id);
    return moved;
  }

  /** Disables and removes it, with all that it stored. */
  async uninstall(id: string): Promise<Done | EngineRefusal> {
    const disabled = await this.disable(id);
    if (disabled.outcome !== 'done') return disabled;
    const { outcome } = await uninstallPlugin(this.#needs.db, id);
    return outcome === 'removed' ? { outcome: 'done' } : { outcome: 'not-found' };
  }

  async list(): Promise<PluginSummary[]> {
    return (await listPlugins(this.#needs.db)).map(summaryOf);
  }

  async health(id: string): Promise<PluginSummary | undefined> {
    const plugin = await getPlugin(this.#needs.db, id);
    return plugin && summaryOf(plugin);
  }

  /**
   * After a start of the server every plugin that ran runs again; one that fails holds up no other (PL-15). A database
   * that is away says nothing of a plugin: it is asked again for a minute, and then the server does not start.
   */
  async recover(): Promise<void> {
    const { db } = this.#needs;
    const until = performance.now() + RECOVER_MS;
    const plugins = await this.#whenBack(() => listPlugins(db), until);
    for (const plugin of plugins) await this.#whenBack(() => this.#recoverOne(plugin), until);
  }

  async #recoverOne(plugin: PluginRow): Promise<void> {
    if (plugin.state === 'disabled' || plugin.state === 'error') return;
    const failure = plugin.state === 'running' ? await this.#tryInit(plugin) : 'The server stopped while it began';
    if (failure === undefined) return;
    this.#needs.log.warn({ plugin: plugin.id, failure }, 'a plugin does not run after the start of the server');
    await this.#move(plugin, 'fail', failure);
  }

  /** Does it, again and again while the database is away, until that time. */
  async #whenBack<T>(work: () => Promise<T>, until: number): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isDatabaseAway(error) || performance.now() > until) throw error;
        this.#needs.log.warn({ err: error }, 'plugins wait for the database');
        await sleep(RECOVER_PAUSE_MS);
      }
    }
  }

  /** Compiled, from this process's memory or the database. */
  async compiled(plugin: PluginRow): Promise<LoadedPlugin> {
    const known = this.#loaded.get(plugin.id);
    if (known?.key === plugin.sha256) return known;
    const { db, pool } = this.#needs;
    let plan = JSON.parse(plugin.plan) as Plan;
    let [component, ...cores] = await getPluginModules(db, plugin.id);
    if (plugin.meterVersion !== METER_VERSION) {
      // Counted by other rules: the fuel of before and of now would not be the same.
      const again = await pool.prepare(component!);
      if (again.outcome === 'refused') throw new Error(again.message);
      ({ plan } = again.plugin);
      cores = [...again.plugin.cores];
      const stored = { plan: JSON.stringify(plan), meterVersion: METER_VERSION, modules: [component!, ...cores] };
      await replacePluginPlan(db, plugin.id, stored);
    }
    const manifest = plugin.manifest as Manifest;
    const compiled = compileComponent({ plan, cores: cores.map((core) => new Uint8Array(core)) });
    const loaded = { key: plugin.sha256, component: compiled, manifest };
    this.#loaded.set(plugin.id, loaded);
    return loaded;
  }

  /** Cannot be delivered to, whatever comes: what is stored of it does not compile any more. */
  async breakDown(plugin: PluginRow, message: string): Promise<void> {
    this.#needs.log.warn({ plugin: plugin.id, message }, 'a plugin cannot run any more');
    await this.#move(plugin, 'fail', message);
  }

  /** Undefined when it went well. Throws where it is the database that failed: that is no fault of the plugin's. */
  async #tryInit(plugin: PluginRow): Promise<string | undefined> {
    try {
      return await this.#runInit(await this.compiled(plugin), plugin.id);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** With a line in the list of calls, if it is of a plugin that is installed. */
  async #runInit(plugin: LoadedPlugin, recordFor: string | undefined): Promise<string | undefined> {
    const { db, pool } = this.#needs;
    const began = performance.now();
    const context = { tenant: '', user: '', permissions: [], callId: randomUUID(), now: Date.now() };
    const call = { method: 'init', args: [], context, ...limitsOf(this.limits) } as const;
    const result = await pool.call({ plugin, ...call, query: () => Promise.resolve([]) });
    if (recordFor !== undefined) {
      const recording = recordingOf(call, []);
      const about = { pluginId: recordFor, ownerId: null, method: 'init', eventType: null, sha256: plugin.key };
      await recordPluginCall(db, lineOf({ ...about, recording }, result, performance.now() - began));
    }
    return result.kind === 'ok' ? undefined : `init failed (${result.kind}): ${result.message}`;
  }

  /** The plugin, if the event means something in its state; the refusal names the states in which it would. */
  async #expect(id: string, event: PluginEvent): Promise<{ outcome: 'at'; plugin: PluginRow } | EngineRefusal> {
    const plugin = await getPlugin(this.#needs.db, id);
    if (!plugin) return { outcome: 'not-found' };
    if (nextPluginState(plugin.state, event) !== undefined) return { outcome: 'at', plugin };
    return { outcome: 'invalid-state', expected: expectedStates(event), actual: plugin.state };
  }

  /** The one door through which a plugin's state changes. */
  async #move(plugin: PluginRow, event: PluginEvent, error?: string): Promise<Done | EngineRefusal> {
    const to = nextPluginState(plugin.state, event);
    if (to === undefined) return { outcome: 'invalid-state', expected: expectedStates(event), actual: plugin.state };
    const change = { from: plugin.state, to, ...(error !== undefined && { error }) };
    const { outcome } = await setPluginState(this.#needs.db, plugin.id, change);
    if (outcome === 'moved') return { outcome: 'done' };
    const now = await getPlugin(this.#needs.db, plugin.id);
    if (!now) return { outcome: 'not-found' };
    return { outcome: 'invalid-state', expected: [plugin.state], actual: now.state };
  }
}

/** Below 0 when the first is the older one. Both have the manifest's form. */
function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  return a!.map((part, at) => part - b![at]!).find((difference) => difference !== 0) ?? 0;
}

/** `wallMs` is kept by the pool, which ends the thread; all others are kept by the thread itself. */
export function limitsOf({ wallMs, ...limits }: Partial<CallLimits> & { wallMs: number }) {
  return { wallMs, limits };
}

/** Only an error has a message of its own; any other state that does not run is its own explanation. */
function summaryOf({ id, name, version, state, error }: PluginRow): PluginSummary {
  const health = state === 'running' ? 'healthy' : state === 'error' ? 'error' : 'unhealthy';
  return { id, name, version, state, health, message: state === 'error' ? error : state === 'running' ? null : state };
}
