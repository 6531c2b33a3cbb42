import { fileURLToPath } from 'node:url';
import type { HostsOptions } from '@slipway/embed/node';
import { createNpmMirror, MIRROR_PATH, registryRoute } from '@slipway/registry-mirror';
import { pino } from 'pino';

const runtimeFiles = fileURLToPath(new URL('../../../runtime/dist', import.meta.url));
const stateFolder = fileURLToPath(new URL('../../../../.slipway', import.meta.url));
/** Of the cache on disk, which the server of this checkout shares. */
const MIRROR_LIMIT_BYTES = 4 * 1024 ** 3;

/** The runtime as it was built here, with the registry mirror, to be served. No database, no accounts. */
export function localRuntime(): Required<Pick<HostsOptions, 'files' | 'registry'>> {
  const mirror = createNpmMirror({
    STATE_DIR: process.env['STATE_DIR'] ?? stateFolder,
    MIRROR_LIMIT_BYTES,
    MIRROR_UPSTREAM: process.env['MIRROR_UPSTREAM'],
  });
  // Two is stderr: stdout is the command's own.
  const route = registryRoute({ mirror, log: pino({ level: 'warn' }, pino.destination(2)) });
  return {
    files: runtimeFiles,
    registry: {
      origins: () => mirror.origins(),
      path: MIRROR_PATH,
      answer: async (request) => await route.fetch(request),
    },
  };
}
