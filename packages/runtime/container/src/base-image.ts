import type { ImportEntry } from '@slipway/vfs';

/**
 * The files every container starts with and no project brings: npm. Made by
 * `packages/runtime/container/build/base-image.ts`, fetched once by the kernel worker.
 *
 *   u32 LE   length of the index
 *   JSON     [path, mode, offset, length][] (files) and [path, target][] (links),
 *            offsets from the end of the index; parents are implied
 *   bytes
 */
export type ImageIndex = readonly (
  | readonly [path: string, mode: number, offset: number, length: number]
  | readonly [path: string, target: string]
)[];

/** The image as entries to import at `/`, parents first. */
export function* imageEntries(image: ArrayBuffer): Generator<ImportEntry> {
  const indexLength = new DataView(image).getUint32(0, true);
  const index = JSON.parse(new TextDecoder().decode(new Uint8Array(image, 4, indexLength))) as ImageIndex;
  const base = 4 + indexLength;
  const made = new Set<string>();
  for (const entry of index) {
    const path = entry[0];
    for (let slash = path.indexOf('/', 1); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      const folder = path.slice(0, slash);
      if (made.has(folder)) continue;
      made.add(folder);
      yield { type: 'directory', path: folder };
    }
    if (entry.length === 2) yield { type: 'link', path, target: entry[1] };
    else yield { type: 'file', path, bytes: new Uint8Array(image, base + entry[2], entry[3]), mode: entry[1] };
  }
}
