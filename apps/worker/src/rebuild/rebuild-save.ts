import { createHash, randomUUID } from 'node:crypto';
import type { SnapshotFile } from '@slipway/blobs';
import { type RunnerFile, type RunnerInput, runnerOutput, type SnapshotTreeResponse } from '@slipway/contracts';
import { type BuildSettings, defaultBuildSettings } from '@slipway/contracts';
import { createSandboxDriver } from '@slipway/sandboxes';
import { isPublic } from '@slipway/sites';
import { decodeTree } from '@slipway/wire';
import { pino } from 'pino';
import { makePlan, type PlanFacts } from '../build/make-plan.ts';
import { createChromiumMachines } from '../chromium/chromium-machines.ts';
import { buildConfig, parseConfig } from '../config.ts';
import { createBuildRuntime } from '../sandbox/build-runtime.ts';
import { dialFor, readRuntimeConfig } from '../server-facts.ts';

/** A save as a server tells it, and how its project is built. */
export interface Save {
  tree: SnapshotTreeResponse;
  /** Its bytes, as a container mounts them; modes are in `tree`. */
  mount: Uint8Array;
  /** Undefined: as its files say. */
  settings?: BuildSettings;
  variables: Readonly<Record<string, string>>;
}

/** It needs no server but for the runtime's files and the registry. */
export interface RebuildNeeds {
  /** One of the hosts that serve runtime and registry, which need not be those of any server. */
  origin: string;
  executable: string;
  signal: AbortSignal;
  log: (bytes: Uint8Array) => void;
}

/** Compared by path, digest and mode, as the statement of the site has them. */
export interface RebuiltFile {
  path: string;
  sha256: string;
  mode: number;
}

/** `failed`: it cannot be built here, whatever was published. */
export type Rebuilt = { outcome: 'built'; files: RebuiltFile[] } | { outcome: 'failed'; problem: string };

/**
 * Builds a save on this machine as a worker does (P-34): the same plan, the same steps in a sandbox of the same kind,
 * the same rules for what is published. No server, queue or database is asked.
 */
export async function rebuildSave(save: Save, needs: RebuildNeeds): Promise<Rebuilt> {
  const { settings = defaultBuildSettings, variables, tree } = save;
  const { createdAt, id, projectId } = tree.snapshot;
  const facts = { files: joinFiles(save), settings, variables, createdAtUs: createdAt };
  return await buildHere(facts, { projectId, snapshotId: id }, needs);
}

/** Builds files that no server has: for whoever tries what would come of publishing them. */
export async function buildFiles(files: readonly SnapshotFile[], needs: RebuildNeeds): Promise<Rebuilt> {
  const facts = { files, settings: defaultBuildSettings, variables: {}, createdAtUs: 0 };
  return await buildHere(facts, { projectId: randomUUID(), snapshotId: randomUUID() }, needs);
}

async function buildHere(
  facts: PlanFacts,
  ids: { projectId: string; snapshotId: string },
  { origin, executable, signal, log }: RebuildNeeds,
): Promise<Rebuilt> {
  const plan = makePlan(facts);
  if (plan.outcome === 'unclear') return { outcome: 'failed', problem: plan.problem };
  log(Buffer.from(`${plan.title}\n`));
  const config = parseConfig({});
  const limitMs = config.BUILD_TIMEOUT_SECONDS * 1000;
  const driver = createSandboxDriver({
    machines: createChromiumMachines({
      executable,
      config: (asked) => readRuntimeConfig(origin, asked),
      dial: dialFor(origin),
      log: pino({ level: 'silent' }),
    }),
    // It ends with the build.
    checkpoints: { save: async () => undefined, load: async () => undefined },
    connectMs: limitMs,
    configureMs: limitMs,
    graceMs: 0,
  });
  const document: RunnerInput = {
    jobId: randomUUID(),
    ...ids,
    files: facts.files.map(toRunnerFile),
    plan: plan.runner,
    artifactDestination: { artifactId: randomUUID() },
  };
  const built: RebuiltFile[] = [];
  const answer = await createBuildRuntime(driver, buildConfig(config)).run(JSON.stringify(document), {
    signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]),
    log: (_stream, bytes) => log(bytes),
    file: async (path, bytes, mode = 0o644) => {
      if (isPublic(path)) built.push({ path, sha256: digest(bytes), mode });
    },
  });
  const output = runnerOutput.parse(JSON.parse(answer));
  if (output.status === 'failed') return { outcome: 'failed', problem: output.errorSummary ?? 'it gave no reason' };
  return { outcome: 'built', files: built };
}

/** Throws where the bytes are not those that the tree names. */
function joinFiles({ tree, mount }: Save): SnapshotFile[] {
  const bytesOf = new Map(decodeTree(mount).flatMap((one) => (one.type === 'file' ? [[one.path, one.bytes]] : [])));
  const named = new Set(tree.entries.map(({ path }) => path));
  for (const path of bytesOf.keys())
    if (!named.has(path)) throw new Error(`Cannot rebuild: the list of the save's files lacks "${path}"`);
  return tree.entries.map((entry): SnapshotFile => {
    if (entry.kind !== 'file') return entry;
    const bytes = bytesOf.get(entry.path);
    if (bytes === undefined || digest(bytes) !== entry.sha256)
      throw new Error(`Cannot rebuild: the bytes of "${entry.path}" are not those of its save`);
    return { kind: 'file', path: entry.path, mode: entry.mode, bytes };
  });
}

function toRunnerFile(file: SnapshotFile): RunnerFile {
  if (file.kind !== 'file') return file;
  const { kind, path, mode, bytes } = file;
  return { kind, path, mode, base64: Buffer.from(bytes).toString('base64') };
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
