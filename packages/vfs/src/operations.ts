/** What a slot can ask of the writer. Numbers stay: both sides of one memory always come from one build. */
export const Op = {
  open: 1, write: 2, append: 3, truncate: 4, mkdir: 5, mkdirAll: 6, rmdir: 7, unlink: 8, removeTree: 9, rename: 10, link: 11, symlink: 12,
  chmod: 13, chown: 14, utimes: 15, writeFile: 16, stage: 17, commit: 18, importBatch: 19, releaseSlot: 20, quiesce: 21, copyFile: 22, mknod: 23,
} as const;

/** Record of an import batch: six words, then path and data, each padded to a word. */
export const ImportRecord = { type: 0, mode: 1, pathLength: 2, dataLength: 3, mtimeMs: 4, words: 6 } as const;
export const ImportType = { directory: 1, file: 2, link: 3 } as const;
/** In a batch record or a commit: leave the time to the writer's clock, the mode to the default. */
export const UNSET = -1;
