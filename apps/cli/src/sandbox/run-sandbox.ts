import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  type Sandbox,
  sandboxListResponse,
  type SandboxRequest,
  sandboxRequestResponse,
  sandboxResponse,
  sandboxVerbs,
} from '@slipway/contracts';
import { exitCodes, type Output, UsageError } from '../verb/verb.ts';
import { type ApiClient, openApi } from '../api/api-client.ts';

const OPTIONS = {
  id: { type: 'string' },
  cpu: { type: 'string' },
  memory: { type: 'string' },
  template: { type: 'string' },
  command: { type: 'string' },
  'checkpoint-id': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

type Options = ReturnType<typeof parseOptions>['values'];

/** A worker may have to be waited for, and a sandbox's start. */
const PATIENCE_MS = 330_000;
const LOOK_MS = 250;

/** All pages of the list. */
async function listAll(call: ApiClient['call']): Promise<Sandbox[]> {
  const all: Sandbox[] = [];
  for (let query = ''; ;) {
    const { sandboxes, next } = sandboxListResponse.parse(await call('GET', `/api/v1/sandboxes${query}`));
    all.push(...sandboxes);
    if (next === undefined) return all;
    query = `?after=${encodeURIComponent(next)}`;
  }
}

/** Asks until a worker has done it. */
export async function runSandbox(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { stdout, stderr }: Output,
): Promise<number> {
  const { values, positionals } = parseOptions(argv);
  const [verb, ...more] = positionals;
  if (verb === undefined || more.length > 0)
    throw new UsageError(verb === undefined ? 'no verb given' : `cannot understand "${more.join(' ')}"`);
  const show = (value: unknown, line: string): void =>
    void stdout.write(values.json ? `${JSON.stringify(value)}\n` : `${line}\n`);
  if (verb === 'list') {
    const sandboxes = await listAll((await openApi(env)).call);
    show(sandboxes, sandboxes.length === 0 ? 'no sandboxes' : sandboxes.map(describe).join('\n'));
    return exitCodes.ok;
  }
  const id = values.id;
  if (id === undefined) throw new UsageError('--id is missing');
  const path = `/api/v1/sandboxes/${encodeURIComponent(id)}`;
  if (verb === 'create') {
    const body = createBody(id, values);
    const { sandbox } = sandboxResponse.parse(await (await openApi(env)).call('POST', '/api/v1/sandboxes', body));
    show(sandbox, describe(sandbox));
    return exitCodes.ok;
  }
  const isRequest = sandboxVerbs.some((known) => known === verb);
  if (!isRequest && verb !== 'status') throw new UsageError(`unknown verb "${verb}"`);
  const checkpointId = values['checkpoint-id'];
  const named = verb === 'checkpoint' || verb === 'restore';
  if (named && checkpointId === undefined) throw new UsageError('--checkpoint-id is missing');
  const api = await openApi(env);
  if (isRequest) {
    const request = await ask(api, path, named ? { verb, checkpointId } : { verb });
    if (request.state !== 'done') {
      stderr.write(`sandbox: ${request.problem ?? 'it is not done yet: see that a worker runs'}\n`);
      return exitCodes.failure;
    }
  }
  const { sandbox } = sandboxResponse.parse(await api.call('GET', path));
  show(sandbox, describe(sandbox));
  return exitCodes.ok;
}

function parseOptions(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** What was not given is left to the server's defaults, which the help names. */
function createBody(id: string, { cpu, memory, template, command }: Options): Record<string, unknown> {
  return {
    id,
    ...(cpu === undefined ? {} : { cpu: wholeNumber('--cpu', cpu) }),
    ...(memory === undefined ? {} : { memoryMiB: wholeNumber('--memory', memory) }),
    ...(template === undefined ? {} : { template }),
    ...(command === undefined ? {} : { command }),
  };
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`${option} is no whole number: "${text}"`);
  return Number(text);
}

/** Asks for a verb and waits until a worker has done it, or could not. */
async function ask(api: ApiClient, path: string, body: unknown): Promise<SandboxRequest> {
  let { request } = sandboxRequestResponse.parse(await api.call('POST', `${path}/requests`, body));
  for (let waited = 0; request.state === 'waiting' && waited < PATIENCE_MS; waited += LOOK_MS) {
    await sleep(LOOK_MS);
    ({ request } = sandboxRequestResponse.parse(await api.call('GET', `${path}/requests/${request.id}`)));
  }
  return request;
}

function describe({ id, status, config, uptime, exitCode, problem }: Sandbox): string {
  const parts = [id, status, `${config.cpu} cores, ${config.memoryMiB} MiB`];
  if (uptime !== null) parts.push(`up ${Math.round(uptime / 1e6)} s`);
  if (exitCode !== null) parts.push(`exit code ${exitCode}`);
  if (problem !== null) parts.push(problem);
  return parts.join('  ');
}
