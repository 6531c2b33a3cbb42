/** What the service worker of a preview does with a request. */
import { injectedTags, injectIntoHtml, type PageToWorker, type WorkerToPage } from '@slipway/gateway/preview';
import type { PreviewScript } from '@slipway/wire';
import { loadHosts } from '../load-hosts.ts';
import { fillOrigin, matchPreview } from '../origin-pattern.ts';
import { CookieBox } from './cookie-box.ts';
import { KernelLink, type Outcome } from './kernel-link.ts';
import { failurePage } from './failure-page.ts';
import { isolationHeaders, pageHeaders } from './response-headers.ts';

/** The text of `preview/inject.ts`, built. */
declare const SLIPWAY_INJECT: string;

const INJECT_PATH = '/__slip/inject.js';

/** How long a page may take to bring a port. A background tab is slow; a frozen one never answers. */
const NEED_MS = 4_000;
/** For a navigation the page that installs everything anew is better than more patience. */
const NEED_FOR_NAVIGATION_MS = 1_500;

/** What a page's first script is told, as attributes: two origins, and the port in the container. */
type PageHosts = Readonly<Record<'runtime' | 'app' | 'port', string>>;

/** Keeps no state that matters: a browser may end and start the worker between any two requests. */
export class PreviewWorker {
  readonly #scope: ServiceWorkerGlobalScope;
  readonly #cookies: CookieBox;
  #link: KernelLink | undefined;
  #coep = 'require-corp';
  #hosts: Promise<PageHosts> | undefined;
  #waiting: (() => void)[] = [];

  constructor(scope: ServiceWorkerGlobalScope) {
    this.#scope = scope;
    this.#cookies = new CookieBox(scope);
  }

  receive(event: ExtendableMessageEvent): void {
    const data = event.data as PageToWorker | null;
    if (data?.type === 'slipway:kernel-gone') {
      this.#link?.kernelGone();
      this.#link = undefined;
    } else if (data?.type === 'slipway:port') {
      const [port] = event.ports;
      if (port === undefined) return;
      const source = event.source as Client | null;
      // Takes the place of the one before only when the kernel has answered on it.
      const link = new KernelLink(port, (coep) => {
        this.#coep = coep;
        this.#link = link;
        for (const resolve of this.#waiting.splice(0)) resolve();
        const live: WorkerToPage = { type: 'slipway:live' };
        source?.postMessage(live);
      });
    }
  }

  /** `undefined`: the browser shall do it. */
  answer(event: FetchEvent): Promise<Response> | undefined {
    const url = new URL(event.request.url);
    if (url.origin !== this.#scope.location.origin) return undefined;
    if (url.pathname === INJECT_PATH)
      return Promise.resolve(
        new Response(SLIPWAY_INJECT, {
          headers: {
            'Content-Type': 'text/javascript; charset=utf-8',
            'Cache-Control': 'no-cache',
            ...isolationHeaders(this.#coep),
          },
        }),
      );
    if (url.pathname.startsWith('/__slip/')) return undefined;
    return this.#serve(event, url);
  }

  async #serve(event: FetchEvent, url: URL): Promise<Response> {
    const { request } = event;
    const navigation = request.mode === 'navigate';
    let outcome: Outcome = { type: 'unheard' };
    // Once more when nobody heard it: the port may have died with the last kernel.
    for (let tries = 0; tries < 2 && outcome.type === 'unheard'; tries++) {
      const link = await this.#needLink(navigation);
      if (link === undefined) break;
      outcome = await link.fetch(
        { method: request.method, target: url.pathname + url.search, headers: await this.#requestHeaders(request) },
        request.body === null ? undefined : () => readPieces(request.body),
        request.signal,
      );
    }
    switch (outcome.type) {
      case 'head':
        return this.#respond(request, outcome);
      case 'failed':
        if (outcome.reason === 'gone' && navigation) return this.#bootstrap(request);
        // No page was open when another tab took the previews: then this port still leads to the tab before it.
        if (outcome.reason === 'refused' || outcome.reason === 'stopped') this.#link?.retire();
        return failurePage(
          navigation,
          outcome.reason,
          outcome.message,
          url,
          this.#coep,
          navigation ? await this.#tags(undefined) : '',
        );
      case 'unheard':
        return navigation
          ? this.#bootstrap(request)
          : failurePage(false, 'gone', 'No IDE tab serves this preview', url, this.#coep);
    }
  }

  /** A port that works, asking the open pages for one where there is none. */
  async #needLink(navigation: boolean): Promise<KernelLink | undefined> {
    const present = this.#usableLink();
    if (present !== undefined) return present;
    const clients = await this.#scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
    // Only a page can reach the kernel's frame: without one there is nobody to ask.
    if (clients.length === 0) return undefined;
    const live = new Promise<void>((resolve) => this.#waiting.push(resolve));
    const need: WorkerToPage = { type: 'slipway:need-port' };
    for (const client of clients) client.postMessage(need);
    await Promise.race([
      live,
      new Promise((resolve) => setTimeout(resolve, navigation ? NEED_FOR_NAVIGATION_MS : NEED_MS)),
    ]);
    return this.#usableLink();
  }

  #usableLink(): KernelLink | undefined {
    return this.#link?.usable === true ? this.#link : undefined;
  }

  /** The page that connects and installs, from the server: it knows what to say when nobody is there. */
  async #bootstrap(request: Request): Promise<Response> {
    return fetch(
      new Request(request.url, { headers: { Accept: 'text/html' }, cache: 'no-store', credentials: 'omit' }),
    );
  }

  async #requestHeaders(request: Request): Promise<[string, string][]> {
    const headers: [string, string][] = [...request.headers];
    // The browser adds these below us, where we cannot see them.
    if (request.referrer !== '' && request.referrer !== 'about:client') headers.push(['referer', request.referrer]);
    if (request.method !== 'GET' && request.method !== 'HEAD') headers.push(['origin', this.#scope.location.origin]);
    headers.push(
      ['sec-fetch-dest', request.destination === '' ? 'empty' : request.destination],
      ['sec-fetch-mode', request.mode],
      ['sec-fetch-site', 'same-origin'],
    );
    if (!request.headers.has('user-agent')) headers.push(['user-agent', this.#scope.navigator.userAgent]);
    if (request.credentials !== 'omit') {
      const cookie = await this.#cookies.header();
      if (cookie !== '') headers.push(['cookie', cookie]);
    }
    return headers;
  }

  async #respond(request: Request, { head, body }: Extract<Outcome, { type: 'head' }>): Promise<Response> {
    if (request.credentials !== 'omit') await this.#cookies.store(head.headers);
    const headers = pageHeaders(head.headers, this.#coep);
    // Fetch, "null body status": a Response with a body throws for these.
    const bodiless = !head.hasBody || [204, 205, 304].includes(head.status);
    const init = {
      status: head.status >= 200 && head.status <= 599 ? head.status : 502,
      // Response takes a reason phrase of printable ASCII alone.
      statusText: head.statusText.replace(/[^\x20-\x7e]/g, ''),
      headers,
    };
    if (bodiless) return new Response(null, init);
    const stream = toStream(body);
    const isPage =
      ['document', 'iframe', 'frame'].includes(request.destination) &&
      /^(?:text\/html|application\/xhtml\+xml)\b/i.test(headers.get('content-type') ?? '');
    if (!isPage) return new Response(stream, init);
    // The tags make it longer than the program said.
    headers.delete('content-length');
    return new Response(stream.pipeThrough(injectIntoHtml(await this.#tags(head.script))), init);
  }

  async #tags(script: PreviewScript | undefined): Promise<string> {
    return injectedTags(INJECT_PATH, await this.#getHosts(), script);
  }

  #getHosts(): Promise<PageHosts> {
    const load = async (): Promise<PageHosts> => {
      const patterns = await loadHosts();
      const preview = matchPreview(patterns.preview, this.#scope.location.origin);
      return {
        runtime: fillOrigin(patterns.runtime, { container: preview?.id ?? '' }),
        app: patterns.app,
        port: String(preview?.port ?? ''),
      };
    };
    this.#hosts ??= load().catch((error: unknown) => {
      // The next request asks again: the server may only have been away.
      this.#hosts = undefined;
      throw error;
    });
    return this.#hosts;
  }
}

async function* readPieces(stream: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = stream?.getReader();
  for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) yield next.value;
}

/** Pulls piece by piece, so that a slow reader slows the program. */
function toStream(body: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await pieces.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await pieces.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
