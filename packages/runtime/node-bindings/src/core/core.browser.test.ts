import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withoutPids } from '../../test-support/compare.ts';
import { useNode } from '../../test-support/index.ts';

const node = useNode();

describe('core bindings', () => {
  it.each(['async-hooks', 'buffer', 'string-decoder', 'url', 'util'])('print what Node prints: %s', async (name) => {
    const program = readFileSync(new URL(`scenarios/${name}.cjs`, import.meta.url));
    const { ours, native } = await node.runInBoth({ 'main.cjs': program }, ['main.cjs']);
    expect(withoutPids(ours)).toEqual(withoutPids(native));
  });

  it('cost no exception for what they are not', async () => {
    // A brand check that throws takes 15 µs; this takes a second then.
    const program =
      'let n = 0; const a = [1]; for (let i = 0; i < 100000; i++) n += Buffer.from(a).length; console.log(n)';
    const { ours, native } = await node.runInBoth({ 'main.js': program }, ['main.js']);
    expect(ours).toEqual(native);
  });

  it('refuse by name what they do not have', async () => {
    const { stderr } = await node.run({ 'main.js': 'require("v8").writeHeapSnapshot()' }, ['main.js']);
    expect(stderr).toMatch(/Slipway does not provide it|heap/i);
  });
});
