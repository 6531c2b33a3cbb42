import { join } from 'node:path';
import type { FetchDeadlines } from './fetch-with-deadlines.ts';
import { createDiskCache } from './disk-cache.ts';
import { createPackuments, packumentMeta, type Packuments } from './packuments.ts';
import { createServices, type Services } from './services.ts';
import { createTarballs, tarballMeta, type Tarballs } from './tarballs.ts';
import { findUpstream, type Upstream } from './upstream.ts';

/** Packages are kept; search and audit are passed on. */
export interface RegistryMirror {
  /** Origins whose requests the kernel sends here instead. */
  origins(): Promise<string[]>;
  parts(): Promise<{ packuments: Packuments; tarballs: Tarballs; services: Services }>;
  /** Ends every call to the registry that is under way; nothing is asked of it afterwards. */
  close(): void;
}

/** A mirror below `folder` of the registry that `upstream` names; nothing is asked before the first request. */
export function createRegistryMirror(options: {
  folder: string;
  limitBytes: number;
  /** Asked once, when the first request needs it: starting npm takes longer than starting the server. */
  upstream: (signal: AbortSignal) => Promise<Upstream>;
  now: () => number;
  /** Of every call to the registry; default: what each kind may take. */
  deadlines?: FetchDeadlines;
}): RegistryMirror {
  const { now, deadlines } = options;
  const closing = new AbortController();
  const { signal } = closing;
  let asked: Promise<Upstream> | undefined;
  const upstream = () =>
    (asked ??= options.upstream(signal).catch((error: unknown) => {
      // A failure is not kept: the next request asks again.
      asked = undefined;
      throw error;
    }));
  let made: ReturnType<RegistryMirror['parts']> | undefined;
  const make = async () => {
    const registry = await upstream();
    const packuments = createPackuments(
      // Few and small beside the tarballs: a tenth of the room.
      createDiskCache({
        folder: join(options.folder, 'packuments'),
        limitBytes: options.limitBytes * 0.1,
        metaSchema: packumentMeta,
      }),
      registry,
      { now, signal, deadlines },
    );
    const tarballs = createTarballs(
      createDiskCache({
        folder: join(options.folder, 'tarballs'),
        limitBytes: options.limitBytes * 0.9,
        metaSchema: tarballMeta,
      }),
      packuments,
      registry,
      { signal, deadlines },
    );
    return { packuments, tarballs, services: createServices(registry, { signal, deadlines }) };
  };
  return {
    origins: async () => {
      const { defaultUrl, configuredUrl, otherUrls = [] } = await upstream();
      return [...new Set([defaultUrl, configuredUrl, ...otherUrls].map((url) => new URL(url).origin))];
    },
    parts: () =>
      (made ??= make().catch((error: unknown) => {
        made = undefined;
        throw error;
      })),
    close: () => closing.abort(new Error('Cannot go on asking the registry: the server stops')),
  };
}

/** The mirror of the registry that this machine's npm is configured with. */
export function createNpmMirror(config: {
  STATE_DIR: string;
  MIRROR_LIMIT_BYTES: number;
  MIRROR_UPSTREAM?: string | undefined;
}): RegistryMirror {
  return createRegistryMirror({
    folder: join(config.STATE_DIR, 'mirror'),
    limitBytes: config.MIRROR_LIMIT_BYTES,
    upstream: (signal) => findUpstream(config.MIRROR_UPSTREAM, signal),
    now: () => Date.now(),
  });
}
