/**
 * `/storage`: framed by the app, which cannot reach into this origin by itself. It tells how much the origin keeps in
 * the browser, and deletes it when the app says that its project is gone.
 */
import { deleteKept } from '@slipway/container';
import { storageAnswer, storageRequest, type StorageAnswer } from '@slipway/wire';
import { loadConfig } from '../load-config.ts';

async function serve(): Promise<void> {
  const parentOrigin = location.ancestorOrigins?.[0];
  const { app } = await loadConfig();
  // The header keeps others out; this is the second lock.
  if (parent === window || parentOrigin !== app.origin) {
    document.body.textContent =
      'This page looks after what a project keeps in this browser. There is nothing to see here.';
    return;
  }
  const say = (answer: StorageAnswer): void => parent.postMessage(storageAnswer.parse(answer), app.origin);
  addEventListener('message', ({ origin, source, data }) => {
    if (origin !== app.origin || source !== parent || !storageRequest.safeParse(data).success) return;
    deleteKept().then(
      () => say({ type: 'slipway:storage', state: 'cleared' }),
      (error: unknown) => say({ type: 'slipway:storage', state: 'failed', message: String(error) }),
    );
  });
  const { usage = 0 } = await navigator.storage.estimate();
  say({ type: 'slipway:storage', state: 'ready', bytes: usage });
}

serve().catch((error: unknown) => reportError(error));
