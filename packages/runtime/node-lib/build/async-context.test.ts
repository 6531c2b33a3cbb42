/** The oracle is the pinned Node itself: the same cases run there with its own AsyncLocalStorage. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { carryAsyncContext } from './async-context.ts';
import { mustGetPinnedNode } from './pinned-node.ts';

/** Each body may use `als` (run, enterWith, getStore), `log(...)` and `tick()`, a promise from a timer. */
const CASES: Readonly<Record<string, string>> = {
  'plain await': `log(als.getStore()); await 0; log(als.getStore());`,
  'await of a timer': `await tick(); log(als.getStore());`,
  'two runs at once': `await Promise.all(['A', 'B'].map((name) => als.run(name, async () => { for (let i = 0; i < 3; i++) { await tick(); log(name, als.getStore()); } })));`,
  'outside stays outside': `const inner = als.run('inner', async () => { await tick(); log(als.getStore()); }); await tick(); log(als.getStore()); await inner; log(als.getStore());`,
  'catch of a rejected await': `try { await Promise.reject(new Error('x')); } catch { log(als.getStore()); }`,
  'catch of a late rejection': `try { await tick().then(() => { throw 1; }); } catch { log(als.getStore()); }`,
  'catch of a plain throw keeps what was entered': `try { als.enterWith('entered'); throw 1; } catch { log(als.getStore()); }`,
  'catch of a plain throw after an await': `await 0; try { als.enterWith('entered'); throw 1; } catch { log(als.getStore()); } await 0; log(als.getStore());`,
  'finally after a rejection': `try { try { await Promise.reject(1); } finally { log(als.getStore()); } } catch { log(als.getStore()); }`,
  'finally after a return': `await (async () => { try { await tick(); return 1; } finally { log(als.getStore()); } })(); log(als.getStore());`,
  'await inside catch and finally': `try { throw 1; } catch { await tick(); log(als.getStore()); } finally { await tick(); log(als.getStore()); }`,
  'for await over an async generator': `for await (const x of (async function* () { yield 1; await tick(); yield 2; })()) log(x, als.getStore());`,
  'for await over promises': `for await (const x of [tick(), 2, Promise.resolve(3)]) { log(x === 2, als.getStore()); } log(als.getStore());`,
  'for await with break': `for await (const x of (async function* () { try { yield 1; } finally { await tick(); log('closed', als.getStore()); } })()) { log(x); break; } log(als.getStore());`,
  'for await with continue': `for await (const x of [1, 2, 3]) { if (x === 2) continue; await tick(); log(x, als.getStore()); }`,
  'for await without a block': `for await (const x of [tick(), 2]) log(x === 2, als.getStore());`,
  'for await whose source fails': `try { for await (const x of (async function* () { await tick(); throw 1; })()) log(x); } catch { log(als.getStore()); }`,
  'for await with return inside': `const found = await (async () => { for await (const x of [1, 2]) { await tick(); if (x === 1) return 'r' + als.getStore(); } })(); log(found, als.getStore());`,
  'enterWith inside the loop': `for await (const x of [1, 2]) { log(als.getStore()); als.enterWith('e' + x); } log(als.getStore());`,
  'enterWith before an await': `als.enterWith('before'); await tick(); log(als.getStore());`,
  'enterWith inside the awaited call': `await (async () => { als.enterWith('callee'); await tick(); })(); log(als.getStore());`,
  'enterWith in a callee after its await': `await (async () => { await tick(); als.enterWith('callee'); })(); log(als.getStore());`,
  'nested awaits': `const id = async (x) => { await tick(); return x; }; log(await id((await id(1)) + (await id(2))), als.getStore());`,
  'await in a template and a call': `const id = async (x) => x; log(\`\${await id('a')}-\${await id('b')}\`, als.getStore());`,
  'await in short circuits': `const none = await (null ?? tick()); log(none, als.getStore()); log((await 0) || (await 1), als.getStore());`,
  'arrow with an expression body': `const f = async (x) => (await tick(), als.getStore() + x); log(await f(1));`,
  'arrow returning an object': `const f = async () => ({ store: (await tick(), als.getStore()) }); log((await f()).store);`,
  'async method and class': `class K { async m() { await tick(); return als.getStore(); } static async s() { await tick(); return als.getStore(); } } log(await new K().m(), await K.s());`,
  'yield in an async generator resumes in the caller': `const g = (async function* () { log(als.getStore()); yield 1; log(als.getStore()); yield 2; })(); await als.run('one', () => g.next()); await als.run('two', () => g.next());`,
  'generator made in one run, consumed in another': `const g = als.run('maker', () => (async function* () { await tick(); yield als.getStore(); await tick(); yield als.getStore(); })()); for await (const x of g) log(x, als.getStore());`,
  'run inside an async function': `await als.run('inner', async () => { await tick(); log(als.getStore()); }); log(als.getStore()); als.run('sync', () => log(als.getStore())); log(als.getStore());`,
  'switch, loops and labels': `outer: for (let i = 0; i < 2; i++) { switch (await i) { case 0: await tick(); continue outer; default: log(i, als.getStore()); break outer; } } do { await 0; } while (await false); log(als.getStore());`,
  'directive prologue': `const f = async function () { 'use strict'; await tick(); return this === undefined; }; log(await f(), als.getStore());`,
  'destructuring defaults': `const { a = await tick(), b = await 2 } = {}; log(a, b, als.getStore());`,
  'exponent and unary': `log(2 ** (await 3), -(await 4), typeof (await 's'), !(await 0), als.getStore());`,
};

const PRELUDE = `
const results = {};
const tick = () => new Promise((resolve) => setTimeout(resolve, 1));
async function runCase(name, body) {
  const lines = [];
  const log = (...items) => lines.push(items.map(String).join(' '));
  await als.run('S', () => body(als, log, tick));
  results[name] = lines;
}
`;

/** One variable as the frame, and \`then\` patched: what the boot provides. */
const EMULATION = `
let frame;
const __cg = () => frame;
const __cr = (next) => { frame = next; };
const within = (next, body) => { const before = frame; frame = next; try { return body(); } finally { frame = before; } };
const als = { run: within, getStore: () => frame, enterWith: (next) => { frame = next; } };
const then = Promise.prototype.then;
Promise.prototype.then = function (ok, bad) {
  const at = frame;
  const wrap = (callback) => typeof callback === 'function' ? (value) => within(at, () => callback(value)) : callback;
  return then.call(this, wrap(ok), wrap(bad));
};
const realSetTimeout = setTimeout;
globalThis.setTimeout = (callback, ms) => { const at = frame; return realSetTimeout(() => within(at, callback), ms); };
`;

function runCases(prelude: string, transform: (source: string) => string): Record<string, string[]> {
  const calls = Object.entries(CASES).map(
    ([name, body]) => `await runCase(${JSON.stringify(name)}, async (als, log, tick) => {${body}});`,
  );
  const source = `${PRELUDE}(async () => {${calls.join('\n')} process.stdout.write(JSON.stringify(results)); })();`;
  return JSON.parse(
    execFileSync(mustGetPinnedNode(), ['-'], { input: `${prelude}\n${transform(source)}`, encoding: 'utf8' }),
  ) as Record<string, string[]>;
}

describe('carryAsyncContext', () => {
  const native = runCases(
    "const { AsyncLocalStorage } = require('async_hooks'); const als = new AsyncLocalStorage();",
    (source) => source,
  );
  const transformed = runCases(EMULATION, (source) => carryAsyncContext(source, 'cases').text);

  for (const name of Object.keys(CASES)) {
    it(`agrees with Node: ${name}`, () => {
      expect(native[name]?.length).toBeGreaterThan(0);
      expect(transformed[name]).toEqual(native[name]);
    });
  }

  it('would fail without the transform', () => {
    const plain = runCases(EMULATION, (source) => source);
    expect(
      Object.keys(CASES).filter((name) => JSON.stringify(plain[name]) !== JSON.stringify(native[name])).length,
    ).toBeGreaterThan(10);
  });

  it('leaves a text without await as it is', () => {
    expect(carryAsyncContext('function f() { return 1 }', 'x')).toMatchObject({
      text: 'function f() { return 1 }',
      sites: 0,
    });
  });

  it('refuses what it does not know', () => {
    expect(() =>
      carryAsyncContext('async function f() { out: for (;;) for await (const x of y) { continue out } }', 'x'),
    ).toThrow('left by a label');
    expect(() => carryAsyncContext('let $f; async function f() { await 1 }', 'x')).toThrow(
      'already uses the name "$f"',
    );
  });
});
