import { fileURLToPath } from 'node:url';
import * as z from 'zod';

/**
 * Everything the operator can set, by environment variable. Read once, at the
 * start; nothing else in the server looks at the environment. `describe` texts
 * are the operator's documentation: `npx tsx apps/server/src/config-table.ts`
 * prints them.
 */
const list = z.string().transform((text) => text.split(',').map((part) => part.trim()).filter((part) => part !== ''));
const origin = z.url({ protocol: /^https?$/ }).transform((text) => new URL(text).origin);
const domain = z.string().toLowerCase().regex(/^[a-z0-9.-]+$/, 'a host name without port');

export const configFields = {
  ROLE: z.enum(['api', 'worker', 'all']).default('all').describe('`api` serves HTTP, `worker` runs builds, `all` does both. Also the first argument of the command'),
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  PORT: z.coerce.number().int().min(0).max(65535).default(4000).describe('Port to listen on; 0 takes a free one'),
  DATABASE_URL: z.string().optional().describe('A Postgres of your own; without it one is started below STATE_DIR'),
  STATE_DIR: z.string().default(fileURLToPath(new URL('../../../.slipway', import.meta.url))).describe('Database cluster and registry cache'),
  PUBLIC_URL: origin.optional().describe('Origin under which browsers reach the app, such as https://slipway.example.org. Ends the sign-in without password'),
  RUN_DOMAIN: domain.optional().describe('Domain whose subdomains hold runtimes and previews; default: the host of the app'),
  SITES_DOMAIN: domain.optional().describe('Domain of published sites. It must be another site than the app; needed with PUBLIC_URL'),
  ALLOWED_ORIGINS: list.default([]).describe('Origins that may call the API from a browser, besides the app'),
  ALLOWED_EMBEDDERS: list
    .default(['http://localhost:*', 'http://127.0.0.1:*'])
    .describe('Origins whose pages may boot containers on the bare runtime host, as CSP sources'),
  BLOB_LIMIT_BYTES: z.coerce.number().int().positive().default(64 * 1024 * 1024).describe('Largest file of a snapshot or artifact'),
  TREE_LIMIT_ENTRIES: z.coerce.number().int().positive().max(100_000).default(50_000).describe('Most entries of one snapshot'),
  BUILD_DEADLINE_SECONDS: z.coerce.number().int().positive().default(3600).describe('A build that has not ended by then expires, waiting time included'),
  MIRROR_LIMIT_BYTES: z.coerce.number().int().positive().default(4 * 1024 ** 3).describe('Size of the registry cache'),
  MIRROR_UPSTREAM: z.url().optional().describe('Registry that the mirror asks; default: what npm is configured with'),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info').describe('Least level that is logged'),
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development').describe('`production` hides the text of unknown errors'),
} as const;

const configSchema = z.object(configFields).superRefine((config, context) => {
  if (config.PUBLIC_URL !== undefined && config.SITES_DOMAIN === undefined) {
    context.addIssue({ code: 'custom', path: ['SITES_DOMAIN'], message: 'is needed with PUBLIC_URL: published sites must be another site than the app' });
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
