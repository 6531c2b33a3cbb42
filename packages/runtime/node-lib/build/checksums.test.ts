import { describe, expect, it } from 'vitest';
import { checksumsOf, verifyChecksums } from './checksums.ts';

const good = checksumsOf('1.0.0', { fs: 'a', net: 'b' }, { data: 1 }, {}, []);

describe('verifyChecksums', () => {
  it('accepts the same extraction, whatever the order of builtins', () => {
    expect(() => verifyChecksums(checksumsOf('1.0.0', { net: 'b', fs: 'a' }, { data: 1 }, {}, []), good)).not.toThrow();
  });

  it('names what differs', () => {
    expect(() => verifyChecksums(checksumsOf('1.0.0', { fs: 'changed', net: 'b' }, { data: 1 }, {}, []), good)).toThrow(
      'builtin "fs"',
    );
    expect(() => verifyChecksums(checksumsOf('1.0.0', { fs: 'a' }, { data: 1 }, {}, []), good)).toThrow(
      'builtin "net"',
    );
    expect(() => verifyChecksums(checksumsOf('1.0.1', { fs: 'a', net: 'b' }, { data: 2 }, {}, []), good)).toThrow(
      'Node 1.0.1 instead of 1.0.0, dumped data',
    );
  });
});
