import * as z from 'zod';

/** What a sandbox may take (SB-01). Decided by whoever makes it, within what the schema allows. */
export const sandboxConfig = z.strictObject({
  /** Cores that it sees and may use. */
  cpu: z.int().min(1).max(16).default(2),
  /** Of all its processes, the browser's included where there is one. */
  memoryMiB: z.int().min(256).max(16_384).default(2048),
  processes: z.int().min(1).max(1024).default(64),
  diskMiB: z.int().min(1).max(4096).default(1024),
  /** All that its commands may write to stdout and stderr. */
  outputBytes: z
    .int()
    .min(1)
    .max(16 * 1024 ** 3)
    .default(64 * 1024 ** 2),
  /** `registry`: packages and nothing else. */
  network: z.enum(['registry', 'none']).default('registry'),
});
export type SandboxConfig = z.infer<typeof sandboxConfig>;
