import { installWorker } from '@slipway/embed';

/** Built by offline-shell.ts; its scope is the whole origin. */
const WORKER = '/shell.sw.js';

/** Resolves when this browser has the IDE itself, whole. Rejects at Vite's development server, which has no build. */
export async function keepShell(): Promise<void> {
  if (navigator.serviceWorker === undefined) throw new Error('This browser offers no service worker here');
  await installWorker(navigator.serviceWorker, WORKER);
}

/** From the next visit on the page needs its server. */
export async function dropShell(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration('/');
  if (registration === undefined) return;
  await registration.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
}
