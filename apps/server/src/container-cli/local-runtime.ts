import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RuntimeConfig } from '@slipway/contracts';
import type { RuntimeHost } from './hosts.ts';

const runtimeFiles = fileURLToPath(new URL('../../../runtime/dist', import.meta.url));

/** The runtime as it was built here, for hosts on one loopback port. */
export function localRuntime(): RuntimeHost {
  return {
    files: join(runtimeFiles, '/'),
    config: ({ app, port }): RuntimeConfig => ({
      version: 1,
      app: { origin: app },
      runtime: { originPattern: `http://{container}.rt.slipway.localhost:${port}`, bareOrigin: `http://rt.slipway.localhost:${port}`, allowedParents: [app] },
      preview: { originPattern: `http://{port}--{id}.slipway.localhost:${port}` },
      sites: { originPattern: `http://{label}.slipway-sites.localhost:${port}` },
      registry: { origins: [], mirrorPath: '/npm' },
      limits: { blobBytes: 64 * 1024 * 1024, treeEntries: 100_000 },
      auth: { localOwner: false },
    }),
    mirror: async () => new Response('the mirror is not wired', { status: 501 }),
  };
}
