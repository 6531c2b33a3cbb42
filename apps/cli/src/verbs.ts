import { AGENT_USAGE } from './agent/usage.ts';
import { BACKUP_USAGE, RESTORE_USAGE } from './backup/usage.ts';
import { BLOBS_USAGE } from './blobs/usage.ts';
import { CONTAINER_USAGE } from './container/arguments.ts';
import { DOCTOR_USAGE } from './doctor/usage.ts';
import { PLUGIN_USAGE } from './plugin/usage.ts';
import { SANDBOX_USAGE } from './sandbox/usage.ts';
import { SECRETS_USAGE } from './secrets/usage.ts';
import { VERIFY_USAGE } from './verify/usage.ts';
import type { Verb } from './verb/verb.ts';

/** Every verb, in the order of the help. Their code is loaded when they are asked for. */
export const verbs: ReadonlyMap<string, Verb> = new Map([
  [
    'container',
    {
      summary: 'runs one command in a fresh container',
      usage: CONTAINER_USAGE,
      run: async (argv) => await (await import('./container/run-container.ts')).runContainer(argv),
    },
  ],
  [
    'sandbox',
    {
      summary: 'makes, starts, keeps and ends sandboxes on a server',
      usage: SANDBOX_USAGE,
      run: async (argv, around) =>
        await (await import('./sandbox/run-sandbox.ts')).runSandbox(argv, around.env, around),
    },
  ],
  [
    'verify',
    {
      summary: 'proves that a published site is what its server has built',
      usage: VERIFY_USAGE,
      run: async (argv, around) => await (await import('./verify/run-verify.ts')).runVerify(argv, around),
    },
  ],
  [
    'secrets',
    {
      summary: 'seals what the server keeps secret with a new key',
      usage: SECRETS_USAGE,
      run: async (argv, around) =>
        await (await import('./secrets/run-secrets.ts')).runSecrets(argv, around.env, around),
    },
  ],
  [
    'backup',
    {
      summary: 'saves the whole database to a file',
      usage: BACKUP_USAGE,
      run: async (argv, around) => await (await import('./backup/run-backup.ts')).runBackup(argv, around.env, around),
    },
  ],
  [
    'restore',
    {
      summary: 'fills an empty database with a backup',
      usage: RESTORE_USAGE,
      run: async (argv, around) => await (await import('./backup/run-backup.ts')).runRestore(argv, around.env, around),
    },
  ],
  [
    'blobs',
    {
      summary: 'counts and checks stored bytes, moves them to S3 and back',
      usage: BLOBS_USAGE,
      run: async (argv, around) => await (await import('./blobs/run-blobs.ts')).runBlobs(argv, around.env, around),
    },
  ],
  [
    'agent',
    {
      summary: 'has the coding agent work on a project, in a tab or a sandbox',
      usage: AGENT_USAGE,
      run: async (argv, around) => await (await import('./agent/run-agent.ts')).runAgent(argv, around.env, around),
    },
  ],
  [
    'plugin',
    {
      summary: 'makes, builds, tests and replays WebAssembly plugins',
      usage: PLUGIN_USAGE,
      run: async (argv, around) => await (await import('./plugin/run-plugin.ts')).runPlugin(argv, around.env, around),
    },
  ],
  [
    'doctor',
    {
      summary: 'says what is well and what must be mended',
      usage: DOCTOR_USAGE,
      run: async (argv, around) => await (await import('./doctor/run-doctor.ts')).runDoctor(argv, around.env, around),
    },
  ],
]);
