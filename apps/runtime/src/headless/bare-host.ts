import { EMBEDDER_SLOTS, runtimeOrigin, type RuntimeConfig } from '@slipway/wire';
import type { EmbedderDoor } from './embedder-door.ts';
import { embedderLabel } from './embedder.ts';

const LOAD_MS = 30_000;

/**
 * The host that third-party embedders know. Each page of theirs gets an origin of its own for
 * its container, one frame further down; what that page says is handed up.
 */
export async function relayToOwnOrigin(config: RuntimeConfig, embedder: string, door: EmbedderDoor): Promise<void> {
  const slot = await takeSlot(embedder);
  const origin = runtimeOrigin(config, await embedderLabel(embedder, slot));
  const frame = document.createElement('iframe');
  frame.style.display = 'none';
  frame.allow = 'cross-origin-isolated';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`Cannot boot: "${origin}" did not answer within ${LOAD_MS / 1000} s`)),
      LOAD_MS,
    );
    addEventListener('message', (event) => {
      if (event.origin !== origin || event.source !== frame.contentWindow) return;
      door.forward(event.data, event.ports);
      if ((event.data as { type?: unknown } | null)?.type === 'init') {
        clearTimeout(timer);
        resolve();
      }
    });
    frame.src = `${origin}/headless${location.search}`;
    document.body.append(frame);
  });
}

/**
 * The lowest number that no other living page of this embedder has: two tabs are two
 * containers. It is a lock, held until this page goes, however it goes.
 */
async function takeSlot(embedder: string): Promise<number> {
  for (let slot = 0; slot < EMBEDDER_SLOTS; slot++) {
    if (await holdLock(`slipway-embedder-${embedder}-${slot}`)) return slot;
  }
  throw new Error(
    `Cannot boot: ${EMBEDDER_SLOTS} pages of "${embedder}" have a container in this browser, close one of them`,
  );
}

async function holdLock(name: string): Promise<boolean> {
  try {
    return await new Promise<boolean>((resolve, reject) => {
      navigator.locks
        .request(name, { ifAvailable: true }, (lock) => {
          resolve(lock !== null);
          return lock === null ? undefined : new Promise<never>(() => undefined);
        })
        .catch(reject);
    });
  } catch (error) {
    // Without storage there are no locks and no previews, so that nothing is shared by pages of one number.
    if (error instanceof DOMException && error.name === 'SecurityError') return true;
    throw error;
  }
}
