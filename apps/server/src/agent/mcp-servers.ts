import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema, ListToolsResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { cutText, type KnownMcpServer, outsideName, OUTSIDE_LIMITS, type OutsideTool } from '@slipway/agent';
import { createEgressGuard, type EgressGuard } from '@slipway/egress';
import type { Logger } from 'pino';
import { hostWithPort, type ModelNeeds, readOperatorFile } from './providers.ts';

/** The MCP servers that the operator lets sessions use (design, 10). */
export interface McpServers {
  list(): KnownMcpServer[];
  /** For one run; names that are not known any more are passed over. Nothing is asked before `list`. */
  open(names: readonly string[]): OutsideTools;
}

/** Tools of MCP servers, for one run. What a server does wrong is told in words, and fails no run. */
export interface OutsideTools {
  /** Connects with the first call. `problems`: which servers did not answer, for the model. */
  list(signal: AbortSignal): Promise<{ readonly tools: readonly OutsideTool[]; readonly problems: readonly string[] }>;
  find(name: string, signal: AbortSignal): Promise<OutsideTool | undefined>;
  /** `args`: JSON, as a model wrote it. Rejects for `signal` alone. */
  call(tool: OutsideTool, args: string, signal: AbortSignal): Promise<{ readonly ok: boolean; readonly text: string }>;
  close(): Promise<void>;
}

/** The operator's servers may lie at private addresses, as the providers of the same file. */
export type McpNeeds = Pick<ModelNeeds, 'file' | 'allow' | 'isOwnHost' | 'env'> & { readonly log: Logger };

interface Server {
  readonly name: string;
  readonly url: URL;
  readonly token: string | undefined;
  readonly only: readonly string[] | undefined;
  readonly egress: EgressGuard;
}

/** Until a server has said what it has; a run waits for it. */
const CONNECT_MS = 10_000;
const CALL_MS = 60_000;
/** Of one answer. */
const ANSWER_BYTES = 4 * 1024 * 1024;
/** Pages of a server's list of tools. */
const MOST_PAGES = 10;
/** Requests to one server at once: it can ask us as often as its answer is long, and each is answered by a request. */
const MOST_REQUESTS = 4;

/** Reads the operator's file once; throws for a token's variable that is not set. */
export function createMcpServers({ file, allow, isOwnHost, env, log }: McpNeeds): McpServers {
  const servers = (file === undefined ? [] : readOperatorFile(file).mcpServers).map((server): Server => {
    const token = server.token ?? (server.tokenVariable === undefined ? undefined : env[server.tokenVariable]);
    if (server.tokenVariable !== undefined && token === undefined)
      throw new Error(`Cannot use the MCP server "${server.name}": the variable "${server.tokenVariable}" is not set`);
    const url = new URL(server.url);
    const egress = createEgressGuard({ allow: [...allow, hostWithPort(url)], isOwnHost });
    return { name: server.name, url, token, only: server.tools, egress };
  });
  return {
    list: () => servers.map(({ name }) => ({ name })),
    open: (names) =>
      openTools(
        servers.filter(({ name }) => names.includes(name)),
        log,
      ),
  };
}

interface Connected {
  readonly server: Server;
  readonly client: Client;
  readonly transport: StreamableHTTPClientTransport;
  readonly tools: readonly OutsideTool[];
}

function openTools(servers: readonly Server[], log: Logger): OutsideTools {
  let connecting: Promise<{ connected: Connected[]; problems: string[] }> | undefined;
  const ended = new AbortController();
  const connectAll = async (): Promise<{ connected: Connected[]; problems: string[] }> => {
    const tried = await Promise.allSettled(servers.map((server) => connect(server, ended.signal)));
    const problems: string[] = [];
    for (const [at, result] of tried.entries()) {
      if (result.status === 'fulfilled') continue;
      // Its error may hold all that it answered, and what it echoes of our request.
      const why = whyOf(servers[at]!, result.reason);
      log.warn({ why, server: servers[at]!.name }, 'an MCP server does not answer');
      problems.push(`The MCP server "${servers[at]!.name}" does not answer: its tools are missing.`);
    }
    return { connected: tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])), problems };
  };
  const ready = async (signal: AbortSignal): Promise<{ connected: Connected[]; problems: string[] }> => {
    signal.throwIfAborted();
    return await orAborted((connecting ??= connectAll()), signal);
  };
  return {
    list: async (signal) => {
      const { connected, problems } = await ready(signal);
      const { tools, left } = fitting(connected.flatMap(({ tools }) => tools));
      const more = left === 0 ? [] : [`${left} tools of MCP servers are left out: there are too many for one session.`];
      return { tools, problems: [...problems, ...more] };
    },
    find: async (name, signal) =>
      (await ready(signal)).connected.flatMap(({ tools }) => tools).find((tool) => tool.name === name),
    call: async (tool, args, signal) => {
      const found = (await ready(signal)).connected.find(({ server }) => server.name === tool.server);
      return found === undefined
        ? { ok: false, text: `The MCP server "${tool.server}" is gone` }
        : await callTool(found, tool, args, signal);
    },
    close: async () => {
      ended.abort();
      const { connected } = (await connecting) ?? { connected: [] };
      await Promise.all(connected.map(disconnect));
    },
  };
}

/** Connects, and reads what the server has. Rejects where it does not answer, or not as the protocol says. */
async function connect(server: Server, ended: AbortSignal): Promise<Connected> {
  const transport = new StreamableHTTPClientTransport(server.url, {
    fetch: fetchThrough(server.egress),
    requestInit: { headers: server.token === undefined ? {} : { authorization: `Bearer ${server.token}` } },
    // What a run calls is asked for once: a stream of the server's own is not listened to.
    reconnectionOptions: {
      maxRetries: 0,
      initialReconnectionDelay: 1000,
      maxReconnectionDelay: 1000,
      reconnectionDelayGrowFactor: 1,
    },
  });
  const client = new Client({ name: 'slipway', version: '1.0.0' }, { capabilities: {} });
  const signal = AbortSignal.any([ended, AbortSignal.timeout(CONNECT_MS)]);
  const limits = { timeout: CONNECT_MS, signal };
  const connected = { server, client, transport };
  try {
    // The transport's optional members are typed without `undefined`.
    // The last of what it sends knows no limit of its own.
    await orAborted(client.connect(transport as Parameters<Client['connect']>[0], limits), signal);
    const tools: OutsideTool[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const params = cursor === undefined ? {} : { cursor };
      // Not `listTools`, which compiles the server's schemas to code of ours.
      const listed = await client.request({ method: 'tools/list', params }, ListToolsResultSchema, limits);
      tools.push(...listed.tools.flatMap((tool) => toOutsideTool(server, tool)));
      cursor = listed.nextCursor;
      if (cursor === undefined || tools.length >= OUTSIDE_LIMITS.tools) break;
    }
    const named = new Map(tools.toReversed().map((tool) => [tool.name, tool]));
    return {
      ...connected,
      tools: tools.filter((tool) => named.get(tool.name) === tool).slice(0, OUTSIDE_LIMITS.tools),
    };
  } catch (error) {
    await disconnect(connected);
    throw error;
  }
}

/** Empty for a tool that is not wanted, or that no model could be told of. */
function toOutsideTool(
  { name: server, only }: Server,
  {
    name: tool,
    description = '',
    inputSchema,
  }: { name: string; description?: string | undefined; inputSchema: object },
): OutsideTool[] {
  const name = outsideName(server, tool);
  if (name === undefined || only?.includes(tool) === false) return [];
  if (!isPlainSchema(inputSchema) || JSON.stringify(inputSchema).length > OUTSIDE_LIMITS.schemaChars) return [];
  const told = cutText(description, OUTSIDE_LIMITS.descriptionChars);
  return [{ name, server, tool, description: told, inputSchema: { ...inputSchema } }];
}

async function callTool(
  { client, server: known }: Connected,
  { server, tool }: OutsideTool,
  args: string,
  signal: AbortSignal,
): Promise<{ ok: boolean; text: string }> {
  const input = parseObject(args);
  if (input === undefined) return { ok: false, text: `The arguments of ${tool} are no object in JSON` };
  try {
    const result = await client.request(
      { method: 'tools/call', params: { name: tool, arguments: input } },
      CallToolResultSchema,
      { timeout: CALL_MS, signal },
    );
    const parts = result.content.map((part) => (part.type === 'text' ? part.text : `[${part.type}: left out]`));
    const told = parts.length === 0 ? JSON.stringify(result.structuredContent ?? {}) : parts.join('\n');
    return { ok: result.isError !== true, text: told === '' ? '[nothing]' : told };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, text: `The MCP server "${server}" did not do it: ${whyOf(known, error)}` };
  }
}

/** One that some provider refuses would fail every turn: an object's at its root, without alternatives. */
const isPlainSchema = (schema: object): boolean =>
  (schema as { type?: unknown }).type === 'object' &&
  !['oneOf', 'anyOf', 'allOf', '$ref'].some((key) => Object.hasOwn(schema, key));

/** The first ones that a request to a model has room for. */
function fitting(tools: readonly OutsideTool[]): { tools: OutsideTool[]; left: number } {
  const taken: OutsideTool[] = [];
  let chars = 0;
  for (const tool of tools) {
    chars += JSON.stringify(tool).length;
    if (taken.length === OUTSIDE_LIMITS.all || chars > OUTSIDE_LIMITS.allChars) break;
    taken.push(tool);
  }
  return { tools: taken, left: tools.length - taken.length };
}

/** In a few words, without the token that it may have echoed. */
function whyOf({ token }: Server, error: unknown): string {
  const message = error instanceof Error ? error.message : 'it failed';
  return cutText(token === undefined || token === '' ? message : message.replaceAll(token, '[token]'), 300);
}

/** What is waited for goes on by itself; its failure is nobody's then. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Tells the server that nobody comes back, and does not wait long for it. */
async function disconnect({ client, transport }: Pick<Connected, 'client' | 'transport'>): Promise<void> {
  // Whether it hears that is its own affair: what it keeps for us lapses.
  const left = transport.terminateSession().catch(() => undefined);
  await Promise.race([left, new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
  await client.close();
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The SDK's way out is the guard's. A GET would be a stream without an end. */
function fetchThrough(egress: EgressGuard): (url: string | URL, init?: RequestInit) => Promise<Response> {
  let open = 0;
  return async (url, init = {}) => {
    const { method = 'GET', body } = init;
    if (method === 'GET') return new Response(null, { status: 405 });
    if (body !== undefined && body !== null && typeof body !== 'string')
      throw new Error('Cannot call an MCP server: the request is no text');
    if (open >= MOST_REQUESTS) throw new Error('Cannot call an MCP server: too many requests at once');
    open++;
    try {
      return await egress.fetch(url, {
        method,
        headers: Object.fromEntries(new Headers(init.headers)),
        ...(typeof body === 'string' ? { body } : {}),
        ...(init.signal ? { signal: init.signal } : {}),
        // Elsewhere is not who the person allowed: what is asked would go there.
        redirect: 'manual',
        deadlineMs: CALL_MS,
        maxBytes: ANSWER_BYTES,
      });
    } finally {
      open--;
    }
  };
}
