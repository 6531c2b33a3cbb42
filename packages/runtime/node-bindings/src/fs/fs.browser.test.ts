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
    ['permissions.cjs', "refuses what the owner's bits of a mode refuse"],
    ['empty-path.cjs', 'finds nothing under the empty path, in any call, and leaves the working folder alone'],
    ['handles.cjs', 'gives out file handles, directories and streams over them'],
  ])('%s: %s', { timeout: 30_000 }, async (file) => {
    const { ours, native } = await node.runInBoth({ [file]: scenario(file) }, [file], {
      stdin: 'first line\nsecond line\nthe rest\n',
    });
    expect(ours).toEqual(native);
  });
});

describe('fs on a full disk', () => {
  const node = useNode({ diskBytes: 64 * 1024 * 1024 });

  it(
    'says ENOSPC whatever it is that finds no room, loses nothing, and goes on when there is room again',
    { timeout: 30_000 },
    async () => {
      const { stdout, stderr, code } = await node.run({ 'full.cjs': scenario('full-disk.cjs') }, ['full.cjs']);
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
      expect(stdout.split('\n')).toEqual([
        'fill: ENOSPC write ENOSPC: no space left on device, write',
        'many files: true',
        'writeFileSync of text: ENOSPC write ENOSPC: no space left on device, write',
        'writeFileSync of bytes: ENOSPC write ENOSPC: no space left on device, write',
        'appendFileSync: ENOSPC write ENOSPC: no space left on device, write',
        'writeSync: ENOSPC write ENOSPC: no space left on device, write',
        "copyFileSync: ENOSPC copyfile ENOSPC: no space left on device, copyfile 'f0' -> 'copy'",
        'promises.writeFile: ENOSPC write ENOSPC: no space left on device, write',
        'stream: ENOSPC write ENOSPC: no space left on device, write',
        'a longer first file: ENOSPC write ENOSPC: no space left on device, write',
        'first file: 1000000 0',
        'copy is there: false',
        'statfs: true',
        'a file of no length: true',
        'after unlink: 2000000',
        '',
      ]);
    },
  );
});
