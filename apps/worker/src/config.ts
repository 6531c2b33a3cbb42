import { fileURLToPath } from 'node:url';
import { blobStoreKinds, blobStoreProblem, s3Fields } from '@slipway/blobs';
import type { SandboxConfig } from '@slipway/contracts';
import * as z from 'zod';
import { sandboxDriverKinds } from './sandbox/sandbox-driver-kinds.ts';

/** What the operator can set for the worker, by environment variable. Read once, at the start. */
export const configFields = {
  DATABASE_URL: z
    .string()
    .optional()
    .describe('The database of the server; without it the embedded one below STATE_DIR'),
  STATE_DIR: z
    .string()
    .default(fileURLToPath(new URL('../../../.slipway', import.meta.url)))
    .describe('Where the embedded database lives'),
  SECRET_KEY: z.string().optional().describe('Keys that open variables of builds, as the server has them'),
  SECRET_KEY_FILE: z.string().optional().describe('File with such keys. Default: the file in STATE_DIR'),
  BLOB_STORE: z.enum(blobStoreKinds).default('postgres').describe('Where bytes are kept, as the server has it'),
  ...s3Fields,
  PORT: z.coerce.number().int().positive().default(4000).describe('Port of the server on this machine'),
  PUBLIC_URL: z
    .url()
    .optional()
    .describe('Origin of the app, as the server has it; default: http://slipway.localhost:PORT'),
  SANDBOX_DRIVER: z
    .enum(sandboxDriverKinds)
    .default('chromium')
    .describe('What a build runs in: `chromium`, or `local`, without a jail, for development'),
  SLIPWAY_CHROMIUM: z.string().optional().describe('Browser to build in; default: the first known one in PATH'),
  BUILD_TIMEOUT_SECONDS: z.coerce.number().positive().default(300).describe('A build that runs longer is killed'),
  BUILD_STALL_SECONDS: z.coerce
    .number()
    .positive()
    .default(180)
    .describe('A build that is alive, but writes nothing and fetches nothing for so long, is killed'),
  HEARTBEAT_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where each build that runs is told of, as JSON by POST, every 30 seconds; may be private'),
  LEASE_SECONDS: z.coerce.number().positive().default(15).describe('How long a job stays with a worker that is silent'),
  BUILD_MEMORY_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(4 * 1024 ** 3)
    .describe('A build whose browser uses more memory is killed'),
  BUILD_PROCESSES: z.coerce
    .number()
    .int()
    .positive()
    .default(256)
    .describe('A build that runs more programs at once is killed'),
  BUILD_DISK_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(3 * 1024 ** 3)
    .describe('A build that writes more files is killed, its packages included'),
  BUILD_OUTPUT_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(1024 ** 3)
    .describe('A build that writes more to its output is killed; the log is cut long before'),
  BUILD_LOG_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(8 * 1024 ** 2)
    .describe('Output beyond this is left out of the log, with a mark'),
  BUILD_LOG_LINES: z.coerce
    .number()
    .int()
    .positive()
    .default(100_000)
    .describe('Lines beyond this are left out of the log, with a mark'),
  DEPENDENCY_SETS_BYTES: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(2 * 1024 ** 3)
    .describe('Disk below STATE_DIR for packages that builds have installed before; 0 keeps none'),
  ARTIFACT_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(512 * 1024 ** 2)
    .describe('Largest artifact, all files together'),
  SANDBOXES_AT_ONCE: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(2)
    .describe('Most sandboxes that this worker holds, each a browser that stays; 0 holds none'),
  WARM_SANDBOXES: z.coerce
    .number()
    .int()
    .min(0)
    .max(1)
    .optional()
    .describe(
      'Browsers that wait, booted, for the next build; each is used once. ' +
        'Default: 1 on a machine of 8 GB and more, else 0: a build starts its own',
    ),
  AGENT_SANDBOXES_AT_ONCE: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(2)
    .describe('Most projects without a tab in which the agent goes on, each in a browser of its own; 0: none'),
  TREE_LIMIT_ENTRIES: z.coerce
    .number()
    .int()
    .positive()
    .default(50_000)
    .describe('Most entries of one snapshot, as the server has it'),
  BLOB_LIMIT_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(64 * 1024 ** 2)
    .describe('Largest file of a snapshot, as the server has it'),
  DRAIN_SECONDS: z.coerce
    .number()
    .int()
    .nonnegative()
    .max(3600)
    .default(0)
    .describe('After SIGTERM: how long the build under way may go on before it is handed back'),
  QUOTA_BUILDS_AT_ONCE: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(4)
    .describe('Most builds of one owner that run at once, on all workers; the server shows it'),
  QUOTA_STORED_BYTES: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(20 * 1024 ** 3)
    .describe('Most bytes of one owner, as the server has it: a sandbox of the agent saves no more'),
  PREVIEW_LIFETIME_SECONDS: z.coerce
    .number()
    .int()
    .positive()
    .optional()
    .describe('How long a publish link lives; default: until it is taken back'),
  LOG_LEVEL: z
    .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'])
    .default('info')
    .describe('Least level that is logged'),
} as const;

/** An unset optional variable is undefined. */
export type Config = z.infer<z.ZodObject<typeof configFields>>;

/** Throws one error that names every variable it refuses. An empty variable counts as unset. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // Others' variables are not refused: the worker inherits the server's environment.
  const set = Object.fromEntries(Object.entries(env).filter(([name, value]) => name in configFields && value !== ''));
  const result = z.object(configFields).safeParse(set);
  // Programs of strangers would have this machine's disk and network.
  if (result.success && result.data.SANDBOX_DRIVER === 'local' && result.data.PUBLIC_URL !== undefined)
    throw new Error(
      'Cannot read the worker\'s configuration:\n  SANDBOX_DRIVER: "local" has no jail; use "chromium" with PUBLIC_URL',
    );
  const problem = result.success ? blobStoreProblem(result.data) : undefined;
  if (problem !== undefined) throw new Error(`Cannot read the worker's configuration:\n  BLOB_STORE: ${problem}`);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`Cannot read the worker's configuration:\n${problems.join('\n')}`);
}

const MEBIBYTE = 1024 ** 2;
/** A machine sold as one of 8 GB shows a little less. One that waits takes about 300 MB of it. */
const WARM_FROM_BYTES = 7.5e9;

/** Whether a browser waits for the next build. Without a jail there is none to start. */
export function keepsWarm(config: Config, memoryBytes: number): boolean {
  if (config.SANDBOX_DRIVER === 'local') return false;
  return (config.WARM_SANDBOXES ?? (memoryBytes >= WARM_FROM_BYTES ? 1 : 0)) > 0;
}

/** What a build may take: all cores, and the rest as configured. */
export function buildConfig(config: Config): SandboxConfig {
  return {
    cpu: Number.MAX_SAFE_INTEGER,
    memoryMiB: Math.ceil(config.BUILD_MEMORY_BYTES / MEBIBYTE),
    processes: config.BUILD_PROCESSES,
    diskMiB: Math.ceil(config.BUILD_DISK_BYTES / MEBIBYTE),
    outputBytes: config.BUILD_OUTPUT_BYTES,
    network: 'registry',
  };
}
