import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { compareWithParser } from './testing/compare-with-parser.ts';
import type { Goal } from './scan-state.ts';

const NODE_MODULES = fileURLToPath(new URL('../../../../node_modules/', import.meta.url));

/** Texts that are hard to read without a grammar. Each must come out as the parser has it. */
const HARD: readonly (readonly [Goal, string])[] = [
  [
    'module',
    'const r = a / b / c; const s = /[/]/g.test(x) / 2; if (x) /re/.exec(y); for (;;) /q/; (a) / 2; ({}) / 2; [] / 1',
  ],
  ['module', 'const t = `a${`b${{ c: `}` }.c}`}d`; tag`x${await y}z`'],
  [
    'module',
    'label: { break label } x = { if: 1, await: 2, get a() { return 1 }, set a(v) {}, async b() { await 1 }, *c() {}, async *d() { await 2; yield 3 }, [await e]: 4, "s": 5, 6: 7, get, set, async }; var x, e, get, set, async',
  ],
  [
    'module',
    'class A extends (class { m() {} }) { static async *#p() { await 1 } static x = 1; y\n z = 2\n get\n w() {} static { let q = 1 } get [k]() { return 1 } static async = 1; async\n foo() {} "s" = 3; 4 = 5; in = 6 } var k',
  ],
  ['module', 'export default class extends A { async m() { await 1 } } class A {}'],
  ['module', 'export default async function* () { yield await 1 }'],
  ['module', 'export default (a, b)\nexport { c as default2, d as "x y" }\nvar a, b, c, d'],
  [
    'module',
    'export const a = async x => await x, b = async (x) => ({ y: await x }), c = async () => { for await (const z of await q()) { await z } }\nconst q = 1',
  ],
  ['module', 'const f = c ? async x => await x : await y; const g = c ? a => a ? 1 : 2 : 3\nvar a, c, y'],
  [
    'module',
    'await a.b?.c[await d](e)\nawait a.b[c]`t`(e)\nawait -f\nawait !g\nawait typeof h\nawait new I(await j)\nawait (k, l)\nawait [m]\nawait { n }\nawait await o\nawait /re/\n++p\nvar a, d, e, f, g, h, I, j, k, l, m, n, o, p',
  ],
  [
    'module',
    'x = await y\n++z\nfoo(await a, await b)[await c]; if (await d) await e; else await f; do await g; while (await h)\nvar x, y, z, a, b, c, d, e, f, g, h, foo',
  ],
  [
    'module',
    'import a, { default as b, c as d, "s t" as e } from "x"; import * as f from "y" with { type: "json" }\nimport "z"; export * from "w"; export * as g from "v"; export { h, default, "q" as r } from "u"',
  ],
  [
    'module',
    'import from from "from"; import { as as as } from "as"; import source from "s"; export { as as from }; var as2',
  ],
  ['module', 'let { a = await b, c: [d] } = e, f = 1; export let { g, h: i } = f, [j, ...k] = l\nvar b, e, l'],
  [
    'module',
    'export let m = 1; export let n = 2; export let o = 3; export let p = 4; export let q = 5; function s() { m++; n += 1; [o] = [1]; for (p of []); ({ q } = {}) }',
  ],
  ['module', 'export var A; (function (A) { A[A.x = 0] = "x" })(A || (A = {}))'],
  [
    'module',
    'export let a = 1; const f = (x = (a = 2)) => x; export let b = 1; function g(y = (b = 3)) {} export let c = 1; class K { [(c = 4)] = 1; d = (c = 5) }',
  ],
  ['module', 'const a = b\n/re/g.test(c)\nvar b, c, re, g'],
  ['module', 'const f = () => {}\n/re/.test(x)\nvar x'],
  ['module', 'if (a) { } /re/.test(b); function f() {} /re/.test(b); const g = function () {} / 2; var a, b'],
  ['module', 'x = function () { return {} } / 1; y = class {} / 1; var x, y; return_: { }'],
  [
    'module',
    'for await (const x of (async function* () {})()) { } for await (const [y] of z) await y; for (const of of of) { } var z, of',
  ],
  [
    'module',
    'import.meta.url; new import.meta.X(); import("x").then(async () => { await import("y", { with: {} }) }); const o = { import: 1, export: 2 }; o.import(1)',
  ],
  [
    'module',
    'arguments; (() => arguments)(); function f(a = arguments) { return () => arguments } class K { m() { return arguments } }',
  ],
  ['module', 'switch (await a) { case await b: { } case { c: 1 }.c: /re/; default: await d }\nvar a, b, d'],
  [
    'module',
    'a: for (;;) { continue a\n/re/.test() } function* g() { yield\n/re/; const x = yield /re/; yield* [1]; (yield) }',
  ],
  ['module', 'var a = 1, b = a++ / 2, c = a-- / 3, d = (a) / 4, e = a[0] / 5; x => x / 2; var x = { }\n/ 2'],
  [
    'module',
    'async () => { await x; async function y() { await z } const w = async function () { await v }; return { async m() { await u }, async: await t, await: 1 } }; var x, z, v, u, t',
  ],
  ['module', '#!/usr/bin/env node\nexport const a = await 1'],
  ['module', 'if (x) async () => { await 1 }\nelse y: { } var x'],
  ['script', 'var await = 1; await / 2; function f() { return await } async function g() { await f() }'],
  ['script', 'var yield_ = yield; var yield; yield / 2; var let_ = let; var let; function* g() { yield /a/ }'],
  [
    'script',
    'async function f() { try { await 1 } catch { await 2 } finally { await 3 } } import("x"); var async; async (1); async; async\nfunction g() {}',
  ],
  ['script', 'x <!-- y\n--> z'],
  [
    'script',
    'with (a) { async () => await b } return; var x = { async *[Symbol.x]() { await 1 }, get async() { return async () => await 2 } }',
  ],
];

describe('the scanner', () => {
  it.each(HARD)('reads as the parser does (%s): %s', (goal, source) => {
    const result = compareWithParser(source, goal);
    // Giving up is allowed, being wrong is not.
    expect(result.outcome === 'different' ? result.what : '').toBe('');
    expect(result.outcome).not.toBe('invalid');
  });

  it('reads whole packages as the parser does, raw and minified', { timeout: 120_000 }, () => {
    const counts: Record<string, number> = {};
    const differences: string[] = [];
    for (const path of ['vite', 'rolldown', 'zod', 'hono', 'chai', 'semver', '@babel/generator'].flatMap(sourcesOf)) {
      const source = readFileSync(path, 'utf8');
      const isModule = /^\s*(?:import|export)\b|[;}]\s*(?:import|export)\b/m.test(source);
      for (const text of [source, transformSync(source, { minify: true, target: 'esnext' }).code]) {
        const result = compareWithParser(text, isModule ? 'module' : 'script');
        counts[result.outcome] = (counts[result.outcome] ?? 0) + 1;
        if (result.outcome === 'different') differences.push(`${path}: ${result.what}`);
      }
    }
    expect(differences).toEqual([]);
    expect(counts['same']).toBeGreaterThan(1000);
    expect(counts['bail'] ?? 0).toBeLessThan(10);
  });

  it('puts its insertions in order wherever awaits, stars and imports meet', { timeout: 60_000 }, () => {
    const random = randomNumbers(20_260);
    const differences: string[] = [];
    for (let k = 0; k < 3000; k++) {
      const source = `${randomStatements(random, 4)}\nvar a,b,c,d;`;
      const result = compareWithParser(source, 'module');
      if (result.outcome === 'different') differences.push(`${source}\n${result.what}`);
    }
    expect(differences).toEqual([]);
  });
});

function sourcesOf(name: string): string[] {
  const found: string[] = [];
  const visit = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (/\.[cm]?js$/.test(entry.name)) found.push(path);
    }
  };
  visit(join(NODE_MODULES, name));
  return found;
}

/** A small generator: the same texts every time. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Random = (below: number) => number;

function randomStatements(random: Random, depth: number): string {
  return Array.from({ length: 1 + random(3) }, () => randomStatement(random, depth)).join(
    random(2) === 0 ? ';' : ';\n',
  );
}

function randomStatement(random: Random, depth: number): string {
  if (depth === 0) return randomExpression(random, 0);
  const inner = () => randomStatements(random, depth - 1);
  const value = () => randomExpression(random, depth - 1);
  switch (random(12)) {
    case 0:
      return `if(${value()}){${inner()}}else{${inner()}}`;
    case 1:
      return `for await(const x of ${value()}){${inner()}}`;
    case 2:
      return `for await(const x of await ${value()})${value()}`;
    case 3:
      return `try{${inner()}}catch(e){${inner()}}finally{${inner()}}`;
    case 4:
      return `(async()=>{${inner()}})()`;
    case 5:
      return `{${inner()}}`;
    case 6:
      return `const [x${random(1e6)}]=[${value()}]`;
    case 7:
      return `(async function*(){${inner()}})`;
    case 8:
      return `switch(${value()}){case ${value()}:${inner()}}`;
    default:
      return value();
  }
}

function randomExpression(random: Random, depth: number): string {
  const leaf = ['a', 'b', 'c', '1', '"s"', '/re/', 'import.meta', 'import("x")', 'this', '`t`'][random(10)] as string;
  if (depth === 0) return leaf;
  const value = () => randomExpression(random, depth - 1);
  switch (random(14)) {
    case 0:
      return `(await ${value()})`;
    case 1:
      return `(await(${value()}))`;
    case 2:
      return `(await await ${leaf})`;
    case 3:
      return `[await ${value()},${value()}]`;
    case 4:
      return `({a:await ${leaf},b:${value()}})`;
    case 5:
      return `(a?await ${leaf}:await ${leaf})`;
    case 6:
      return `(async x=>await ${value()})`;
    case 7:
      return `a[await ${value()}]`;
    case 8:
      return `a(await ${value()},...await ${leaf})`;
    case 9:
      return `\`x\${await ${value()}}y\``;
    case 10:
      return `(await ${leaf}+await ${leaf})`;
    case 11:
      return `(await ${leaf},await ${leaf})`;
    case 12:
      return `(await import("x"))`;
    default:
      return `(${value()})`;
  }
}
