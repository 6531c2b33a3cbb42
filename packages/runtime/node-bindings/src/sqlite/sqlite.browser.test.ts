import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useNode } from '../../test-support/index.ts';

const node = useNode();

it('databases behave as in native Node: statements, functions, sessions, backup, errors', async () => {
  const { ours, native } = await node.runInBoth(
    { 'main.js': readFileSync(new URL('testing/sqlite.js', import.meta.url), 'utf8') },
    ['main.js'],
  );
  expect(ours).toEqual(native);
});
