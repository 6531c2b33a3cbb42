import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useNode } from '../../test-support/index.ts';
import { MODULE_CASES } from './scenarios/module-cases.ts';

const scenario = (name: string): string => readFileSync(new URL(`./scenarios/${name}`, import.meta.url), 'utf8');

/** Frames of lib below the program's: how many fit depends on the engine's own. */
const withoutLibFrames = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^\s+at .*node:/.test(line))
    .join('\n')
    .replace(/\(node:\d+\)/g, '(node)');

describe('the module loaders', () => {
  const node = useNode();

  it.each([
    ['async-context.cjs', 'carries AsyncLocalStorage over await, for await, thenables, timers and promises'],
    ['vm.cjs', 'runs scripts in this context and in emulated ones'],
    ['async-stack.cjs', 'follows awaits in stack traces, in a store too'],
    ['syntax-errors.cjs', 'takes no text that ends its function, and says of wrong texts what V8 says'],
    ['stack.cjs', 'names functions, files, lines and columns in stack traces'],
  ])('%s: %s', { timeout: 30_000 }, async (file) => {
    const { ours, native } = await node.runInBoth({ [file]: scenario(file) }, [file]);
    expect(ours).toEqual(native);
  });

  it('stops vm modules when their time is over', { timeout: 30_000 }, async () => {
    const { ours, native } = await node.runInBoth({ 'timeouts.cjs': scenario('vm-module-timeout.cjs') }, [
      '--no-warnings',
      '--experimental-vm-modules',
      'timeouts.cjs',
    ]);
    expect(ours).toEqual(native);
  });

  it('refuses a timeout by name for a vm module that it could not stop', { timeout: 30_000 }, async () => {
    const files = {
      'live.cjs': `const { SourceTextModule, SyntheticModule } = require('vm');
        const host = new SyntheticModule(['a'], function () { this.setExport('a', 1); });
        const m = new SourceTextModule('import { a } from "host"; for (;;) a;');
        m.link(() => host).then(() => m.evaluate({ timeout: 5 })).catch((error) => console.log(error.code, m.status));`,
    };
    expect((await node.run(files, ['--no-warnings', '--experimental-vm-modules', 'live.cjs'])).stdout).toBe(
      'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM linked\n',
    );
  });

  it('remembers how texts are transformed for later processes', { timeout: 30_000 }, async () => {
    const files = {
      'a.mjs': `import { b } from './b.mjs'; export const f = async () => await b; console.log(await f());\n${'// filler\n'.repeat(400)}`,
      'b.mjs': `import './a.mjs'; export const b = 'ran';\n${'// filler\n'.repeat(400)}`,
      'count.cjs':
        "const { readdirSync, readFileSync } = require('fs'); const d = '/.slipway/transforms'; console.log(readdirSync(d).flatMap((f) => readFileSync(`${d}/${f}`, 'utf8').trim().split('\\n')).map((l) => l.split('-')[0]).sort().join())",
    };
    expect((await node.run(files, ['a.mjs'])).stdout).toBe('ran\n');
    const kinds = (await node.run(files, ['count.cjs'])).stdout.trim().split(',');
    expect(kinds.filter((kind) => kind === 'module').length).toBeGreaterThanOrEqual(2);
    expect(kinds.filter((kind) => kind === 'live').length).toBeGreaterThanOrEqual(2);
    expect((await node.run(files, ['a.mjs'])).stdout).toBe('ran\n');
  });

  it('keeps what it compiled for programs that ask, however they end', { timeout: 30_000 }, async () => {
    const files = {
      'plain.cjs': 'module.exports = 1;',
      'awaits.cjs': 'module.exports = async () => await 1;',
      'ends.cjs': "require('module').enableCompileCache('/tmp/kept'); require('./plain.cjs'); require('./awaits.cjs');",
      'exits.cjs': "require('module').enableCompileCache('/tmp/kept-too'); require('./awaits.cjs'); process.exit(0);",
      'count.cjs':
        "const { readdirSync } = require('fs'); console.log(['kept', 'kept-too'].map((d) => readdirSync(`/tmp/${d}`).flatMap((tag) => readdirSync(`/tmp/${d}/${tag}`)).length).join())",
    };
    for (const program of ['ends.cjs', 'exits.cjs']) expect((await node.run(files, [program])).stderr).toBe('');
    expect((await node.run(files, ['count.cjs'])).stdout).toBe('2,1\n');
  });

  it.each(MODULE_CASES)('%s', { timeout: 30_000 }, async (_, files, argv, stdin = '') => {
    const { ours, native } = await node.runInBoth(files, argv ?? [Object.keys(files)[0] as string], { stdin });
    expect({ ...ours, stderr: withoutLibFrames(ours.stderr) }).toEqual({
      ...native,
      stderr: withoutLibFrames(native.stderr),
    });
  });
});
