import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useNode } from '../../test-support/index.ts';

const script = (name: string): string => readFileSync(new URL(`testing/${name}.js`, import.meta.url), 'utf8');

describe('compression and cryptography', () => {
  const node = useNode();

  it.each([
    ['zlib: streams, flushing, parameters, dictionaries, errors', 'zlib'],
    ['brotli and zstd: at once and as streams, errors', 'brotli-zstd'],
    ['crypto: hashes, MACs, ciphers, KDFs, keys, Web Crypto, errors', 'crypto'],
  ])('%s, as in native Node', async (_what, name) => {
    const { ours, native } = await node.runInBoth({ 'main.js': script(name) }, ['main.js']);
    expect(ours).toEqual(native);
  });

  it('what needs an asymmetric key refuses by name', async () => {
    const { stdout } = await node.run({
      'main.js': "for (const f of [() => require('crypto').createSign('sha256').sign('x'), () => require('crypto').generateKeyPairSync('rsa', { modulusLength: 2048 })]) try { f(); } catch (error) { console.log(error.message); }",
    }, ['main.js']);
    expect(stdout.split('\n').filter(Boolean)).toHaveLength(2);
  });
});
