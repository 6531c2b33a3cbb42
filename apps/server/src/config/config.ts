import { fileURLToPath } from 'node:url';
import { blobStoreKinds, blobStoreProblem, s3Fields } from '@slipway/blobs';
import { parseHostPolicy, parseRange } from '@slipway/egress';
import { signUpPolicy } from '@slipway/contracts';
import { parseEmbedderPattern } from '@slipway/wire';
import * as z from 'zod';
import { templateSourceKinds } from './template-source-kinds.ts';

/**
 * Everything the operator can set, by environment variable. Read once, at the
 * start; nothing else in the server looks at the environment. `describe` texts
 * are the operator's documentation: `npx tsx apps/server/src/config-table.ts`
 * prints them.
 */
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
/** Goes into a header of every runtime page: short enough for proxies, which often stop at 8 KiB. */
const EMBEDDERS_LIMIT = 4096;
const embedders = z
  .string()
  .max(EMBEDDERS_LIMIT)
  .transform((text, context) => {
    const parts = text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    return parts.flatMap((part) => {
      try {
        return parseEmbedderPattern(part).source;
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
        return [];
      }
    });
  });
function isRange(text: string): boolean {
  try {
    parseRange(text);
    return true;
  } catch {
    // It says so in words of its own.
    return false;
  }
}
/** Read at the start, so that a rule that cannot be meant so stops the server and not a program much later. */
const relayRules = list.superRefine((entries, context) => {
  try {
    parseHostPolicy(entries);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
});
const origin = z.url({ protocol: /^https?$/ }).transform((text) => new URL(text).origin);
const count = z.coerce.number().int().nonnegative();
/** Without the slash at its end, to which paths are added. */
const address = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''));
const domain = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9.-]+$/, 'a host name without port');

export const configFields = {
  ROLE: z
    .enum(['api', 'worker', 'all'])
    .default('all')
    .describe('`api` serves HTTP, `worker` runs builds, `all` does both. Also the first argument of the command'),
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  PORT: z.coerce.number().int().min(0).max(65535).default(4000).describe('Port to listen on; 0 takes a free one'),
  PEER_ADDRESS: z
    .string()
    .regex(/^[\w.:[\]-]+:\d+$/, 'must be a host and a port')
    .optional()
    .describe('Host and port at which other servers of the installation reach this one; default: its own address'),
  DATABASE_URL: z.string().optional().describe('A Postgres of your own; without it one is started below STATE_DIR'),
  STATE_DIR: z
    .string()
    .default(fileURLToPath(new URL('../../../../.slipway', import.meta.url)))
    .describe('Database cluster and registry cache'),
  SECRET_KEY: z
    .string()
    .optional()
    .describe(
      'Keys that seal secrets in the database, 32 bytes each in base64, separated by commas; the first one seals. ' +
        'Default: SECRET_KEY_FILE',
    ),
  SECRET_KEY_FILE: z
    .string()
    .optional()
    .describe('File with such keys. Default: a file in STATE_DIR that only its owner reads, made at the first start'),
  PUBLIC_URL: origin
    .optional()
    .describe(
      'Origin under which browsers reach the app, such as https://slipway.example.org. ' +
        'Ends the sign-in without password',
    ),
  RUN_DOMAIN: domain
    .optional()
    .describe('Domain whose subdomains hold runtimes and previews; default: the host of the app'),
  SITES_DOMAIN: domain
    .optional()
    .describe('Domain of published sites. It must be another site than the app; needed with PUBLIC_URL'),
  TRUSTED_PROXIES: list
    .refine((entries) => entries.every(isRange), 'must be addresses and networks, such as `10.0.0.0/8`')
    .default([])
    .describe(
      'Addresses and networks of your own proxies, whose `X-Forwarded-For` counts. Ends the sign-in without password',
    ),
  SIGN_UP: signUpPolicy
    .default('invite')
    .describe('Who may make an account: `closed` nobody, `invite` who has an admin’s link, `open` anybody'),
  USER_SERVICE_URL: address
    .optional()
    .describe('User service that signs people in instead of the table of users; needs USER_SERVICE_API_KEY'),
  USER_SERVICE_API_KEY: z.string().optional().describe('Sent to the user service as `X-API-Key`'),
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Issuer of an OpenID Connect identity provider, with which people may sign in besides'),
  OIDC_CLIENT_ID: z.string().optional().describe('Id of this server at the identity provider; needed with OIDC_ISSUER'),
  OIDC_CLIENT_SECRET: z.string().optional().describe('Its secret there'),
  OIDC_NAME: z.string().default('single sign-on').describe('Name of the identity provider on the button'),
  OIDC_SCOPE: z
    .string()
    .default('openid email profile')
    .describe('What the identity provider is asked for; some give a refresh token with `offline_access` only'),
  OIDC_ADMINS: list
    .transform((entries) => entries.map((entry) => entry.toLowerCase()))
    .default([])
    .describe('Addresses of people whom the identity provider makes admins, separated by commas'),
  EGRESS_ALLOW: list
    .default([])
    .describe(
      'Private addresses that the server may call on users’ behalf, separated by commas: ' +
        '`10.0.0.0/8`, `idp.internal`, `idp.internal:8443`',
    ),
  RELAY_ALLOW: relayRules
    .default([])
    .describe(
      'Where programs in containers may connect to through this server, separated by commas: `*:443`, ' +
        '`*.example.org:*`, `db.internal:5432`; what is private only by its exact name. Empty: nowhere',
    ),
  RELAY_BYTES_PER_SECOND: count
    .min(1024)
    .default(8 * 1024 * 1024)
    .describe('What one owner’s programs move through the relay, both ways together, at each server'),
  RUN_MONGO_TARGET: z
    .string()
    .regex(/^[a-z0-9._-]+:\d{1,5}$/i, 'a host with a port')
    .optional()
    .describe('MongoDB that runs find at 127.0.0.1:27017, as `MONGO_URL` and `MONGODB_URI` say: `host:port`'),
  RUN_MONGO_DB_PREFIX: z
    .string()
    .regex(/^[\w-]{0,24}$/, 'letters, digits, _ and -, 24 at most')
    .default('app_')
    .describe('Begins the name of a project’s database there; its id follows'),
  ALLOWED_ORIGINS: list.default([]).describe('Origins that may call the API from a browser, besides the app'),
  ALLOWED_EMBEDDERS: embedders
    .prefault('http://localhost:*,http://127.0.0.1:*')
    .describe(
      'Origins whose pages may boot containers on the bare runtime host, separated by commas: ' +
        '`https://example.org`, `https://*.example.org`, `http://localhost:*`',
    ),
  BLOB_STORE: z
    .enum(blobStoreKinds)
    .default('postgres')
    .describe(
      'Where the bytes of snapshots and artifacts are kept, `postgres` or `s3`; server and workers name the same',
    ),
  ...s3Fields,
  SITE_CACHE_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(64 * 1024 ** 2)
    .describe('Memory for files of published sites that are asked for often'),
  BLOB_LIMIT_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(64 * 1024 * 1024)
    .describe('Largest file of a snapshot or artifact'),
  TREE_LIMIT_ENTRIES: z.coerce
    .number()
    .int()
    .positive()
    .max(100_000)
    .default(50_000)
    .describe('Most entries of one snapshot'),
  TEMPLATE_SOURCE: z
    .enum(templateSourceKinds)
    .default('create-vite')
    .describe('Where the templates of new projects come from'),
  PREVIEW_LIFETIME_SECONDS: z.coerce
    .number()
    .int()
    .positive()
    .optional()
    .describe('How long a publish link lives, as the worker has it; default: until it is taken back'),
  BUILD_DEADLINE_SECONDS: z.coerce
    .number()
    .int()
    .positive()
    .default(3600)
    .describe('A build that has not ended by then expires, waiting time included'),
  MIRROR_LIMIT_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(4 * 1024 ** 3)
    .describe('Size of the registry cache'),
  MIRROR_UPSTREAM: z.url().optional().describe('Registry that the mirror asks; default: what npm is configured with'),
  QUOTA_PROJECTS: count.default(1000).describe('Most projects of one owner'),
  QUOTA_STORED_BYTES: count
    .default(20 * 1024 ** 3)
    .describe('Most bytes of one owner, snapshots and artifacts together, equal files counted once'),
  QUOTA_BUILDS_WAITING: count.default(100).describe('Most builds of one owner that wait or run'),
  QUOTA_BUILDS_AT_ONCE: count.default(4).describe('Most builds of one owner that run at once; workers name the same'),
  QUOTA_STREAMS: count.default(64).describe('Most event streams of one owner on one server: a browser has one'),
  QUOTA_MIRROR_BYTES_PER_HOUR: count
    .default(50 * 1024 ** 3)
    .describe('What the containers of one owner may fetch from the registry mirror of one server'),
  QUOTA_SANDBOXES: count.default(10).describe('Most sandboxes of one owner, destroyed ones not counted'),
  RETAIN_EVENTS_HOURS: count.default(24).describe('How long a browser that was away can go on where it was'),
  RETAIN_LOGS_DAYS: count.default(30).describe('How long the lines of ended builds are kept'),
  RETAIN_FAILED_BUILDS_DAYS: count.default(30).describe('How long builds that did not succeed are kept'),
  RETAIN_BUILDS_DAYS: count
    .default(180)
    .describe('How long builds that succeeded are kept, with what they published; never the one a project shows'),
  RETAIN_SANDBOXES_DAYS: count
    .default(7)
    .describe('How long sandboxes that ended are kept, with their files and checkpoints'),
  RETAIN_BUILDS_PER_PROJECT: count
    .default(10)
    .describe('So many newest builds of a project are kept whatever their age'),
  AGENT_PROVIDERS_FILE: z
    .string()
    .optional()
    .describe(
      'File in TOML with the providers of models and the MCP servers that everybody may use: see docs/agent.md',
    ),
  AGENT_SESSIONS_AT_ONCE: z.coerce
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(20)
    .describe('Sessions of the coding agent that one server performs at once; 0 performs none'),
  AGENT_HOLDER_WAIT_SECONDS: count
    .max(3600)
    .default(30)
    .describe('How long a run of the agent waits for its project to be open somewhere before it is given up'),
  LANGUAGE_SERVERS: z
    .enum(['on', 'off'])
    .default('on')
    .describe(
      'Whether the IDE fetches language servers through the mirror, and runs them in the container of who edits',
    ),
  OFFLINE: z
    .enum(['on', 'off'])
    .default('on')
    .describe(
      'Whether browsers keep the IDE and the runtime (some 25 MB a project), so that known projects open offline',
    ),
  METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe(
      'Opens `/metrics` as a bearer token; without it, only programs of this machine read it, and none with PUBLIC_URL',
    ),
  DRAIN_SECONDS: count
    .max(3600)
    .default(0)
    .describe(
      'After SIGTERM: how long `/ready` says 503 before the server stops listening, ' +
        'and how long a worker may go on with its build',
    ),
  ACCESS_LOG: z.enum(['on', 'off']).default('off').describe('Logs every request: id, host, path, status, bytes, time'),
  LOG_LEVEL: z
    .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'])
    .default('info')
    .describe('Least level that is logged'),
  NODE_ENV: z
    .enum(['production', 'development', 'test'])
    .default('production')
    .describe('`development` lets the text of unknown errors out, SQL included'),
} as const;

const configSchema = z.object(configFields).superRefine((config, context) => {
  for (const [name, needed] of [
    ['USER_SERVICE_URL', 'USER_SERVICE_API_KEY'],
    ['OIDC_ISSUER', 'OIDC_CLIENT_ID'],
  ] as const) {
    if (config[name] !== undefined && config[needed] === undefined)
      context.addIssue({ code: 'custom', path: [needed], message: `is needed with ${name}` });
  }
  const problem = blobStoreProblem(config);
  if (problem !== undefined) context.addIssue({ code: 'custom', path: ['BLOB_STORE'], message: problem });
  if (config.PUBLIC_URL !== undefined && config.SITES_DOMAIN === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['SITES_DOMAIN'],
      message: 'is needed with PUBLIC_URL: published sites must be another site than the app',
    });
  }
});

export type Config = z.infer<typeof configSchema>;

/** Throws one error that names every variable it refuses. An empty variable counts as unset. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([name, value]) => name in configFields && value !== ''));
  const result = configSchema.safeParse(set);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`Cannot read the configuration:\n${problems.join('\n')}`);
}
