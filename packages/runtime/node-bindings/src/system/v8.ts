import type { Foreign, Realm } from '../realm/realm.ts';
import { MACHINE, MEMORY } from './machine.ts';

/** What Node 24.21 on x64 answers; caches are keyed by it. */
const CACHED_DATA_VERSION_TAG = 2521476671;

/** internalBinding('v8'). Reference: src/node_v8.cc. A browser tells no heap figures: see machine.ts. */
export function createV8Binding(realm: Realm): Foreign {
  const index = realm.data.bindings['v8'] as Readonly<Record<string, number>> & {
    readonly kHeapSpaces: readonly string[];
  };
  // lib reads these arrays after each update call; the indices come from the pinned Node.
  const heap = new Float64Array(14);
  const code = new Float64Array(4);
  const space = new Float64Array(4);

  const flags = new Set<string>();

  return {
    heapStatisticsBuffer: heap,
    heapCodeStatisticsBuffer: code,
    heapSpaceStatisticsBuffer: space,
    // Never zero: npm's lru-cache sizes itself by heap_size_limit.
    updateHeapStatisticsBuffer() {
      // Figures that add up as in a small process; a program that divides by one of them must not meet a 0.
      heap[index['kTotalHeapSizeIndex']!] = MEMORY.heapTotal;
      heap[index['kTotalHeapSizeExecutableIndex']!] = 512 * 1024;
      heap[index['kTotalPhysicalSizeIndex']!] = MEMORY.heapTotal;
      heap[index['kTotalAvailableSize']!] = MACHINE.heapLimit - MEMORY.heapUsed;
      heap[index['kUsedHeapSizeIndex']!] = MEMORY.heapUsed;
      heap[index['kHeapSizeLimitIndex']!] = MACHINE.heapLimit;
      heap[index['kMallocedMemoryIndex']!] = 160 * 1024;
      heap[index['kPeakMallocedMemoryIndex']!] = 512 * 1024;
      heap[index['kNumberOfNativeContextsIndex']!] = 1;
      heap[index['kTotalGlobalHandlesSizeIndex']!] = 8192;
      heap[index['kUsedGlobalHandlesSizeIndex']!] = 2368;
      heap[index['kExternalMemoryIndex']!] = MEMORY.external;
    },
    updateHeapCodeStatisticsBuffer() {
      code[index['kCodeAndMetadataSizeIndex']!] = 2 * 1024 ** 2;
      code[index['kBytecodeAndMetadataSizeIndex']!] = 512 * 1024;
      code[index['kExternalScriptSourceSizeIndex']!] = 2 * 1024 ** 2;
      code[index['kCPUProfilerMetaDataSizeIndex']!] = 0;
    },
    /** All of it lies in old space; the others are there and empty. */
    updateHeapSpaceStatisticsBuffer(which: number) {
      const isOld = index.kHeapSpaces[which] === 'old_space';
      space[index['kSpaceSizeIndex']!] = isOld ? MEMORY.heapTotal : 0;
      space[index['kSpaceUsedSizeIndex']!] = isOld ? MEMORY.heapUsed : 0;
      space[index['kSpaceAvailableSizeIndex']!] = isOld ? MEMORY.heapTotal - MEMORY.heapUsed : 0;
      space[index['kPhysicalSpaceSizeIndex']!] = isOld ? MEMORY.heapTotal : 0;
    },
    // The tag a cache carries must change with the flags, or code compiled under others would be taken.
    cachedDataVersionTag: () => (CACHED_DATA_VERSION_TAG ^ hashOf([...flags].toSorted().join(' '))) >>> 0,
    isStringOneByteRepresentation: (text: string) => /^[\0-\xff]*$/.test(text),
    // Flags cannot change in a running browser; a program sets them as hints. Caches made
    // under other flags are not its own.
    setFlagsFromString(text: string) {
      for (const flag of text.split(/\s+/)) if (flag !== '') flags.add(flag.replaceAll('_', '-'));
    },
    setHeapSnapshotNearHeapLimit() {},
    getHashSeed: () => 0,
    GCProfiler: class GCProfiler {
      start() {}
      /** JSON of the profile: collections are not observable, so there are none. */
      stop() {
        return JSON.stringify({ version: 1, startTime: 0, statistics: [], endTime: 0 });
      }
    },
  };
}

/** FlagList::Hash: 0 for no flags, so that the tag is then the pinned Node's own. */
function hashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}
