/**
 * What git cannot say of the names of one folder: modes other than 644 and 755, and
 * folders that are empty. It is a blob of the aside tree, one JSON array to a line in
 * the order of the names, so that equal folders have equal ids.
 */
export interface FolderMeta {
  files: Map<string, number>;
  /** Names of folders: those that are empty, and those whose mode is not 755. */
  folders: Map<string, number>;
}

/** A new one each time: callers fill it. */
export const emptyMeta = (): FolderMeta => ({ files: new Map(), folders: new Map() });

/** Equal for equal folders whatever the order in which the maps were filled: git's id depends on it. */
export function encodeMeta({ files, folders }: FolderMeta): Uint8Array {
  const lines = [
    ...[...files].map(([name, mode]) => ['f', mode, name] as const),
    ...[...folders].map(([name, mode]) => ['d', mode, name] as const),
  ].sort(([, , a], [, , b]) => (a < b ? -1 : 1));
  return new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** The bytes of the folder's blob in the aside tree; a folder without one has `emptyMeta`. */
export function decodeMeta(bytes: Uint8Array): FolderMeta {
  const meta = emptyMeta();
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    if (line === '') continue;
    // Written by `encodeMeta` alone: an aside tree never comes from outside.
    const [kind, mode, name] = JSON.parse(line) as ['f' | 'd', number, string];
    (kind === 'f' ? meta.files : meta.folders).set(name, mode);
  }
  return meta;
}
