/** Bits of st_mode (inode(7)): the type of a file, and the permissions. */
export const FileMode = {
  typeMask: 0o170000,
  socket: 0o140000,
  link: 0o120000,
  file: 0o100000,
  block: 0o060000,
  directory: 0o040000,
  char: 0o020000,
  fifo: 0o010000,
  setuid: 0o4000,
  setgid: 0o2000,
  sticky: 0o1000,
  permissions: 0o7777,
} as const;

/** The type bits of a mode: one of `FileMode.file`, `.directory`, … */
export function fileType(mode: number): number {
  return mode & FileMode.typeMask;
}

/** S_ISDIR */
export function isDirectoryMode(mode: number): boolean {
  return fileType(mode) === FileMode.directory;
}

/** S_ISREG */
export function isFileMode(mode: number): boolean {
  return fileType(mode) === FileMode.file;
}

/** S_ISLNK */
export function isLinkMode(mode: number): boolean {
  return fileType(mode) === FileMode.link;
}
