import { compareTreePaths, type FileEntry, type ManifestDifference } from '@slipway/contracts';

/** Every file by which two builds of one save differ: path, bytes or mode (P-33), in the order of the paths. */
export function compareManifests(tab: readonly FileEntry[], server: readonly FileEntry[]): ManifestDifference[] {
  const ours = new Map(server.map((file) => [file.path, file]));
  const theirs = new Map(tab.map((file) => [file.path, file]));
  const differences: ManifestDifference[] = [];
  for (const path of new Set([...theirs.keys(), ...ours.keys()])) {
    const [a, b] = [theirs.get(path), ours.get(path)];
    if (a && b && a.sha256 === b.sha256 && a.mode === b.mode) continue;
    differences.push({ path, tab: sideOf(a), server: sideOf(b) });
  }
  return differences.sort((a, b) => compareTreePaths(a.path, b.path));
}

function sideOf(file: FileEntry | undefined): ManifestDifference['tab'] {
  return file === undefined ? null : { sha256: file.sha256, size: file.size, mode: file.mode };
}
