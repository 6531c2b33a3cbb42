import { expect, it } from 'vitest';
import { comparePublished } from './compare-published.ts';

const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];
const published = (name: string, sha256: string, mode?: string) => ({
  name,
  digest: { sha256 },
  ...(mode === undefined ? {} : { annotations: { mode } }),
});
const built = (path: string, sha256: string, mode = 0o644) => ({ path, sha256, mode });

it('P-34 a site that is built anew is compared by path, bytes and mode, file by file', () => {
  const subject = [
    published('same', A, '644'),
    published('old', A),
    published('bytes', A, '644'),
    published('gone', A),
  ];
  const files = [built('same', A), built('old', A, 0o755), built('bytes', B), built('mode', A, 0o755), built('new', A)];
  expect(comparePublished([...subject, published('mode', A, '644')], files)).toEqual([
    'bytes: aaaaaaaaaaaa is published, bbbbbbbbbbbb is built',
    'gone: is published, and the build does not make it',
    'mode: is published with mode 644, and built with 755',
    'new: is built, and not published',
  ]);
  expect(comparePublished(subject.slice(0, 1), files.slice(0, 1))).toEqual([]);
});
