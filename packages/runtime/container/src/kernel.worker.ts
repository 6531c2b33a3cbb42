/** The kernel worker: opens containers and serves clients. It never blocks. */
import type { OutboundConnection } from '@slipway/kernel';
import {
  carryThroughRelay,
  makeMirrorPass,
  type MirrorPass,
  RelayClient,
  requestOrigin,
  serveOutbound,
} from '@slipway/gateway';
import { MIRROR_PASS_PATH, mirrorPassResponse } from '@slipway/wire';
import { makeRelayHost } from './host/relay-host.ts';
import type { KernelBoot } from './host/container-host.ts';
import { type KernelScope, serveKernelWorker } from './host/serve-kernel-worker.ts';
import { openContainer } from './open-container.ts';

const fetchOutside = globalThis.fetch.bind(globalThis);

/** Another pass for the mirror, from the host that has it; null where it gives none. */
async function askForPass({ clientId, embedder }: KernelBoot): Promise<string | null> {
  const response = await fetchOutside(new URL(MIRROR_PASS_PATH, location.origin), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ shown: clientId, embedder }),
    signal: AbortSignal.timeout(PASS_LIMIT_MS),
  }).catch((error: unknown) => {
    console.warn(`Cannot ask for a pass to the registry mirror: ${String(error)}`);
  });
  if (!response?.ok) return null;
  const parsed = mirrorPassResponse.safeParse(await response.json());
  return parsed.success ? parsed.data.pass : null;
}

const PASS_LIMIT_MS = 20_000;

/** One worker has one boot; all its containers share what opens the mirror, and the relay's line. */
let pass: MirrorPass | undefined;
let relay: RelayClient | undefined;

/** The registry's requests go to the mirror, what the relay leads to through it, and all else as HTTP of the tab. */
function outbound(connection: OutboundConnection, boot: KernelBoot): boolean {
  const { registry } = boot.config;
  const mirrorUrl = new URL(
    registry.mirrorPath.endsWith('/') ? registry.mirrorPath : `${registry.mirrorPath}/`,
    location.href,
  ).href;
  pass ??= makeMirrorPass(boot.clientId, () => askForPass(boot));
  if (boot.config.relay) relay ??= new RelayClient(makeRelayHost(pass, fetchOutside));
  serve(connection, { registryOrigins: registry.origins, mirrorUrl, pass }).catch((error: unknown) => {
    console.error(`Cannot serve the connection to ${connection.host}: ${String(error)}`);
    connection.stream.close();
  });
  return true;
}

/**
 * The relay decides by its server's answer whether it takes the host; what it does not take goes as HTTP of
 * the tab.
 */
async function serve(connection: OutboundConnection, policy: Parameters<typeof serveOutbound>[1]): Promise<void> {
  const { host, port, secure } = connection;
  const isRegistry = policy.registryOrigins.includes(requestOrigin(host, port, secure));
  if (!isRegistry && relay !== undefined && (await carryThroughRelay(connection, relay))) return;
  await serveOutbound(connection, policy, fetchOutside);
}

serveKernelWorker(self as unknown as KernelScope, (boot, options) => openContainer(boot, options, { outbound }));
