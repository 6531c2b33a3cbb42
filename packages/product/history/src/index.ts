/** What a save changes: trees by change, three-way merges, checkpoints. */
export { type CommitFacts, makeCommit } from './make-commit.ts';
export { encodeSave, type SentChange } from './encode-save.ts';
export { mergeLines, type MergedLines } from './merge/merge-lines.ts';
export { type MergeConflict, type MergedSnapshots, type MergeNeeds, mergeSnapshots } from './merge/merge-snapshots.ts';
export { sideName } from './merge/side-name.ts';
export { textOf } from './merge/text.ts';
export { makeSavedPaths, NOT_FOLLOWED, type SavedPaths } from './saved-paths.ts';
export { applySplice, makeSplice, type Splice } from './splice.ts';
export { applyChanges } from './trees/apply-changes.ts';
export { changesOf, diffSnapshots, type PathDifference, sameEntry } from './trees/diff-snapshots.ts';
export { findEntry } from './trees/find-entry.ts';
export { type ListedEntry, listEntries } from './trees/list-entries.ts';
export { type MadeObject, ObjectStore, type ReadObjects } from './trees/object-store.ts';
export { type FolderEntry, type FolderTrees, readFolder } from './trees/read-folder.ts';
export {
  EXECUTABLE_MODE,
  FILE_MODE,
  FOLDER_MODE,
  type PathChange,
  type SnapshotEntry,
  type SnapshotTrees,
} from './trees/snapshot-trees.ts';
