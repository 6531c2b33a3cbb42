import { describe, expect, it } from 'vitest';
import { useNode } from '../../test-support/index.ts';

/** What V8 knows and no text of a stack tells: the class of a receiver, and the name it was called by. */
const withoutReceivers = (text: string): string =>
  text.replace(/^( {4}at )(?:(?!new |Object\.)[A-Z]\w*\.)?([\w.]+)(?: \[as \w+\])? \(/gm, '$1$2 (');

const STACKS = `
function foo() { return new Error('x'); }
class A { constructor() { this.made = foo(); } }
class Own extends Error {}
const own = (stack) => stack.split('\\n').filter((line) => !line.includes('node:'));
console.log(own(foo().stack), own(new A().made.stack), own(new Own('m').stack), own(eval('new Error().stack')));
(function outer() { const holder = {}; Error.captureStackTrace(holder, outer); console.log(own(holder.stack)); })();
Error.prepareStackTrace = (error, sites) => sites.slice(0, 2).map((site) => [site.getFileName() === __filename, site.getLineNumber(), site.getColumnNumber(), site.getFunctionName()]);
console.log(foo().stack);
Error.prepareStackTrace = undefined;
Error.stackTraceLimit = 1;
console.log(own(foo().stack));
Error.stackTraceLimit = 10;
console.log(Object.getOwnPropertyNames(foo()), String(Error), Error.length, require('util').inspect(Error), foo() instanceof Error);
const deep = () => deep();
try { deep(); } catch (error) { console.log(error.name, error instanceof RangeError); }
const assert = require('assert');
try { assert.ok(foo() === 1); } catch (error) { console.log(error.message); }
`;

describe('DI-11 in Firefox', () => {
  const node = useNode({ engine: 'firefox' });
  const inBoth = async (files: Record<string, string>, argv: string[]) => {
    const { ours, native } = await node.runInBoth(files, argv);
    const plain = (result: typeof ours) => ({ ...result, stderr: withoutReceivers(result.stderr) });
    return { ours: plain(ours), native: plain(native) };
  };

  it('DI-11 errors have Node’s stacks: captureStackTrace, prepareStackTrace, stackTraceLimit, classes of a program', async () => {
    const { ours, native } = await inBoth({ 'main.cjs': STACKS }, ['main.cjs']);
    expect(ours).toEqual(native);
  });

  it('DI-11 SyntaxErrors of CommonJS and of modules have V8’s words, and the code frame above', async () => {
    for (const [file, text] of [
      ['a.cjs', 'let x = ;\n'],
      ['b.cjs', 'if (1) {\n'],
      ['c.mjs', 'export const a = 1;\nconst b = a b;\n'],
      ['d.cjs', 'export const a = 1;\n'],
    ] as const) {
      const { ours, native } = await inBoth({ [file]: text }, [file]);
      const head = (result: typeof ours) => ({
        ...result,
        stderr: result.stderr.replace(/^\(node:\d+\)/, '(node)').split('\n    at ')[0],
      });
      expect(head(ours)).toEqual(head(native));
    }
  });

  it('DI-11 an uncaught error and an unhandled rejection are reported as Node reports them', async () => {
    for (const text of [
      'function f() { throw new TypeError("thrown"); }\nf();\n',
      'const late = async () => { await 1; throw new Error("late"); };\nlate();\n',
      'Promise.reject(new Error("rejected"));\n',
    ]) {
      const { ours, native } = await inBoth({ 'main.cjs': text }, ['main.cjs']);
      const program = (result: typeof ours) => ({
        ...result,
        stderr: result.stderr.split('\n').filter((line) => !line.includes('node:') && !line.includes('at async')),
      });
      expect(program(ours)).toEqual(program(native));
    }
  });

  it('DI-04 DI-11 what is rejected may be a proxy that throws at each touch', async () => {
    const text = `const { log } = console;
process.on('unhandledRejection', (reason) => log('rejected', typeof reason));
Promise.reject(new Proxy({}, { getPrototypeOf() { throw 1; }, get() { throw 2; } }));
`;
    const { ours, native } = await inBoth({ 'main.cjs': text }, ['main.cjs']);
    expect(ours.stdout).toBe(native.stdout);
    expect(ours.code).toBe(native.code);
  });

  it('DI-11 a text that can only be a module is run as one', async () => {
    const { ours, native } = await inBoth({ 'main.js': 'import { sep } from "node:path";\nconsole.log(sep);\n' }, [
      'main.js',
    ]);
    expect(ours.stdout).toBe(native.stdout);
  });
});
