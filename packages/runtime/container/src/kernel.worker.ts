/** The kernel worker: opens containers and serves clients. It never blocks. */
import type { OutboundConnection } from '@slipway/kernel';
import { serveOutbound } from '@slipway/gateway';
import type { KernelBoot } from './host/container-host.ts';
import { type KernelScope, serveKernelWorker } from './host/serve-kernel-worker.ts';
import { openContainer } from './open-container.ts';

const fetchOutside = globalThis.fetch.bind(globalThis);

/** HTTP is all that can leave a browser tab; see packages/gateway. */
function outbound(connection: OutboundConnection, boot: KernelBoot): boolean {
  const { registry } = boot.config;
  const mirrorUrl = new URL(
    registry.mirrorPath.endsWith('/') ? registry.mirrorPath : `${registry.mirrorPath}/`,
    location.href,
  ).href;
  serveOutbound(
    connection,
    { registryOrigins: registry.origins, mirrorUrl, capability: boot.clientId },
    fetchOutside,
  ).catch((error: unknown) => {
    console.error(`Cannot serve the connection to ${connection.host}: ${String(error)}`);
    connection.stream.close();
  });
  return true;
}

serveKernelWorker(self as unknown as KernelScope, (boot, options) => openContainer(boot, options, { outbound }));
