import { parse } from 'acorn';
import { describe, expect, it } from 'vitest';
import { makeBody, planModule, planScript } from '@slipway/module-transform';
import { bodySource, originalSource } from './function-source.ts';

const SCRIPTS = [
  'async function f(a) { const x = await a(await b, 1); try { await  (x, 1); } ' +
    'catch { await c } finally { d } return await e\n}',
  'const f = async (x) => await x + (await y).z;',
  'async () => { for await (const x of await y()) { await import("z") } eval("a" + (await b)) }',
  'async function* g() { yield await 1; }',
  'import ("x"); import/* c */("y")',
];

describe('the source of a transformed function', () => {
  it.each(SCRIPTS)('is what was written: %s', (source) => {
    const { text } = makeBody(
      planScript(source, () => parse),
      source,
    );
    expect(text).not.toBe(source);
    expect(originalSource(text)).toBe(source);
  });

  it('is what was written in a module too', () => {
    const source = 'function f() { return import.meta.url + import.meta }\nawait f(await 1);\nawait 2';
    const { body } = {
      body: makeBody(
        planModule(source, () => parse),
        source,
      ),
    };
    expect(originalSource(body.text)).toBe(source);
  });

  it('leaves other texts alone', () => {
    const source = 'function f() { return __swim + swV(1) }';
    expect(originalSource(source)).toBe(source);
  });

  it('of a compiled body is written as V8 writes it', () => {
    const body = 'return a // b\n//# sourceURL=x';
    const compiled = String(new Function('a', 'b', `${body}\n//# sourceURL=/f.js`));
    expect(bodySource(compiled)).toBe(`function (a, b) {\n${body}\n}`);
    expect(bodySource(String(new Function('\n//# sourceURL=/f.js')))).toBe('function () {\n\n}');
  });
});
