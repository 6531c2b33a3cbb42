import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RuntimeConfig } from '@slipway/contracts';
import { pino } from 'pino';
import { mirrorPath } from '../hosts/runtime-config.ts';
import { createNpmMirror } from '../registry/registry-mirror.ts';
import { registryRoute } from '../registry/registry-route.ts';
import type { RuntimeHost } from './hosts.ts';

const runtimeFiles = fileURLToPath(new URL('../../../runtime/dist/', import.meta.url));
const stateFolder = fileURLToPath(new URL('../../../../.slipway', import.meta.url));
const MIRROR_LIMIT_BYTES = 4 * 1024 ** 3;

/** The runtime as it was built here, with the registry mirror, for hosts on one loopback port. No database, no accounts. */
export function localRuntime(): RuntimeHost {
  const mirror = createNpmMirror({ STATE_DIR: process.env['STATE_DIR'] ?? stateFolder, MIRROR_LIMIT_BYTES, MIRROR_UPSTREAM: process.env['MIRROR_UPSTREAM'] });
  const route = registryRoute({ mirror, log: pino({ level: 'warn' }, pino.destination(2)) });
  return {
    files: join(runtimeFiles, '/'),
    config: async ({ app, port }): Promise<RuntimeConfig> => ({
      version: 1,
      app: { origin: app },
      runtime: { originPattern: `http://{container}.rt.slipway.localhost:${port}`, bareOrigin: `http://rt.slipway.localhost:${port}`, allowedParents: [app] },
      preview: { originPattern: `http://{port}--{id}.slipway.localhost:${port}` },
      sites: { originPattern: `http://{label}.slipway-sites.localhost:${port}` },
      registry: { origins: await mirror.origins(), mirrorPath },
      limits: { blobBytes: 64 * 1024 * 1024, treeEntries: 100_000 },
      auth: { localOwner: false },
    }),
    mirror: async (request) => await route.fetch(request),
  };
}
