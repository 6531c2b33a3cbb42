/**
 * `/storage`: framed by the app, which cannot reach into this origin by itself. It tells how much the origin keeps in
 * the browser, and deletes it when the app says that its project is gone.
 */
import { deleteKept } from '@slipway/container';
import { installWorker } from '@slipway/embed';
import { storageAnswer, storageRequest, type StorageAnswer } from '@slipway/wire';
import { loadConfig } from '../load-config.ts';

/** Built from workers/offline.sw.ts; its scope is the whole origin. */
const OFFLINE_WORKER = '/offline.sw.js';

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
    const request = storageRequest.safeParse(data);
    if (origin !== app.origin || source !== parent || !request.success) return;
    const isClear = request.data.do === 'clear';
    (isClear ? clear() : keepBoot()).then(
      () => say({ type: 'slipway:storage', state: isClear ? 'cleared' : 'offline' }),
      (error: unknown) => say({ type: 'slipway:storage', state: 'failed', message: String(error) }),
    );
  });
  const { usage = 0 } = await navigator.storage.estimate();
  say({ type: 'slipway:storage', state: 'ready', bytes: usage });
}

async function clear(): Promise<void> {
  await deleteKept();
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
}

/** Resolves when a container of this origin boots without a server. */
async function keepBoot(): Promise<void> {
  const { serviceWorker } = navigator;
  if (serviceWorker === undefined) throw new Error('this browser offers no service worker here');
  await installWorker(serviceWorker, OFFLINE_WORKER);
}

serve().catch((error: unknown) => reportError(error));
