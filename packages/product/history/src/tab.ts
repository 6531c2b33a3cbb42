/** What a page needs of this room: nothing here needs Node. */
export { encodeSave, type SentChange } from './encode-save.ts';
export { mergeLines, type MergedLines } from './merge/merge-lines.ts';
export { makeSavedPaths, NOT_FOLLOWED, type SavedPaths } from './saved-paths.ts';
export { applySplice, makeSplice, type Splice } from './splice.ts';
