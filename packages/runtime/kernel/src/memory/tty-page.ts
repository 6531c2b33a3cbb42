/**
 * The page beside the rings of a terminal, readable by its processes:
 *   word 0 columns, word 1 rows, word 2 raw mode, word 3 pending end-of-files
 *   (^D on an empty line is one read of zero bytes, not the end of the stream).
 */
/** Indexes into the page as an Int32Array. */
export const TtyWord = { columns: 0, rows: 1, raw: 2, eofCount: 3 } as const;
/** Words the page has; the last four are unused. */
export const TTY_PAGE_WORDS = 8;

/** Cooked mode, as a terminal begins on Linux. */
export function allocateTtyPage(columns: number, rows: number): SharedArrayBuffer {
  const page = new SharedArrayBuffer(TTY_PAGE_WORDS * 4);
  const words = new Int32Array(page, 0, TTY_PAGE_WORDS);
  words[TtyWord.columns] = columns;
  words[TtyWord.rows] = rows;
  return page;
}

/** Without a message to the kernel, since the page is shared. */
export function readTty(page: SharedArrayBuffer): { columns: number; rows: number; raw: boolean } {
  const words = new Int32Array(page, 0, TTY_PAGE_WORDS);
  return {
    columns: Atomics.load(words, TtyWord.columns),
    rows: Atomics.load(words, TtyWord.rows),
    raw: Atomics.load(words, TtyWord.raw) === 1,
  };
}

/** Takes one pending end-of-file; true when the caller's read shall return zero bytes. */
export function takeTtyEof(page: SharedArrayBuffer): boolean {
  const words = new Int32Array(page, 0, TTY_PAGE_WORDS);
  for (;;) {
    const pending = Atomics.load(words, TtyWord.eofCount);
    if (pending === 0) return false;
    if (Atomics.compareExchange(words, TtyWord.eofCount, pending, pending - 1) === pending) return true;
  }
}
