import type { BuildStatement } from '@slipway/contracts';

/** Compared with the published statement by path, digest and mode. */
export interface BuiltFile {
  path: string;
  sha256: string;
  mode: number;
}

/** So much of a digest tells two files apart for a person. */
const DIGEST_UNITS = 12;

/** A line for every file by which what was published differs from what was built: path, bytes or mode. */
export function comparePublished(subject: BuildStatement['subject'], built: readonly BuiltFile[]): string[] {
  const rebuilt = new Map(built.map((file) => [file.path, file]));
  const lines: string[] = [];
  for (const { name, digest, annotations } of subject) {
    const file = rebuilt.get(name);
    rebuilt.delete(name);
    if (!file) {
      lines.push(`${name}: is published, and the build does not make it`);
      continue;
    }
    const mode = file.mode.toString(8);
    if (file.sha256 !== digest.sha256)
      lines.push(
        `${name}: ${digest.sha256.slice(0, DIGEST_UNITS)} is published, ${file.sha256.slice(0, DIGEST_UNITS)} is built`,
      );
    // Older statements say no mode.
    else if (annotations?.mode !== undefined && annotations.mode !== mode)
      lines.push(`${name}: is published with mode ${annotations.mode}, and built with ${mode}`);
  }
  for (const path of rebuilt.keys()) lines.push(`${path}: is built, and not published`);
  return lines.sort();
}
