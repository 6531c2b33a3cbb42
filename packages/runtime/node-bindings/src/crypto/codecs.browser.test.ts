import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useNode } from '../../test-support/index.ts';

const script = (name: string): string => readFileSync(new URL(`testing/${name}.js`, import.meta.url), 'utf8');

describe('compression and cryptography', () => {
  const node = useNode();

  it.each([
    ['zlib: streams, flushing, parameters, dictionaries, errors', 'zlib'],
    ['brotli and zstd: at once and as streams, errors', 'brotli-zstd'],
    ['asymmetric keys: reading, writing, signatures, encryption, agreement, errors', 'asymmetric'],
    ['crypto: hashes, MACs, ciphers, KDFs, keys, Web Crypto, errors', 'crypto'],
  ])('%s, as in native Node', async (_what, name) => {
    const { ours, native } = await node.runInBoth({ 'main.js': script(name) }, ['main.js']);
    expect(ours).toEqual(native);
  });

  it('what Slipway has no keys for refuses by name', async () => {
    const { stdout } = await node.run(
      {
        'main.js':
          "for (const type of ['dsa', 'dh', 'ml-kem-768']) try { require('crypto').generateKeyPairSync(type, { modulusLength: 2048, group: 'modp14' }); } catch (error) { console.log(error.message); }",
      },
      ['main.js'],
    );
    expect(stdout.split('\n').filter(Boolean)).toHaveLength(3);
  });
});
