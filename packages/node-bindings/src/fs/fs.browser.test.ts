import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useNode } from '../../test-support/index.ts';

const scenario = (name: string): string => readFileSync(new URL(`./scenarios/${name}`, import.meta.url), 'utf8');

describe('fs', () => {
  const node = useNode();

  it.each([
    ['errors.cjs', 'fails with the words, the members and the stack that Node fails with'],
    ['files.cjs', 'reads, writes, lists, links, moves and copies as Node does'],
    ['watching.cjs', 'tells watchers what Linux would tell them'],
    ['copying.cjs', 'copies and removes trees with every option'],
    ['streams.cjs', 'reads and writes descriptors that are no files'],
    ['corners.cjs', 'knows names that are no UTF-8, sockets, lost directories and links in the way'],
    ['permissions.cjs', 'refuses what the owner\'s bits of a mode refuse'],
    ['handles.cjs', 'gives out file handles, directories and streams over them'],
  ])('%s: %s', { timeout: 30_000 }, async (file) => {
    const { ours, native } = await node.runInBoth({ [file]: scenario(file) }, [file], { stdin: 'first line\nsecond line\nthe rest\n' });
    expect(ours).toEqual(native);
  });
});
