import { decodeTree } from '@slipway/wire';
import { expect, it } from 'vitest';
import { encodeMountTree } from './mount-tree.ts';

it('P-26 a build document mounts as the files that it names, bytes and text alike', () => {
  const bytes = Uint8Array.of(255, 0, 200);
  const tree = encodeMountTree([
    { kind: 'dir', path: 'empty', mode: 0o755 },
    { kind: 'file', path: 'src/bytes', mode: 0o644, bytes },
    { kind: 'file', path: 'src/text', mode: 0o644, bytes: Buffer.from('gr\u00fcn') },
    { kind: 'link', path: 'link', target: 'src/text' },
  ]);
  const mounted = new Map(decodeTree(tree).map((entry) => [entry.path, entry]));
  expect([...mounted.keys()].sort()).toEqual(['empty', 'link', 'src', 'src/bytes', 'src/text']);
  expect(mounted.get('src/bytes')).toEqual({ type: 'file', path: 'src/bytes', bytes });
  expect(mounted.get('src/text')).toEqual({
    type: 'file',
    path: 'src/text',
    bytes: new TextEncoder().encode('gr\u00fcn'),
  });
  expect(mounted.get('link')).toEqual({ type: 'link', path: 'link', target: 'src/text' });
});
