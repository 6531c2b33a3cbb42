/** The two trees of a snapshot: git's, and what git cannot hold or must not show. */
export interface SnapshotTrees {
  tree: string;
  aside: string | undefined;
}

/** What stands at a path of a snapshot. `hidden`: it is kept aside and no clone has it. */
export type SnapshotEntry =
  | { kind: 'file'; mode: number; oid: string; hidden: boolean }
  /** `oid` is that of a blob whose bytes are the target. */
  | { kind: 'link'; oid: string; hidden: boolean }
  | { kind: 'dir'; mode: number };

/** What is to be at a path; `gone` takes a folder with all that is in it. */
export type PathChange =
  | { kind: 'file'; path: string; mode: number; oid: string; hidden?: boolean }
  | { kind: 'link'; path: string; oid: string; hidden?: boolean }
  /** A folder that is to be there, whatever is in it. */
  | { kind: 'dir'; path: string; mode: number }
  | { kind: 'gone'; path: string }
  /** A folder is to go if nothing is left in it. */
  | { kind: 'gone-if-empty'; path: string };

/** What a folder has without a line in its meta. */
export const FOLDER_MODE = 0o755;
/** As git's 100644: any other mode of a file is in the meta of its folder. */
export const FILE_MODE = 0o644;
/** As git's 100755, the second of the two that git keeps itself. */
export const EXECUTABLE_MODE = 0o755;
