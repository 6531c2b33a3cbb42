import { describe, expect, it } from 'vitest';
import { withoutFrames, withoutPids } from '../../test-support/compare.ts';
import { useNode } from '../../test-support/index.ts';

const node = useNode();

async function expectSame(program: string, argv: readonly string[] = ['main.js']): Promise<void> {
  const { ours, native } = await node.runInBoth({ 'main.js': program, 'main.mjs': program }, argv);
  expect(withoutPids(ours)).toEqual(withoutPids(native));
}

/** Stack frames aside: `Object..js` and the frames of lib's loops (see test-support/compare.ts). */
async function expectSameButFrames(program: string, argv: readonly string[] = ['main.js']): Promise<void> {
  const { ours, native } = await node.runInBoth({ 'main.js': program, 'main.mjs': program }, argv);
  expect(withoutFrames(ours)).toEqual(withoutFrames(native));
}

describe('how a process starts', () => {
  it('prints its version through -e', () => expectSame('', ['-e', 'console.log(process.version)']));
  it('prints a value through -p', () => expectSame('', ['-p', '[1, { a: 2 }]']));
  it('knows --version', () => expectSame('', ['--version']));
  it('refuses an option it does not know, with code 9', async () => {
    const { ours, native } = await node.runInBoth({}, ['--no-such-option']);
    expect(ours.code).toBe(9);
    expect(ours.stderr.replace(/^\S+/, '')).toBe(native.stderr.replace(/^\S+/, ''));
  });
  it('runs a CommonJS file with arguments', () =>
    expectSame(
      'console.log(require("path").basename(__filename), process.argv.slice(2), require.main === module, this === module.exports)',
      ['main.js', 'a', '--b', '-c'],
    ));
  it('runs what stands on standard input', async () => {
    const { ours, native } = await node.runInBoth({}, [], { stdin: 'console.log(__filename, process.argv.length)' });
    expect(ours).toEqual(native);
  });
  it('checks the syntax only with --check', () => expectSame('console.log("not run")', ['--check', 'main.js']));
  it('gives a program no name of the browser', async () => {
    const names =
      'console.log(JSON.stringify(Object.getOwnPropertyNames(globalThis).filter((name) => globalThis[name] !== undefined || name === "undefined").sort()), (() => { const seen = []; for (const name in globalThis) seen.push(name); return seen.sort(); })(), "addEventListener" in globalThis, typeof self, typeof importScripts)';
    await expectSame(names);
  });
});

describe('how a process ends', () => {
  it.each([
    ['process.exit', 'process.on("exit", (c) => console.log("exit", c)); process.exit(7)'],
    ['process.exitCode', 'process.exitCode = 4; setTimeout(() => {}, 1)'],
    ['an exit handler that changes the code', 'process.on("exit", () => { process.exitCode = 9; })'],
    ['an exit handler that exits again', 'process.on("exit", () => process.exit(12))'],
    ['a signal to itself', 'process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 1000)'],
  ])('with the code of %s', (_, program) => expectSame(program));

  it.each([
    ...[0, 255, 256, 259, -1, -256, 1000, 2 ** 31 - 1, '259', '-1'].map(
      (code) => `process.exit(${JSON.stringify(code)})`,
    ),
    'process.exitCode = 256',
    'process.exitCode = 300; process.on("exit", (c) => console.log(c, process.exitCode))',
    'process.exitCode = -1',
    'process.on("exit", () => { process.exitCode = 300 })',
    'process.on("exit", (c) => { console.log(c); process.exit(513) }); process.exit(258)',
    'process.reallyExit(511)',
    'process.on("uncaughtException", () => process.exit(257)); throw 1',
    'new (require("worker_threads").Worker)("process.exit(259)", { eval: true }).on("exit", (c) => process.exit(c))',
  ])('with the lowest byte of the code: %s', (program) => expectSame(program));

  it(
    'tells a parent of the byte, a thread\u2019s parent of the whole code',
    () =>
      expectSame(`
    const { spawn, spawnSync, execFile, fork } = require('child_process');
    const { Worker } = require('worker_threads');
    if (process.argv[2] !== undefined) process.exit(Number(process.argv[2]));
    const codes = [259, -1];
    const show = (...words) => console.log(...words);
    (async () => {
      for (const code of codes) {
        const ended = (child, name) => new Promise((done) => child.on(name, (...how) => { show(name, code, ...how); done(); }));
        show('spawnSync', spawnSync(process.execPath, [__filename, code]).status);
        await ended(spawn(process.execPath, [__filename, code]), 'exit');
        await ended(spawn(process.execPath, ['-e', 'process.exitCode = ' + code]), 'close');
        await ended(fork(__filename, [code]), 'exit');
        await new Promise((done) => execFile(process.execPath, [__filename, code], (error) => { show('execFile', error && error.code); done(); }));
        await ended(new Worker('process.exit(' + code + ')', { eval: true }), 'exit');
        await ended(new Worker('process.exitCode = ' + code, { eval: true }), 'exit');
      }
    })();`),
    60_000,
  );

  it('runs nothing after a signal to itself, and keeps what was written before', () =>
    expectSame(
      'console.log("before"); try { process.kill(process.pid, "SIGTERM"); console.log("after"); } finally { require("fs").writeSync(1, "finally"); }',
    ));
  it('runs nothing after process.exit, not even finally', () =>
    expectSame('try { process.exit(3); } finally { console.log("finally"); }'));
  it('writes what was written before process.exit', () =>
    expectSame('process.stdout.write("a".repeat(50000)); process.stderr.write("b"); process.exit(1)'));
  it('ends with 13 when a top-level await never settles', () =>
    expectSame('process.on("exit", (c) => console.log(c));\n  await new Promise(() => {});', ['main.mjs']));
});

describe('what an uncaught exception prints', () => {
  it.each([
    'throw 5',
    'throw {a:1}',
    'throw null',
    'throw undefined',
    'throw "text"',
    'throw Symbol("a")',
    'throw function f(){}',
    'throw Object.create(null)',
    'throw {name:"N",message:"M"}',
    'process._fatalException=1;throw 6',
    'process.emitWarning("careful");setTimeout(()=>{throw undefined},1)',
  ])('for %s', (program) => expectSame(program));

  it.each([
    'throw new Error("x")',
    '\n  Promise.reject(new Error("x"))',
    'Promise.reject(5)',
    'null.foo()',
    '\tthrow   new Error("tab")',
    'process.on("uncaughtException",()=>{throw new Error("second")});throw 1',
    'process.on("exit",c=>{console.log(c);process.exitCode=9});throw new RangeError("t")',
    'new (require("events"))().emit("error",new Error("ee"))',
    'process.on("exit",()=>{throw new Error("in exit")})',
    'queueMicrotask(()=>{throw new Error("mt")});setImmediate(()=>console.log("no"))',
    'const e=new Error("with cause",{cause:new TypeError("inner")});e.code="E_X";throw e',
    'setTimeout(function named(){ throw new Error("in timer") }, 1)',
    'require("fs").readFileSync("/no/such/file")',
    'require("./no-such-module")',
    'new URL("nope")',
  ])('for %s', (program) => expectSameButFrames(program));

  it('hands it to uncaughtException handlers, also from promises', () =>
    expectSameButFrames(`
    process.on('uncaughtExceptionMonitor', (e, origin) => console.log('monitor', e.message, origin));
    process.on('uncaughtException', (e, origin) => console.log('caught', e.message, origin));
    setTimeout(() => { throw new Error('timer'); }, 1);
    Promise.reject(new Error('promise'));
  `));
  it.each(['strict', 'warn', 'none', 'warn-with-error-code', 'throw'])('with --unhandled-rejections=%s', (mode) =>
    expectSameButFrames(
      'process.on("exit",(c)=>console.log(c));Promise.reject(new Error("r"));setTimeout(()=>console.log("after"),5)',
      [`--unhandled-rejections=${mode}`, 'main.js'],
    ),
  );
});
