import { join } from 'node:path';
import { createDiskCache } from './disk-cache.ts';
import { createPackuments, packumentMeta, type Packuments } from './packuments.ts';
import { createTarballs, tarballMeta, type Tarballs } from './tarballs.ts';
import { findUpstream, type Upstream } from './upstream.ts';

/** The registry as containers see it. */
export interface RegistryMirror {
  /** Origins whose requests the kernel sends here instead. */
  origins(): Promise<string[]>;
  parts(): Promise<{ packuments: Packuments; tarballs: Tarballs }>;
}

export function createRegistryMirror(options: {
  folder: string;
  limitBytes: number;
  /** Asked once, when the first request needs it: starting npm takes longer than starting the server. */
  upstream: () => Promise<Upstream>;
  now: () => number;
}): RegistryMirror {
  let asked: Promise<Upstream> | undefined;
  const upstream = () =>
    (asked ??= options.upstream().catch((error: unknown) => {
      asked = undefined;
      throw error;
    }));
  let made: ReturnType<RegistryMirror['parts']> | undefined;
  const make = async () => {
    const registry = await upstream();
    const packuments = createPackuments(
      // Few and small beside the tarballs: a tenth of the room.
      createDiskCache({ folder: join(options.folder, 'packuments'), limitBytes: options.limitBytes * 0.1, metaSchema: packumentMeta }),
      registry,
      options.now,
    );
    const tarballs = createTarballs(
      createDiskCache({ folder: join(options.folder, 'tarballs'), limitBytes: options.limitBytes * 0.9, metaSchema: tarballMeta }),
      packuments,
      registry,
    );
    return { packuments, tarballs };
  };
  return {
    origins: async () => {
      const { defaultUrl, configuredUrl } = await upstream();
      return [...new Set([defaultUrl, configuredUrl].map((url) => new URL(url).origin))];
    },
    parts: () =>
      (made ??= make().catch((error: unknown) => {
        made = undefined;
        throw error;
      })),
  };
}

/** The mirror of the registry that this machine's npm is configured with. */
export function createNpmMirror(config: { STATE_DIR: string; MIRROR_LIMIT_BYTES: number; MIRROR_UPSTREAM?: string | undefined }): RegistryMirror {
  return createRegistryMirror({
    folder: join(config.STATE_DIR, 'mirror'),
    limitBytes: config.MIRROR_LIMIT_BYTES,
    upstream: () => findUpstream(config.MIRROR_UPSTREAM),
    now: () => Date.now(),
  });
}
