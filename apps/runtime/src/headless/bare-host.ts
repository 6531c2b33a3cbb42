import { runtimeOrigin, type RuntimeConfig } from '@slipway/wire';
import type { EmbedderDoor } from './embedder-door.ts';
import { embedderLabel } from './embedder.ts';

const LOAD_MS = 30_000;

/**
 * The host that third-party embedders know. Each gets an origin of its own for
 * its containers, one frame further down; what that page says is handed up.
 */
export async function relayToOwnOrigin(config: RuntimeConfig, embedder: string, door: EmbedderDoor): Promise<void> {
  const origin = runtimeOrigin(config, await embedderLabel(embedder));
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
