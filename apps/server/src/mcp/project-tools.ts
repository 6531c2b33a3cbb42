import { randomUUID } from 'node:crypto';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { AGENT_LIMITS, cutText, isGuarded, isSecret, toolContracts, type ToolOrder } from '@slipway/agent';
import { secretText, type TokenVerb } from '@slipway/contracts';
import { createBuild, createCheckpoint, type Db, getBuild, getProject, readBuildLog } from '@slipway/db';
import * as z from 'zod';
import { giveOrder, type OrderNeeds, type OrderOutcome, sendAndAwait, stopOrderOf } from '../agent/give-order.ts';

/** All that an order needs, and the database for what no holder is asked. */
export type ProjectToolNeeds = OrderNeeds & { readonly db: Db };

/** `deadlineUs` and `buildsWaiting` bound a build that the caller queues. */
export interface ProjectToolPlace {
  readonly ownerId: string;
  readonly projectId: string;
  may(verb: TokenVerb): boolean;
  readonly deadlineUs: number;
  readonly buildsWaiting: number;
  onQueued(buildId: string): Promise<void>;
}

/** All of the project: what an outside agent may not see or write is asked for by name, below. */
const WIDE: string[][] = [['**']];
/** Of a build's log, the last ones. */
const LOG_LINES = 40;

/** Of both kinds a text: `isError` tells the agent that nothing of what it asked was done. */
const say = (ok: boolean, text: string): CallToolResult => ({
  content: [{ type: 'text', text: cutText(text, AGENT_LIMITS.resultChars) }],
  ...(ok ? {} : { isError: true }),
});

/** A path that is no file's of the project at all is refused by whoever does the order. */
const isOffLimits = (path: string, writes: boolean): boolean => {
  const plain = path.replace(/^(\.\/)+/, '');
  return isSecret(plain) || (writes && isGuarded(plain));
};

/** Files, commands, checkpoints and publishing of one project, each as far as the caller's scopes reach (SV-14). */
export function registerProjectTools(server: McpServer, needs: ProjectToolNeeds, place: ProjectToolPlace): void {
  const guarded =
    <A>(verb: TokenVerb, work: (input: A, signal: AbortSignal) => Promise<CallToolResult>) =>
    async (input: A, { signal }: { signal: AbortSignal }): Promise<CallToolResult> =>
      place.may(verb) ? await work(input, signal) : say(false, `The access token has no scope "${verb}" here`);
  registerFileTools(server, needs, { place, guarded });
  server.registerTool(
    'run_command',
    { description: toolContracts.Run.description, inputSchema: toolContracts.Run.input.shape },
    guarded('run', async (input: z.infer<typeof toolContracts.Run.input>, signal) => {
      const commandId = randomUUID();
      try {
        return toResult(await sendAndAwait(needs, place, { commandId, order: { name: 'Run', input } }, signal));
      } catch (error) {
        // Who asked is gone: so is what they asked for.
        if (signal.aborted) await stopOrderOf(needs, place, commandId);
        throw error;
      }
    }),
  );
  server.registerTool(
    'checkpoint',
    { description: toolContracts.Checkpoint.description, inputSchema: toolContracts.Checkpoint.input.shape },
    guarded('write', async ({ description }: { description: string }, signal) => {
      const saved = await save(needs, place, signal);
      if (saved) return saved;
      const { ownerId, projectId } = place;
      const made = await createCheckpoint(needs.db, ownerId, projectId, { taskId: 'mcp', step: 0, description });
      return made.outcome === 'created'
        ? say(true, `Checkpoint ${made.checkpoint.checkpointId}`)
        : say(false, 'There are no files yet that could be named');
    }),
  );
  registerPublishing(server, needs, { place, guarded });
}

/** What every group of tools is registered with: `guarded` looks at the scope before it does the work. */
interface Registering {
  readonly place: ProjectToolPlace;
  readonly guarded: <A>(
    verb: TokenVerb,
    work: (input: A, signal: AbortSignal) => Promise<CallToolResult>,
  ) => (input: A, extra: { signal: AbortSignal }) => Promise<CallToolResult>;
}

/**
 * By the same orders as our own agent's tools, and to the same holders; secrets and guarded files are refused
 * before.
 */
function registerFileTools(server: McpServer, needs: ProjectToolNeeds, { place, guarded }: Registering): void {
  const order = async (given: ToolOrder, signal: AbortSignal) => await giveOrder(needs, place, given, signal);
  const pattern = secretText.min(1).max(400).default('**').describe('Such as "src/**/*.ts"; all files without it');
  server.registerTool(
    'list_files',
    { description: toolContracts.Glob.description, inputSchema: { pattern }, annotations: { readOnlyHint: true } },
    guarded('read', async (input: { pattern: string }, signal) =>
      toResult(await order({ name: 'Glob', scope: WIDE, input }, signal)),
    ),
  );
  server.registerTool(
    'read_file',
    {
      description: 'Reads a text file, with line numbers; a large one in parts with offset and limit.',
      inputSchema: toolContracts.Read.input.shape,
      annotations: { readOnlyHint: true },
    },
    guarded('read', async (input: z.infer<typeof toolContracts.Read.input>, signal) =>
      isOffLimits(input.path, false)
        ? say(false, `"${input.path}" may hold secrets: it is not given to agents outside`)
        : toResult(await order({ name: 'Read', scope: WIDE, input }, signal)),
    ),
  );
  server.registerTool(
    'search',
    {
      description: toolContracts.Grep.description,
      inputSchema: toolContracts.Grep.input.shape,
      annotations: { readOnlyHint: true },
    },
    guarded('read', async (input: z.infer<typeof toolContracts.Grep.input>, signal) =>
      toResult(await order({ name: 'Grep', scope: WIDE, input }, signal)),
    ),
  );
  /** A change is of what is there now: read, and written only if nobody was quicker. */
  const change = async (
    path: string,
    make: (version: string | null) => ToolOrder | undefined,
    signal: AbortSignal,
  ): Promise<CallToolResult> => {
    if (isOffLimits(path, true)) return say(false, `"${path}" is not written by agents outside`);
    const read = await order({ name: 'Read', scope: WIDE, input: { path, limit: 1 } }, signal);
    if (read.outcome !== 'reported') return toResult(read);
    const made = make(read.report.ok ? (read.report.version ?? null) : null);
    if (made === undefined) return say(false, read.report.text);
    return toResult(await sendAndAwait(needs, place, { commandId: randomUUID(), order: made }, signal));
  };
  server.registerTool(
    'edit_file',
    {
      description:
        'Replaces a text in a file. The old text must be exactly as in the file, and be there once; ' +
        'all: true replaces every place.',
      inputSchema: toolContracts.Edit.input.shape,
    },
    guarded('write', async (input: z.infer<typeof toolContracts.Edit.input>, signal) =>
      change(
        input.path,
        (version) => (version === null ? undefined : { name: 'Edit', scope: WIDE, version, input }),
        signal,
      ),
    ),
  );
  server.registerTool(
    'write_file',
    {
      description: 'Makes a file, or replaces all of one. For a change in a file use edit_file.',
      inputSchema: toolContracts.Write.input.shape,
    },
    guarded('write', async (input: z.infer<typeof toolContracts.Write.input>, signal) =>
      change(input.path, (version) => ({ name: 'Write', scope: WIDE, version, input }), signal),
    ),
  );
}

/** A build is queued and not waited for: it takes longer than a request may. */
function registerPublishing(server: McpServer, needs: ProjectToolNeeds, { place, guarded }: Registering): void {
  const { ownerId, projectId } = place;
  server.registerTool(
    'publish',
    {
      description: 'Saves, and queues a build of exactly these files. Ask build_status until it has ended.',
      inputSchema: {},
    },
    guarded('publish', async (_input: object, signal) => {
      const saved = await save(needs, place, signal);
      if (saved) return saved;
      const project = await getProject(needs.db, ownerId, projectId);
      if (!project?.latestSnapshotId) return say(false, 'There are no files yet to publish');
      const made = await createBuild(needs.db, ownerId, projectId, {
        snapshotId: project.latestSnapshotId,
        deadlineUs: place.deadlineUs,
        ownerLimit: place.buildsWaiting,
      });
      if (made.outcome !== 'queued' && made.outcome !== 'under-way')
        return say(false, `Cannot publish: ${made.outcome.replaceAll('-', ' ')}`);
      if (made.outcome === 'queued') await place.onQueued(made.build.id);
      return say(true, JSON.stringify({ build: made.build.id, status: made.build.status }));
    }),
  );
  server.registerTool(
    'build_status',
    {
      description: 'Tells how a build is going, with the end of its log, and where it is published.',
      inputSchema: { build: z.uuid() },
      annotations: { readOnlyHint: true },
    },
    guarded('read', async ({ build: buildId }: { build: string }) => {
      const build = await getBuild(needs.db, ownerId, buildId);
      if (!build || build.projectId !== projectId) return say(false, 'No such build of this project');
      const { lines } = await readBuildLog(needs.db, ownerId, buildId, 0);
      const log = lines.slice(-LOG_LINES).map(({ text }) => text);
      return say(true, JSON.stringify({ build, log }, undefined, 1));
    }),
  );
}

/** What the folder has is brought to the server; the answer where that cannot be. */
async function save(
  needs: ProjectToolNeeds,
  place: ProjectToolPlace,
  signal: AbortSignal,
): Promise<CallToolResult | undefined> {
  const saved = await giveOrder(needs, place, { name: 'Save', input: {} }, signal);
  return saved.outcome === 'reported' && saved.report.ok ? undefined : toResult(saved);
}

/** In words that fit a tab as well as a sandbox. */
function toResult(given: OrderOutcome): CallToolResult {
  switch (given.outcome) {
    case 'reported':
      return say(given.report.ok, given.report.text);
    case 'no-holder':
      return say(false, 'The project is open in no tab, and no sandbox could be had: open it, or try again later');
    case 'unknown':
      return say(false, 'It is unknown whether this happened: whoever was at it is gone. Look before you go on');
  }
}
