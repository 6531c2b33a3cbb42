/**
 * What the server answers first to `/headless` on the bare host, and to whoever it
 * knows may not embed another one. `frame-ancestors` would leave such a page with a
 * blank frame and a client that waits for ever; this page may be framed by anybody,
 * boots nothing, and says what is wrong. Whoever is allowed goes on to the real page,
 * which has that header.
 */
import { EMBEDDER_CHECKED_QUERY } from '@slipway/wire';
import { checkEmbedder } from '../headless/embedder.ts';
import { EmbedderDoor } from '../headless/embedder-door.ts';
import { refuseBoot } from '../headless/refuse-boot.ts';
import { loadConfig } from '../load-config.ts';
import { matchOrigin } from '../origin-pattern.ts';

async function check(): Promise<void> {
  const parentOrigin = location.ancestorOrigins?.[0];
  if (parent === window || parentOrigin === undefined) {
    document.body.textContent = 'This page looks for whom a container is to boot. There is nothing to see here.';
    return;
  }
  const door = new EmbedderDoor(parent, parentOrigin);
  try {
    const config = await loadConfig();
    const label = matchOrigin(config.runtime.originPattern, location.origin)?.['container'];
    checkEmbedder(config, location.ancestorOrigins, label);
    const real = new URL(location.href);
    real.searchParams.set(EMBEDDER_CHECKED_QUERY, '1');
    location.replace(real);
  } catch (error) {
    refuseBoot(door, error);
  }
}

check().catch((error: unknown) => reportError(error));
