/**
 * The machine that programs believe to run on. A browser tells a page neither
 * its memory nor its load, and programs size pools and caches by these numbers:
 * so they are constant, plausible and the same everywhere.
 */
export const MACHINE = {
  type: 'Linux',
  version: '#1 SMP PREEMPT_DYNAMIC',
  release: '6.6.0',
  machine: 'x86_64',
  cpuModel: 'Browser',
  totalMemory: 8 * 1024 ** 3,
  freeMemory: 4 * 1024 ** 3,
  /** Bytes: what V8 chooses as heap limit on a machine of this size. */
  heapLimit: 4144 * 1024 ** 2,
  // Debian 12's. Packages choose between prebuilt files of glibc and musl by it;
  // 2.36 is new enough for all of them.
  glibc: '2.36',
} as const;

/**
 * What a process uses, in bytes: measured once for a booted worker with a small program. Constant, since a page is
 * told nothing; a program that watches for leaks sees none.
 */
export const MEMORY = {
  rss: 64 * 1024 ** 2,
  heapTotal: 24 * 1024 ** 2,
  heapUsed: 16 * 1024 ** 2,
  external: 2 * 1024 ** 2,
  arrayBuffers: 64 * 1024,
} as const;
