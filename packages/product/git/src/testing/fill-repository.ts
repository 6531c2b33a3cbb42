import { makeRandom } from './random.ts';
import type { RealRepository } from './real-git.ts';

const quoted = (text: string): string => JSON.stringify(text);

/**
 * Commits on `main` by git fast-import, the same from the same seed: each changes a file or two among `files`, every
 * tenth merges a side branch. Thousands take a second.
 */
export function fillRepository(
  repository: RealRepository,
  { commits, files, seed = 1 }: { commits: number; files: number; seed?: number },
): void {
  const random = makeRandom(seed);
  const line = (): string => `${random(1e9).toString(36)} ${random(1e9).toString(36)}\n`;
  const contents = Array.from({ length: files }, () => Array.from({ length: 3 + random(40) }, line));
  const pathOf = (file: number): string => `dir${file % 17}/sub${file % 5}/file ${file} ä.txt`;
  const person = 'A U Thor <author@example.org>';
  const parts: string[] = [];
  const file = (index: number): void => {
    const text = (contents[index] ?? []).join('');
    const mode = index % 11 === 0 ? '100755' : '100644';
    parts.push(`M ${mode} inline ${quoted(pathOf(index))}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
  };
  for (let commit = 1; commit <= commits; commit++) {
    const side = commit > 20 && commit % 10 === 0 && commit < commits;
    const branch = side ? 'side' : 'main';
    const message = `Commit ${commit}: ä\n`;
    parts.push(
      `commit refs/heads/${branch}\nmark :${commit}\ncommitter ${person} ${1_600_000_000 + commit * 60} +0100\n`,
    );
    parts.push(`data ${Buffer.byteLength(message)}\n${message}`);
    if (commit > 1)
      parts.push(`from :${side ? commit - 5 : commit % 10 === 1 && commit > 21 ? commit - 2 : commit - 1}\n`);
    if (commit % 10 === 1 && commit > 21) parts.push(`merge :${commit - 1}\n`);
    if (commit === 1) {
      for (let index = 0; index < files; index++) file(index);
      parts.push('M 120000 inline link\ndata 4\ndir1\n');
    } else {
      const index = random(files);
      const lines = contents[index] ?? [];
      lines.splice(random(lines.length + 1), random(2), line());
      file(index);
    }
    parts.push('\n');
  }
  parts.push('reset refs/heads/side\nfrom 0000000000000000000000000000000000000000\n\n');
  repository.git(['fast-import', '--quiet', '--force'], parts.join(''));
}
