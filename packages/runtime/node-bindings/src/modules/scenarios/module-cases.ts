/** Small programs: the first file is the entry. Native Node says what they print. */
export type ModuleCase = readonly [
  title: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  argv?: readonly string[],
  stdin?: string,
];

/** `export function add(a, b)`, 41 bytes. */
const ADD_WASM = Uint8Array.from(atob('AGFzbQEAAAABBwFgAn9/AX8DAgEABwcBA2FkZAAACgkBBwAgACABags='), (char) =>
  char.charCodeAt(0),
);

/** Each is run natively and in a browser, and must print the same. */
export const MODULE_CASES: readonly ModuleCase[] = [
  [
    'does not run a file that closes its function',
    { 'a.js': 'console.log("ran 1")\n}); (function () {\nconsole.log("ran 2")\n' },
  ],
  [
    'does not run a required file that closes its function',
    {
      'a.js':
        'try { require("./b") } catch (e) { console.log(e.name, e.message, e.stack.split("\\n").slice(1, 4)) } console.log(Object.keys(require.cache).length)',
      'b.js': 'console.log("ran")\n}; if (1) {\n',
    },
  ],
  ['misses the end of a block at the end of the file', { 'a.js': 'function q() {\n  if (1) {\n}\n' }],
  ['finds a closing bracket too much', { 'a.js': 'console.log(typeof arguments, arguments.length)\n}\n{\n' }],
  ['finds a closing bracket before a comment without end', { 'a.js': 'console.log("c")\n}/*' }],
  ['finds a closing bracket after a return', { 'a.js': 'if (1) return console.log("r");\n} {\n' }],
  [
    'does not run a file with an await that closes its function',
    { 'a.js': 'const f = async () => { await 1 };\n}); (function () {\n' },
  ],
  ['refuses -e text that closes its function', {}, ['-e', 'console.log(1)}); (()=>{console.log(2)']],
  ['refuses -p text that closes its function', {}, ['-p', '1}, {']],
  ['refuses standard input that closes its function', {}, ['-'], 'console.log(1)\n}); (()=>{console.log(2)'],
  ['checks a file that closes its function', { 'a.js': '1\n}); (function () {' }, ['--check', 'a.js']],
  [
    'refuses a top-level return of -p text as a script',
    {},
    ['-p', 'vm = require("vm"); try { new vm.Script("if (1) return 5") } catch (e) { e.message }'],
  ],
  [
    'runs a file with a hashbang, a comment without newline and a return',
    { 'a.js': '#!/usr/bin/env node\nconsole.log(arguments.length)\nreturn // }' },
  ],
  ['runs HTML-like comments', { 'a.js': '--> one\nconsole.log(1) <!-- two\n  --> three\n' }],
  [
    'detects a module with its own return in a function',
    { 'a.js': 'const require = 1; function f() { return 2 } await f(); console.log(typeof require, f())' },
  ],
  ['detects no module where a return stands at the top', { 'a.js': 'if (0) return;\nawait 1' }],
  [
    'calls hoisted functions over an import cycle',
    {
      'a.mjs': 'import {f} from "./b.mjs"; export function g() { return "g" } console.log("a", f())',
      'b.mjs': 'import {g} from "./a.mjs"; export function f() { return g() } console.log("b", g())',
    },
  ],
  [
    'keeps the temporal dead zone over a cycle',
    {
      'a.mjs': 'import {b} from "./b.mjs"; export const a = 1;',
      'b.mjs':
        'import {a} from "./a.mjs"; export const b = 2; try { console.log(a) } catch (e) { console.log(e.name, e.message) }',
    },
  ],
  [
    'reports a dead binding at the place of its use',
    {
      'a.mjs': 'import {b} from "./b.mjs"; export const a = 1;',
      'b.mjs': 'import {a} from "./a.mjs"; export const b = 2;\nconsole.log(1,\n  a)',
    },
  ],
  [
    'sees a cycle from outside through hoisted use',
    {
      'a.mjs': 'import {x} from "./b.mjs"; console.log("main", x())',
      'b.mjs': 'import {y} from "./c.mjs"; import "./d.mjs"; export function x() { return "x" + y() }',
      'c.mjs': 'import {x} from "./b.mjs"; export function y() { return typeof x }',
      'd.mjs': 'import {x} from "./b.mjs"; console.log(x())',
    },
  ],
  [
    'imports itself',
    {
      'a.mjs':
        'import * as self from "./a.mjs"; import {v as w} from "./a.mjs"; export let v = 1; v = 2; console.log(self.v, w, self)',
    },
  ],
  [
    'shows live bindings that change',
    {
      'a.mjs':
        'import {n, inc, default as d} from "./b.mjs"; import * as ns from "./b.mjs"; console.log(n, d, ns.n); inc(); console.log(n, d, ns.n, Object.getOwnPropertyDescriptor(ns, "n")); try { ns.n = 5 } catch (e) { console.log(e.name) } console.log({ n }, [n].map(n => n), `${n}`, (() => { let n = 9; return n })(), typeof n, { n: n }.n)',
      'b.mjs': 'export let n = 1; export function inc() { n++ } export { n as default }',
    },
  ],
  [
    'shadows live bindings in every kind of scope',
    {
      'a.mjs': `import {n, inc, tag} from "./b.mjs"; inc();
function a(n) { return n } function b() { var n = 1; { let n = 2 } return n } function c({ n }, [m = n]) { return m + n }
class K { n = n; static s = n; [n]() { return n } static { console.log("static", n) } }
try { throw 7 } catch (n) { console.log(n) } for (const n of [8]) console.log(n); for (let n = 0; n < 1; n++) console.log(n); switch (n) { case n: { let n = "in"; console.log(n) } }
lab: for (;;) { break lab } const o = { n, m: n, n() { return n }, get x() { return n } }; const { n: k = n } = {}; const f = n => n, g = (x = n) => x;
console.log(a(3), b(), c({ n: 1 }, []), new K().n, K.s, new K()[n](), o.n(), o.m, o.x, k, f(4), g(), n\`\`, tag\`t\${n}\`)
n
;(function () { console.log(this === undefined) })()
inc()
console.log(n)`,
      'b.mjs':
        'export let n = () => n.c++; n.c = 1; n.toString = () => "N" + n.c; export function inc() { const o = n; n = Object.assign(() => 1, o); n.c++; return this } export const tag = (s, v) => s[0] + v',
    },
  ],
  [
    'calls imported functions without a receiver',
    {
      'a.mjs':
        'import {f, m} from "./b.mjs"; import * as ns from "./b.mjs"; m(); console.log(f(), f`x`, ns.f() === ns, new f() instanceof f)',
      'b.mjs': '"use strict"; export let f = function () { return this }; export function m() { f = f }',
    },
  ],
  [
    'refuses assignment to imports',
    {
      'a.mjs':
        'import {x, y} from "./b.mjs"; import * as ns from "./b.mjs"; for (const t of [() => { x = 5 }, () => { y++ }, () => { [x] = [1] }, () => { ns = 1 }, () => { for (x of [1]); }, () => { ({ x } = { x: 1 }) }, () => { x &&= 2 }]) try { t() } catch (e) { console.log(e.name, e.message) }',
      'b.mjs': 'export let x = 1; export let y = 2; export function s() { x++ }',
    },
  ],
  [
    'exports stars and leaves ambiguous names out',
    {
      'a.mjs': 'import * as ns from "./s.mjs"; console.log(ns, Object.keys(ns), "dup" in ns, ns.default)',
      's.mjs':
        'export * from "./x.mjs"; export * from "./y.mjs"; export * as inner from "./x.mjs"; export {x as renamed} from "./x.mjs"',
      'x.mjs': 'export const dup = 1, x = 2; export default 1',
      'y.mjs': 'export const dup = 2, y = 3; export {x} from "./x.mjs"',
    },
  ],
  [
    'complains of ambiguous names',
    {
      'a.mjs': 'import {dup} from "./s.mjs"',
      's.mjs': 'export * from "./x.mjs"; export * from "./y.mjs"',
      'x.mjs': 'export const dup = 1',
      'y.mjs': 'export const dup = 2',
    },
  ],
  ['complains of missing names', { 'a.mjs': 'import a, { nope as b } from "./b.mjs"', 'b.mjs': 'export default 1' }],
  [
    'complains of names a CommonJS module lacks',
    { 'a.mjs': 'import {nope} from "./c.cjs"', 'c.cjs': 'module.exports = {a: 1}' },
  ],
  [
    'names default exports',
    {
      'a.mjs':
        'for (const f of ["f", "g", "c", "d", "e", "v", "n"]) { const { default: x } = await import(`./${f}.mjs`); console.log(f, typeof x, x.name) }',
      'f.mjs': 'export default function () {}',
      'g.mjs': 'export default async function* () {}',
      'c.mjs': 'export default class {}',
      'd.mjs': 'export default () => {}',
      'e.mjs': 'export default (class { static name = "own" })',
      'v.mjs': 'const q = () => {}; export default q',
      'n.mjs': 'export default function named() {}',
    },
  ],
  [
    'exports defaults of every form',
    {
      'a.mjs':
        'import d from "./d.mjs"; import e, * as all from "./e.mjs"; import {default as f} from "./f.mjs"; console.log(d, e, f(), all["a b"], all)',
      'd.mjs': 'let x = 1; export { x as default }; x = 2',
      'e.mjs': 'export default 1 + 1; export { q as "a b" }\nvar q = 3',
      'f.mjs': 'export default f; function f() { return "hoisted" }',
    },
  ],
  [
    'exports destructured and nested declarations',
    {
      'a.mjs': 'import * as ns from "./b.mjs"; console.log(ns)',
      'b.mjs':
        'export const { a, b: { c }, ...rest } = { a: 1, b: { c: 2 }, d: 3 }, [e, , f = 5] = [4]; export let g, h = 1; export class K {} export async function i() {} export function* j() {} if (true) { var inBlock = 1 } export { inBlock }',
    },
  ],
  [
    'fills import.meta',
    {
      'a.mjs':
        'console.log(Object.keys(import.meta), import.meta.url.split("/").at(-1), import.meta.filename.endsWith("a.mjs"), import.meta.dirname === import.meta.filename.slice(0, -6), import.meta.resolve("./x").endsWith("/x"), import.meta.main, Object.getPrototypeOf(import.meta)); import.meta.env = 1; console.log(import.meta.env, new (class { m = import.meta })().m === import.meta)',
    },
  ],
  [
    'has no this, require or arguments',
    {
      'a.mjs':
        'console.log(this, typeof require, typeof module, typeof arguments, (() => typeof arguments)(), (function () { return arguments.length })(1)); try { arguments } catch (e) { console.log(e.name) } try { require("fs") } catch (e) { console.log(e.message) }',
    },
  ],
  [
    'runs siblings with top-level await side by side',
    {
      'a.mjs': 'import "./t2.mjs"; import "./t3.mjs"; import "./s.mjs"; console.log("a")',
      't2.mjs': 'console.log("t2 start"); await 1; await 1; console.log("t2 end")',
      't3.mjs': 'console.log("t3 start"); await 1; console.log("t3 end")',
      's.mjs': 'console.log("s")',
    },
  ],
  [
    'orders parents of asynchronous modules',
    {
      'a.mjs': 'import "./b.mjs"; import "./c.mjs"; console.log("a")',
      'b.mjs': 'import "./x.mjs"; console.log("b")',
      'c.mjs': 'import "./y.mjs"; import "./x.mjs"; console.log("c"); await 0; console.log("c end")',
      'x.mjs': 'console.log("x"); await new Promise(r => setTimeout(r, 5)); console.log("x end")',
      'y.mjs': 'console.log("y"); await 0; console.log("y end")',
    },
  ],
  [
    'rejects every importer of a failed asynchronous module',
    {
      'a.mjs':
        'const rs = await Promise.allSettled([import("./b.mjs"), import("./c.mjs"), import("./x.mjs")]); console.log(rs.map(r => r.reason?.message), rs[0].reason === rs[1].reason); await import("./b.mjs").catch(e => console.log("again", e.message))',
      'b.mjs': 'import "./x.mjs"; console.log("never")',
      'c.mjs': 'import "./b.mjs"; console.log("never")',
      'x.mjs': 'await 0; throw new Error("boom")',
    },
  ],
  [
    'waits for an import cycle with top-level await',
    {
      'a.mjs':
        'import {b} from "./b.mjs"; export const a = "A"; console.log("a", b); export function late() { return b }',
      'b.mjs':
        'import {late} from "./a.mjs"; console.log("b start", typeof late); await 1; export const b = "B"; console.log("b end")',
    },
  ],
  [
    'imports dynamically with attributes and errors',
    {
      'a.mjs':
        'const j = await import("./j.json", { with: { type: "json" } }); console.log(j, j.default); for (const bad of [() => import("./j.json"), () => import("./none.mjs"), () => import(Symbol()), () => import("./j.json", 5), () => import("./j.json", { with: { type: 1 } }), () => import({ toString() { throw new Error("s") } }), () => import("bare-nope"), () => import("./syn.mjs")]) await bad().catch(e => console.log(e.name, e.code)); console.log(await import("./none.cjs").catch(e => e.code), await import("./j.json", { with: { type: "json" } }) === j)',
      'j.json': '{"a":1}',
      'syn.mjs': 'let a = ;',
    },
  ],
  [
    'gives one namespace object',
    {
      'a.mjs':
        'import * as x from "./b.mjs"; const y = await import("./b.mjs"); console.log(x === y, Object.isExtensible(x), Reflect.ownKeys(x), Object.prototype.toString.call(x), Object.getPrototypeOf(x), "a" in x, delete x.zz, x.zz, JSON.stringify(x), { ...x }); for (const t of [() => { x.q = 1 }, () => { x.a = 1 }, () => { delete x.a }, () => Object.defineProperty(x, "a", { value: 9 }), () => Object.setPrototypeOf(x, {})]) try { t(); console.log("no error") } catch (e) { console.log(e.name, e.message) }',
      'b.mjs': 'export const b = 2, a = 1',
    },
  ],
  [
    'requires modules',
    {
      'a.cjs':
        'const x = require("./b.mjs"); console.log(x, require("./c.mjs"), require("./d.mjs")); try { require("./tla.mjs") } catch (e) { console.log(e.code) } import("./tla.mjs").then(m => console.log(m))',
      'b.mjs': 'export default 4; export let q = 1; q = 3',
      'c.mjs': 'export const z = 1; export { z as "module.exports" }',
      'd.mjs': 'export default 1; export const __esModule = true',
      'tla.mjs': 'await 1; export default 2',
    },
  ],
  [
    'imports CommonJS by name',
    {
      'a.mjs': 'import {x, default as d} from "./c.cjs"; import * as ns from "./c.cjs"; console.log(x, d, ns)',
      'c.cjs': 'module.exports = require("./d.cjs")',
      'd.cjs': 'exports.x = 7; exports.y = () => 1',
    },
  ],
  [
    'detects module syntax',
    {
      'a.js': 'import x from "./b.js"; console.log(x, await 5, import.meta.filename.endsWith("a.js"))',
      'b.js': 'export default 4',
    },
  ],
  ['refuses await in CommonJS', { 'a.cjs': 'exports.q = await 5' }],
  ['refuses import in CommonJS', { 'a.cjs': 'import x from "y"' }],
  ['reports a syntax error in CommonJS', { 'a.js': 'let a = 1;\nlet b = a +* 2;\n' }],
  ['reports a syntax error in a module', { 'a.mjs': 'import "./b.mjs"; console.log("a")', 'b.mjs': 'let q = ;\n' }],
  ['refuses return in a module', { 'a.mjs': 'console.log(1);\nreturn 5' }],
  ['refuses exports of nothing', { 'a.mjs': 'export { nothere }' }],
  ['refuses sloppy code in a module', { 'a.mjs': 'with (a) {}' }],
  ['refuses duplicate exports', { 'a.mjs': 'var a = 1; export {a}; export {a}' }],
  ['refuses redeclared imports', { 'a.mjs': 'import {a} from "./b.mjs"; let a', 'b.mjs': 'export let a' }],
  [
    'throws from a module',
    { 'a.mjs': 'import "./b.mjs"', 'b.mjs': 'function boom() { throw new TypeError("deep") }\n\nboom()' },
  ],
  ['throws behind a top-level await', { 'a.mjs': 'await 0;\nthrow new Error("tla")' }],
  [
    'ends with code 13 where a top-level await never settles',
    { 'a.mjs': 'console.log(1);\nawait new Promise(() => {})' },
  ],
  [
    'runs TypeScript',
    {
      'a.mts':
        'import type { X } from "./x.ts"; const x: number = 4; interface A { b: string } console.log(x as number)',
    },
  ],
  [
    'keeps lines and columns around awaits',
    {
      'a.mjs':
        'const f = async () => 1;\nconst g = async () => { const a = await f(), b = await (async () => { await null; throw new Error("here") })(); return a + b };\ntry { await g() } catch (e) { console.log(e.stack.split("\\n").slice(0, 3).map(l => l.replace(/file:.*\\//, ""))) }',
    },
  ],
  ['evaluates text', {}, ['-e', 'let x = 1; const y = 2; console.log(x + y, typeof require, __filename)']],
  [
    'evaluates text as a module',
    {},
    ['--input-type=module', '-e', 'import os from "os"; console.log(typeof os.cpus, import.meta.url)'],
  ],
  ['detects a module in evaluated text', {}, ['-e', 'import os from "os"; console.log(typeof os.cpus, await 1)']],
  ['prints an expression', {}, ['-p', '[1, 2].map(x => x * 2)']],
  ['prints an awaited expression', {}, ['-p', 'await 1']],
  ['reports an error in evaluated text', {}, ['-e', 'console.log(1); foo bar']],
  [
    'imports in text given to Function and eval',
    {
      'a.cjs':
        'new Function("p", "return import(p)")("node:path").then(m => console.log(typeof m.join)); (async () => {}).constructor("return await 5")().then(console.log); console.log(Function.name, Function.length, (() => {}).constructor === Function, Function.prototype.constructor === Function)',
    },
  ],
  [
    'imports from made functions and scripts relative to their files',
    {
      'nf.cjs':
        "const f = new Function('s', 'return import(s)'); const vm = require('vm');\n(async () => { console.log(typeof (await f('./e.cjs').catch(e => e)).default, (await f('nope-pkg').catch(e => e.message)).replace(/\\/tmp.*\\//, '')); console.log(f.toString().includes('anonymous'), f.name, f.length, f instanceof Function);\nclass G extends Function {} const g = new G('return import(\"os\")'); console.log(g instanceof G, typeof (await g()).cpus);\nconst s1 = new vm.Script('(() => import(\"./e.cjs\"))', { filename: __filename, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }); const h = s1.runInThisContext(); new vm.Script('(() => import(\"./zz.cjs\"))', { filename: '/x/y.js' }).runInThisContext(); console.log((await h()).default);\nnew vm.Script('import(\"fs\")').runInThisContext().catch(e => console.log(e.code));\ntry { new Function('return (') } catch (e) { console.log(e.name, e.message) } try { new Function('await 1') } catch (e) { console.log(e.name, e.message) } })();\n",
      'e.cjs': 'module.exports = "E"',
    },
  ],
  [
    'resolves and loads through synchronous hooks',
    {
      'a.mjs':
        'import { registerHooks, createRequire } from "node:module"; registerHooks({ resolve(s, c, n) { if (s === "virtual:x") return { url: "virtual:x", shortCircuit: true, format: "module" }; return n(s, c) }, load(u, c, n) { if (u === "virtual:x") return { source: "export default 42; export const m = import.meta.url", format: "module", shortCircuit: true }; return n(u, c) } }); console.log(await import("virtual:x")); const r = createRequire(import.meta.url); console.log(r("./c.cjs"), r.resolve("./c.cjs").endsWith("c.cjs"), r("virtual:x"))',
      'c.cjs': 'module.exports = "c"',
    },
  ],
  [
    'preloads with --import and --require',
    {
      'a.mjs': 'console.log("main", globalThis.pre)',
      'pre.mjs': 'globalThis.pre = (globalThis.pre ?? "") + "mjs"; console.log("pre")',
      'pre.cjs': 'globalThis.pre = "cjs"',
    },
    ['--import', './pre.mjs', '--require', './pre.cjs', 'a.mjs'],
  ],
  [
    'imports in the text of a direct eval',
    {
      'a.cjs':
        '(async () => { const p = await eval("import(\'node:path\')"); console.log(typeof p.join); const q = eval(\'import("node:os")\'); console.log(typeof (await q).cpus); function dyn(s) { return eval("import(s)") } console.log(typeof (await dyn("node:fs")).readFileSync, eval(5), eval("1+1", 2)) })()',
    },
  ],
  [
    'gives CommonJS its module object',
    {
      'a.cjs':
        'console.log(require.cache[__filename] === module, require.main.filename === __filename, module.paths.length > 0, arguments.length, this === exports, new.target); require.extensions[".txt"] = (mod, f) => { mod.exports = require("fs").readFileSync(f, "utf8") }; console.log(require("./t.txt")); const m = require("module"); const orig = m.prototype.require; m.prototype.require = function (id) { console.log("req", id); return orig.call(this, id) }; require("./x.cjs"); console.log(m.wrap("x"))',
      't.txt': 'text',
      'x.cjs': 'require("fs")',
    },
  ],
  [
    'links vm modules',
    {
      'a.cjs':
        'const vm = require("vm"); (async () => { const m = new vm.SourceTextModule("import d, {x} from \\"dep\\"; export const y = d + x; export default import.meta.foo", { initializeImportMeta(meta) { meta.foo = "bar" } }); console.log(m.status, m.dependencySpecifiers); await m.link(async (s) => { const s2 = new vm.SyntheticModule(["default", "x"], function () { this.setExport("default", 1); this.setExport("x", 2) }); return s2 }); await m.evaluate(); console.log(m.namespace, m.status) })()',
    },
    ['--experimental-vm-modules', 'a.cjs'],
  ],
  [
    'evaluates lines in the REPL',
    {},
    ['-i'],
    'let a = 1\nconst b = 2\na + b\nfunction f() { return a }\nf()\nawait Promise.resolve(7)\nclass K {}\nnew K()\nthrow new Error("r")\nrequire("path").sep\n.exit\n',
  ],
  [
    'imports WebAssembly',
    {
      'a.mjs':
        'import * as w from "./add.wasm"; import source s from "./add.wasm"; console.log(w.add(1, 2), s instanceof WebAssembly.Module)',
      'add.wasm': ADD_WASM,
    },
  ],
  [
    'resolves and loads through hooks in their own thread',
    {
      'a.mjs':
        'import { register } from "node:module"; register("./hooks.mjs", import.meta.url, { data: { n: 1 } }); const { default: d, v } = await import("./c.mjs"); console.log(d, v, (await import("virtual:y")).default); try { await import(\'./nope.mjs\') } catch (e) { console.log(e.code) } const { createRequire } = await import(\'module\'); console.log(createRequire(import.meta.url)(\'./r.cjs\'));',
      'hooks.mjs':
        'let n; export async function initialize(d) { n = d.n } export async function resolve(s, c, nx) { if (s === "virtual:y") return { url: "virtual:y", shortCircuit: true, format: "module" }; return nx(s, c) } export async function load(u, c, nx) { if (u === "virtual:y") return { source: `export default ${42 + n}`, format: "module", shortCircuit: true }; const r = await nx(u, c); if (u.endsWith(\'d.mjs\')) return { ...r, source: String(r.source).replace(\'"d"\', \'"hooked"\') }; return r }',
      'c.mjs': 'import { x } from "./d.mjs"; export default x; export const v = import.meta.url.endsWith("c.mjs")',
      'd.mjs': 'export const x = "d"',
      'r.cjs': 'module.exports = "r"',
    },
  ],
];
