import { add } from './add.ts';
import { applyPatch } from './apply.ts';
import type { OwnCommand } from './command.ts';
import { diff, diffFiles, diffIndex, diffTree } from './diff-names.ts';
import { checkIgnore, lsFiles, updateIndex } from './files.ts';
import { archive, catFile, hashObject, lsTree, writeTree } from './objects.ts';
import {
  branch,
  commitTree,
  forEachRef,
  mergeBase,
  revList,
  revParse,
  showRef,
  symbolicRef,
  updateRef,
  worktree,
} from './refs.ts';
import { logFormat } from './log-format.ts';
import { remote } from './remote.ts';
import { status } from './status.ts';
import { reset, restore } from './unstage.ts';

/** What is done here: because the library lacks it, or because it reads all files where few have changed. */
export const ownCommands: Readonly<Record<string, OwnCommand>> = {
  add,
  apply: applyPatch,
  archive,
  branch,
  'cat-file': catFile,
  'check-ignore': checkIgnore,
  'commit-tree': commitTree,
  diff,
  'diff-files': diffFiles,
  'diff-index': diffIndex,
  'diff-tree': diffTree,
  'for-each-ref': forEachRef,
  'hash-object': hashObject,
  'ls-files': lsFiles,
  log: logFormat,
  'ls-tree': lsTree,
  'merge-base': mergeBase,
  remote,
  reset,
  restore,
  'rev-list': revList,
  'rev-parse': revParse,
  show: logFormat,
  'show-ref': showRef,
  stage: add,
  status,
  'symbolic-ref': symbolicRef,
  'update-index': updateIndex,
  'update-ref': updateRef,
  worktree,
  'write-tree': writeTree,
};
