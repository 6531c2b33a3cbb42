/**
 * `/headless`: the hidden iframe of the client. It opens the doors of a kernel
 * worker and hands them up; whatever goes wrong is said by a warning in the
 * embedder's console and by a `build()` that rejects, since the client itself
 * would wait for ever.
 */
import type { RuntimeConfig } from '@slipway/wire';
import { parseHeadlessQuery, type HeadlessQuery } from '@slipway/wire';
import { loadConfig } from '../load-config.ts';
import { matchOrigin } from '../origin-pattern.ts';
import { checkEmbedder, checkOwnLabel } from './embedder.ts';
import { EmbedderDoor } from './embedder-door.ts';
import { relayToOwnOrigin } from './bare-host.ts';
import { missingFeature, missingFeatures } from './features.ts';
import { refuseBoot } from './refuse-boot.ts';
import { startKernel, type KernelStart } from './start-kernel.ts';

async function boot(): Promise<void> {
  const parentOrigin = location.ancestorOrigins?.[0];
  if (parent !== window && parentOrigin === undefined) {
    // Told to whoever it is: a refusal gives nothing away.
    refuseBoot(new EmbedderDoor(parent, 'null'), new Error(missingFeature('location.ancestorOrigins')));
    return;
  }
  if (parent === window || parentOrigin === undefined) {
    document.body.textContent =
      'This page holds a container for the page that embeds it. There is nothing to see here.';
    return;
  }
  const door = new EmbedderDoor(parent, parentOrigin);
  try {
    const query = parseHeadlessQuery(new URLSearchParams(location.search));
    // Both at once; on the bare host, where no kernel runs, and in a page that is not isolated nothing is loaded in
    // vain.
    const kernel = crossOriginIsolated && ownLabel(location.hostname) ? startKernelNow(door) : undefined;
    const config = await loadConfig();
    const label = matchOrigin(config.runtime.originPattern, location.origin)?.['container'];
    checkEmbedder(config, location.ancestorOrigins, label);
    if (location.origin === config.runtime.bareOrigin && !isOnlyHost(config)) {
      await relayToOwnOrigin(config, parentOrigin, door);
      return;
    }
    // Offered before anything heavy begins, so that all of the boot can be followed.
    const control = door.offerControl();
    await serve(config, query, kernel, door, control);
  } catch (error) {
    refuseBoot(door, error);
  }
}

async function serve(
  config: RuntimeConfig,
  query: HeadlessQuery,
  kernel: KernelStart | undefined,
  door: EmbedderDoor,
  control: MessagePort,
): Promise<void> {
  // With one name for everything there is one container for each page, and no preview that could tell them apart.
  const alone = isOnlyHost(config);
  const containerId = alone ? ONLY_ID : matchOrigin(config.runtime.originPattern, location.origin)?.['container'];
  if (containerId === undefined)
    throw new Error(`Cannot boot: "${location.origin}" is not a runtime host of this server`);
  await checkOwnLabel(config, location.ancestorOrigins, containerId);
  if (!crossOriginIsolated) {
    throw new Error(
      'Cannot boot: this page is not cross-origin isolated. The embedding page must be served with ' +
        '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp" ' +
        '(or "credentialless"), over HTTPS or on localhost',
    );
  }
  const missing = missingFeatures(globalThis)[0];
  if (missing !== undefined) throw new Error(missingFeature(missing));
  const running = await (kernel ?? startKernelNow(door)).boot({
    config,
    containerId,
    clientId: query.clientId,
    // Behind the bare host's frame (checkOwnLabel).
    embedder: location.ancestorOrigins[0] === config.runtime.bareOrigin ? (location.ancestorOrigins[1] ?? null) : null,
    coep: previewCoep(query.coep, door),
    assets: assetUrls(),
  });
  running.give({ type: 'control', port: control });
  const client = new MessageChannel();
  running.give({ type: 'client', port: client.port1 });
  door.init(client.port2);
  if (!alone) running.servePreviews();
}

const startKernelNow = (door: EmbedderDoor): KernelStart =>
  startKernel(assetUrls()['kernel.worker'], (level, message) => door.warn(level, message));

/** Whether the runtime is served at one name, as a host of files has it (packages/runtime/embed, static-folder). */
function isOnlyHost(config: RuntimeConfig): boolean {
  return config.runtime.originPattern === config.runtime.bareOrigin;
}

const ONLY_ID = 'only';

/** Whoever got here is isolated, and shows only previews that say something. */
function previewCoep(asked: HeadlessQuery['coep'], door: EmbedderDoor): HeadlessQuery['coep'] {
  if (asked !== 'none') return asked;
  door.warn('warn', 'Containers need cross-origin isolation: "coep: none" is taken as "credentialless"');
  return 'credentialless';
}

function assetUrls(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SLIPWAY_ASSETS).map(([name, path]) => [name, new URL(path, location.origin).href]),
  );
}

/** A guess before the configuration is known: the bare host begins with `rt.`, the others with a label. */
function ownLabel(hostname: string): boolean {
  return !hostname.startsWith('rt.');
}

// Even the way of telling has failed: the console is all that is left.
boot().catch((error: unknown) => console.error(`Cannot boot: ${String(error)}`));
