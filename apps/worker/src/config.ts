import { fileURLToPath } from 'node:url';
import * as z from 'zod';

/** What the operator can set for the worker, by environment variable. Read once, at the start. */
export const configFields = {
  DATABASE_URL: z.string().optional().describe('The database of the server; without it the embedded one below STATE_DIR'),
  STATE_DIR: z.string().default(fileURLToPath(new URL('../../../.slipway', import.meta.url))).describe('Where the embedded database lives'),
  PORT: z.coerce.number().int().positive().default(4000).describe('Port of the server on this machine'),
  PUBLIC_URL: z.url().optional().describe('Origin of the app, as the server has it; default: http://slipway.localhost:PORT'),
  SLIPWAY_CHROMIUM: z.string().optional().describe('Browser to build in; default: the first known one in PATH'),
  BUILD_TIMEOUT_SECONDS: z.coerce.number().positive().default(300).describe('A build that runs longer is killed'),
  LEASE_SECONDS: z.coerce.number().positive().default(15).describe('How long a job stays with a worker that is silent'),
  BUILD_MEMORY_BYTES: z.coerce.number().int().positive().default(4 * 1024 ** 3).describe('A build whose browser uses more memory is killed'),
  BUILD_LOG_BYTES: z.coerce.number().int().positive().default(8 * 1024 ** 2).describe('Output beyond this is left out of the log, with a mark'),
  ARTIFACT_BYTES: z.coerce.number().int().positive().default(512 * 1024 ** 2).describe('Largest artifact, all files together'),
  PREVIEW_LIFETIME_SECONDS: z.coerce.number().int().positive().optional().describe('How long a publish link lives; default: until it is taken back'),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info').describe('Least level that is logged'),
} as const;

export type Config = z.infer<z.ZodObject<typeof configFields>>;

/** Throws one error that names every variable it refuses. An empty variable counts as unset. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([name, value]) => name in configFields && value !== ''));
  const result = z.object(configFields).safeParse(set);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`Cannot read the worker's configuration:\n${problems.join('\n')}`);
}
