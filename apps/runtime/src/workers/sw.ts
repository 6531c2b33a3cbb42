/** Service worker of a preview origin: every request goes to the program that listens on the port. */
import { PreviewWorker } from './preview-worker.ts';

const scope = self as unknown as ServiceWorkerGlobalScope;
const worker = new PreviewWorker(scope);

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener('message', (event) => worker.receive(event));
scope.addEventListener('fetch', (event) => {
  const answer = worker.answer(event);
  if (answer !== undefined) event.respondWith(answer);
});
