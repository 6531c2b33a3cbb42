import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createDiskCache } from '@slipway/registry-mirror/disk-cache';
import type { SandboxFile } from '@slipway/sandboxes';
import type { Logger } from 'pino';
import * as z from 'zod';
import { packSet, unpackSet } from './set-archive.ts';

/** Sets of dependencies that one owner's builds have installed; other owners' are not reached from here. */
export interface OwnerSets {
  /** What `keep` was given under this key, byte by byte. */
  find(key: string): Promise<SandboxFile[] | undefined>;
  keep(key: string, files: readonly SandboxFile[]): Promise<void>;
}

/**
 * Dependency sets on this worker's disk (P-32). Nobody's set reaches another owner: it was unpacked inside a sandbox,
 * beside that owner's files, and not by code of ours alone.
 */
export interface DependencySets {
  of(ownerId: string): OwnerSets;
}

const setMeta = z.strictObject({ sha256: z.string() });

/** The least recently used give way above the limit. Workers of one machine share the folder. */
export function createDependencySets(options: { folder: string; limitBytes: number; log: Logger }): DependencySets {
  const { folder, limitBytes, log } = options;
  const cache = createDiskCache({ folder, limitBytes, metaSchema: setMeta });
  return {
    of: (ownerId) => {
      // Part of the name itself: a key alone finds nothing.
      const nameOf = (key: string): string => JSON.stringify([ownerId, key]);
      return {
        find: async (key) => {
          try {
            const found = await cache.get(nameOf(key));
            if (!found) return undefined;
            const archive = await readFile(found.file);
            if (digest(archive) !== found.meta.sha256) throw new Error('its bytes have changed on disk');
            return await unpackSet(archive);
          } catch (error) {
            // Evicted by another worker, or a disk that failed: the install is done anew, and its set takes this place.
            log.warn({ err: error, key }, 'a set of dependencies cannot be used');
            return undefined;
          }
        },
        keep: async (key, files) => {
          const archive = await packSet(files);
          // It would push out every other one, and then itself.
          if (archive.length > limitBytes / 2) return;
          const draft = await cache.draft();
          try {
            await writeFile(draft, archive, { mode: 0o600 });
            await cache.put(nameOf(key), draft, { sha256: digest(archive) });
          } catch (error) {
            await cache.discard(draft);
            throw error;
          }
        },
      };
    },
  };
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
