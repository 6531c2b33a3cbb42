/** What a service worker keeps of its origin, so that pages open while no server answers. */
export interface OfflineParts {
  /** Begins the names of its caches, of which there is one for each version. */
  readonly name: string;
  /** Names the build: another set of files has another. */
  readonly version: string;
  /** Paths of files whose names change with their bytes. */
  readonly files: readonly string[];
  /** Addresses that are asked for anew each time; the copy is for when nobody answers. */
  readonly pages: readonly string[];
  /** Which of `pages` stands for a request that nobody answers; undefined: the browser does without us. */
  pageFor(url: URL, isNavigation: boolean): string | undefined;
}

/** As many as an HTTP/1.1 host gets, less what the page needs meanwhile. */
const AT_ONCE = 4;

/**
 * Makes the service worker one that keeps this build, whole or not at all. A page is never given from the copy as long
 * as the server answers, whatever it answers. Nothing but pages and files of the build is touched: the answers of an
 * API are somebody's, and a browser may be another's tomorrow.
 */
export function serveOffline(scope: ServiceWorkerGlobalScope, parts: OfflineParts): void {
  const { origin } = scope.location;
  const files = new Set(parts.files);
  const cacheName = `${parts.name}-${parts.version}`;
  const copyOf = (path: string): Promise<Response | undefined> =>
    // An answer's `Vary` is about encodings, which are undone by now.
    scope.caches.match(path, { cacheName, ignoreVary: true });

  scope.addEventListener('install', (event) =>
    event.waitUntil(fill(scope, cacheName, parts).then(() => scope.skipWaiting())),
  );
  scope.addEventListener('activate', (event) => event.waitUntil(forgetOthers(scope, parts.name, cacheName)));
  scope.addEventListener('fetch', (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== 'GET' || url.origin !== origin) return;
    if (files.has(url.pathname)) {
      event.respondWith(answerOrCopy(request, () => copyOf(url.pathname)));
      return;
    }
    const page = parts.pageFor(url, request.mode === 'navigate');
    if (page === undefined) return;
    event.respondWith(
      fetch(request).catch(async (error: unknown) => {
        const copy = await copyOf(page);
        if (copy === undefined) throw error;
        return copy;
      }),
    );
  });
}

/**
 * Of a file that is named by its content the copy will do wherever the server has it no more. It comes second all the
 * same: the browser's own cache is as fast, and no script of this origin writes into that.
 */
async function answerOrCopy(request: Request, copyOf: () => Promise<Response | undefined>): Promise<Response> {
  const answer = await fetch(request).catch((error: unknown) => error);
  if (answer instanceof Response && answer.ok) return answer;
  const copy = await copyOf();
  if (copy !== undefined) return copy;
  if (answer instanceof Response) return answer;
  throw answer;
}

/** Puts everything into the version's cache. What another version has under the same name is not asked for again. */
async function fill(scope: ServiceWorkerGlobalScope, cacheName: string, parts: OfflineParts): Promise<void> {
  const cache = await scope.caches.open(cacheName);
  const queue = [
    ...parts.files.map((path) => ({ path, anew: false })),
    ...parts.pages.map((path) => ({ path, anew: true })),
  ];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const known = next.anew ? undefined : await scope.caches.match(next.path, { ignoreVary: true });
      const answer = known ?? (await fetch(next.path, next.anew ? { cache: 'no-cache' } : {}));
      if (!answer.ok) throw new Error(`Cannot keep "${next.path}": the server answered ${answer.status}`);
      await cache.put(next.path, answer);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } catch (error) {
    // The browser tries again with the next visit; half a build is none.
    await scope.caches.delete(cacheName);
    throw error;
  }
}

async function forgetOthers(scope: ServiceWorkerGlobalScope, name: string, cacheName: string): Promise<void> {
  for (const known of await scope.caches.keys())
    if (known.startsWith(`${name}-`) && known !== cacheName) await scope.caches.delete(known);
}
