import { type BootOptions, WebContainer } from '@webcontainer/api';
import { BootError } from './boot-error.ts';

/** The client's own options, and where the runtime is. */
export interface BootContainerOptions extends BootOptions {
  /** Origin of the runtime's bare host: `https://rt.example.org`. */
  readonly origin: string;
  /** How long its page may say nothing before this is given up; default 10 s. */
  readonly silenceMs?: number;
}

const SILENCE_MS = 10_000;
const PROBE_MS = 3_000;

/**
 * Boots a container on a runtime of one's own and returns the client's `WebContainer`. The client alone waits for
 * ever for a page that does not load; this rejects, with what to do.
 */
export async function bootContainer(options: BootContainerOptions): Promise<WebContainer> {
  const { origin: address, silenceMs = SILENCE_MS, ...own } = options;
  const origin = originOf(address);
  if (!globalThis.crossOriginIsolated)
    throw new BootError(
      'NOT_ISOLATED',
      'this page is not cross-origin isolated; serve it over HTTPS or on localhost with ' +
        '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp" ' +
        '(or "credentialless"), ' +
        'and where it is framed, the frame with allow="cross-origin-isolated"',
    );
  // Read by the client when it first boots; only the origin of it counts.
  Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: origin });
  const watch = watchSilence(origin, silenceMs);
  try {
    const booting = WebContainer.boot(own);
    // Given up, it may still fail; who waits for it has been told.
    booting.catch(() => undefined);
    return await Promise.race([booting, watch.silence]);
  } finally {
    watch.stop();
  }
}

function originOf(address: string): string {
  if (!URL.canParse(address))
    throw new BootError('BAD_ADDRESS', `"${address}" is no address; wanted is one such as "https://rt.example.org"`);
  const { origin, protocol } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new BootError('BAD_ADDRESS', `"${address}" is not an address of http or https`);
  return origin;
}

/** `silence` rejects when the runtime's page has not said a word in time, or the page's own policy blocks it. */
function watchSilence(origin: string, silenceMs: number): { silence: Promise<never>; stop: () => void } {
  const ended = new AbortController();
  const { signal } = ended;
  const silence = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => diagnose(origin, silenceMs).then(reject, reject), silenceMs);
    signal.addEventListener('abort', () => clearTimeout(timer));
    // Its first word: from then on it tells by itself what goes wrong.
    const hear = (event: MessageEvent<unknown>): void => {
      if (event.origin === origin) clearTimeout(timer);
    };
    addEventListener('message', hear, { signal });
    document.addEventListener(
      'securitypolicyviolation',
      (event) => {
        if (!event.blockedURI.startsWith(origin) || event.disposition === 'report') return;
        const policy = `"${event.effectiveDirective}" of this page's Content-Security-Policy`;
        reject(new BootError('FRAME_BLOCKED', `${policy} keeps "${origin}" away: add it there`));
      },
      { signal },
    );
  });
  silence.catch(() => undefined);
  return { silence, stop: () => ended.abort() };
}

/** What can be found out from outside. A frame that was blocked looks like any other. */
async function diagnose(origin: string, silenceMs: number): Promise<BootError> {
  const wait = `"${origin}/headless" said nothing within ${silenceMs / 1000} s`;
  const answers = async (): Promise<boolean> => {
    try {
      await fetch(`${origin}/__slip/config.json`, {
        mode: 'no-cors',
        credentials: 'omit',
        cache: 'no-store',
        signal: AbortSignal.timeout(PROBE_MS),
      });
      return true;
    } catch (error) {
      // Refused, not there, or without the header that lets this page have it: a TypeError all the same.
      if (error instanceof TypeError || error instanceof DOMException) return false;
      throw error;
    }
  };
  if (!(await answers()))
    return new BootError(
      'UNREACHABLE',
      `${wait}, and nothing answers there that this page may load; ` +
        "the runtime's files must be served at that address " +
        'with "Cross-Origin-Resource-Policy: cross-origin"',
    );
  return new BootError(
    'SILENT',
    `${wait}, though a server answers there; "/headless" must be the runtime's page, with ` +
      '"Cross-Origin-Embedder-Policy: require-corp" and "Cross-Origin-Resource-Policy: cross-origin", and no ' +
      `"frame-ancestors" or "X-Frame-Options" that leaves out "${location.origin}"`,
  );
}
