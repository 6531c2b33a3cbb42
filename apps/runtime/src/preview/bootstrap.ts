/**
 * The page that any address of a preview host answers with as long as no service
 * worker does. It connects, installs the worker, and loads the address again.
 */
import { STARTING_TYPE } from '@slipway/wire/follow';
import { loadHosts } from '../load-hosts.ts';
import { fillOrigin, matchPreview } from '../origin-pattern.ts';
import { whatToAllow } from '../what-to-allow.ts';
import { PreviewLink } from './preview-link.ts';

const PATIENCE_MS = 10_000;

function show(title: string, detail: string): void {
  const heading = document.querySelector('h1');
  const text = document.querySelector('p');
  if (heading !== null) heading.textContent = title;
  if (text !== null) text.textContent = detail;
}

async function connect(): Promise<void> {
  const patterns = await loadHosts();
  const preview = matchPreview(patterns.preview, location.origin);
  if (preview === undefined) throw new Error(`"${location.origin}" is not a preview of this server`);
  if (navigator.serviceWorker === undefined) throw new Error('this browser offers no service worker here');

  const runtime = fillOrigin(patterns.runtime, { container: preview.id });
  const link = new PreviewLink(runtime, document.body, {
    kernel(state) {
      if (state === 'up') install().catch(complain);
      else if (state === 'denied')
        show(
          'This preview cannot be shown here',
          `The browser denies storage to this page because another site embeds it. ${whatToAllow(location.host)}`,
        );
      else
        show(
          'The IDE tab is not open',
          'This preview is served by the tab in which the project runs. ' +
            'Open the project there; this page continues by itself.',
        );
    },
    live() {
      // Now this address is answered by the program.
      location.reload();
    },
  });

  let installing = false;
  const install = async (): Promise<void> => {
    if (installing) return;
    installing = true;
    try {
      const registration = await navigator.serviceWorker.register('/__slip/sw.js', { scope: '/' });
      // A worker that is there already is used at once: `ready` can take seconds.
      const worker = registration.active ?? (await activated(registration));
      link.servePort(worker);
    } finally {
      installing = false;
    }
  };
  setTimeout(() => {
    if (link.state === undefined) show('Still connecting', `The runtime at ${runtime} has not answered yet.`);
  }, PATIENCE_MS);
}

function activated(registration: ServiceWorkerRegistration): Promise<ServiceWorker> {
  const worker = registration.installing ?? registration.waiting;
  if (worker === null) return Promise.reject(new Error('the service worker could not be installed'));
  return new Promise((resolve, reject) => {
    const check = (): void => {
      if (worker.state === 'activated') resolve(worker);
      else if (worker.state === 'redundant') reject(new Error('the service worker could not be installed'));
    };
    worker.addEventListener('statechange', check);
    check();
  });
}

function complain(error: unknown): void {
  show('This preview cannot be shown', error instanceof Error ? error.message : String(error));
}

// Before its load event, and to whoever frames it: it says nothing.
if (parent !== window) parent.postMessage({ type: STARTING_TYPE }, '*');
connect().catch(complain);
