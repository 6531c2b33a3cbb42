import { ComlinkSession, createFailedRoot } from '@slipway/container';
import type { EmbedderDoor } from './embedder-door.ts';

/**
 * Says why nothing boots: in the embedder's console, and by a `build()` that rejects.
 * The client alone would wait for ever.
 */
export function refuseBoot(door: EmbedderDoor, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  door.fail(message);
  const channel = new MessageChannel();
  new ComlinkSession().serve(createFailedRoot(message), channel.port1);
  door.init(channel.port2);
}
