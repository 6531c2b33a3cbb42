import { serveHosts, type ServedHosts } from '@slipway/embed/node';
import { localRuntime } from '../../apps/cli/src/container/local-runtime.ts';

/** The runtime as built here on a port of its own, for pages of other servers on this machine. */
export async function serveRuntime(): Promise<ServedHosts & { readonly address: string }> {
  const hosts = await serveHosts({
    ...localRuntime(),
    app: () => false,
    embedders: ['http://localhost:*', 'http://127.0.0.1:*'],
  });
  return { ...hosts, address: `http://rt.slipway.localhost:${hosts.port}` };
}
