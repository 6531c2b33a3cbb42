import { describe, expect, it } from 'vitest';
import { withoutFrames } from '../../test-support/compare.ts';
import { useNode } from '../../test-support/index.ts';

const node = useNode();

/** Each program prints what happens; both must print the same, in the same order. */
async function expectSame(program: string): Promise<void> {
  const { ours, native } = await node.runInBoth({ 'main.js': program }, ['main.js']);
  expect(withoutFrames(ours)).toEqual(withoutFrames(native));
}

describe('event loop: order of events', () => {
  it('runs the ticks an exception has left before any microtask', () =>
    expectSame(`
    process.on('uncaughtException', (error) => console.log('uncaught', error.message));
    process.nextTick(() => { throw new Error('1'); });
    process.nextTick(() => { throw new Error('2'); });
    process.nextTick(() => console.log('tick'));
    Promise.resolve().then(() => console.log('microtask'));
  `));

  it('tells of promises that are settled twice', () =>
    expectSame(`
    const tell = (type, promise, value) => console.log(type, promise instanceof Promise, value);
    process.on('multipleResolves', tell);
    new Promise((resolve, reject) => { resolve(1); resolve(2); reject(3); });
    new Promise((resolve) => { resolve(1); throw 4; });
    setImmediate(() => {
      process.off('multipleResolves', tell);
      new Promise((resolve) => { resolve(1); resolve(5); });
      console.log(Promise.name, Promise.resolve(1).constructor === Promise);
    });
  `));

  it('runs ticks before microtasks, and both before the next callback', () =>
    expectSame(`
    setTimeout(() => console.log('timeout'), 0);
    setImmediate(() => {
      console.log('immediate 1');
      process.nextTick(() => console.log('tick of immediate 1'));
      Promise.resolve().then(() => console.log('microtask of immediate 1'));
    });
    setImmediate(() => console.log('immediate 2'));
    Promise.resolve().then(() => { console.log('microtask'); process.nextTick(() => console.log('tick of microtask'));
      });
    process.nextTick(() => {
      console.log('tick');
      process.nextTick(() => console.log('tick of tick'));
      Promise.resolve().then(() => console.log('microtask of tick'));
    });
    queueMicrotask(() => console.log('queueMicrotask'));
    console.log('main');
    // Both are due in the first iteration, whatever the machine is doing.
    const end = Date.now() + 5; while (Date.now() < end);
  `));

  it('drains ticks and microtasks between two timers of one list', () =>
    expectSame(`
    for (const name of ['a', 'b', 'c']) setTimeout(() => {
      console.log('timer', name);
      process.nextTick(() => console.log('tick', name));
      Promise.resolve().then(() => console.log('microtask',
        name)).then(() => process.nextTick(() => console.log('late tick', name)));
    }, 1);
    const end = Date.now() + 5; while (Date.now() < end);
  `));

  it('alternates ticks and microtasks until both are empty', () =>
    expectSame(`
    let n = 0;
    async function chain() { while (n < 20) { await null; await new Promise((r) => process.nextTick(r));
      console.log(n++); } }
    chain();
    setImmediate(() => console.log('immediate'));
  `));

  it('runs immediates made by immediates in the next iteration', () =>
    expectSame(`
    setImmediate(() => { console.log(1); setImmediate(() => console.log(3)); });
    setImmediate(() => console.log(2));
  `));

  it('skips a cleared immediate, also one cleared while the queue runs', () =>
    expectSame(`
    const never = [];
    setImmediate(() => { console.log('first'); Promise.resolve().then(() => clearImmediate(never[0])); });
    never.push(setImmediate(() => console.log('never')));
    setImmediate(() => console.log('last'));
  `));

  it('keeps the order of timers of equal length and sorts others by expiry', () =>
    expectSame(`
    setTimeout(() => console.log('20'), 20);
    setTimeout(() => console.log('1 a'), 1);
    setTimeout(() => console.log('10'), 10);
    setTimeout(() => console.log('1 b'), 1);
  `));

  it('stops and refreshes intervals as Node does', () =>
    expectSame(`
    let n = 0;
    const interval = setInterval(() => { console.log('interval', ++n); if (n === 3) clearInterval(interval); }, 2);
  `));

  it('runs close callbacks after the immediates of the iteration', () =>
    expectSame(`
    const { port1 } = new MessageChannel();
    port1.on('close', () => console.log('closed'));
    setImmediate(() => console.log('immediate'));
    port1.close();
  `));

  it('lets a callback that throws not delay the others', () =>
    expectSame(`
    process.on('uncaughtException', (error) => console.log('caught', error.message));
    setTimeout(() => { throw new Error('a'); }, 1);
    setTimeout(() => console.log('b'), 1);
    setImmediate(() => { throw new Error('c'); });
    setImmediate(() => console.log('d'));
    process.nextTick(() => { throw new Error('e'); });
    process.nextTick(() => console.log('f'));
    queueMicrotask(() => { throw new Error('g'); });
  `));
});

describe('event loop: what keeps a process alive', () => {
  it('ends at once when only unreferenced timers are left', () =>
    expectSame(`
    setTimeout(() => console.log('never'), 1000).unref();
    setInterval(() => console.log('never'), 1000).unref();
    setImmediate(() => console.log('never')).unref();
    console.log('main');
  `));

  it('waits for a referenced timer and a referenced immediate', () =>
    expectSame(`
    const t = setTimeout(() => console.log('timer'), 100); t.unref(); t.ref();
    setImmediate(() => console.log('immediate')).unref().ref();
  `));

  it('emits beforeExit as long as something new is started in it', () =>
    expectSame(`
    let n = 0;
    process.on('beforeExit', (code) => { console.log('beforeExit', code);
      if (n++ < 2) setTimeout(() => console.log('again'), 1); });
    process.on('exit', (code) => console.log('exit', code));
  `));

  it('counts ticks and microtasks of beforeExit', () =>
    expectSame(`
    let n = 0;
    process.on('beforeExit', () => { console.log('be', n);
      if (n++ === 0) Promise.resolve().then(() => process.nextTick(() => setImmediate(() => console.log('later'))));
      });
  `));

  it('waits for WebAssembly that compiles on another thread', () =>
    expectSame(`
    WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then((m) => {
      console.log(m instanceof WebAssembly.Module);
      WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then((r) => console.log(Object.keys(r)));
    });
  `));
});

describe('event loop: rejections', () => {
  it('reports a rejection before the next callback runs', () =>
    expectSame(`
    process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
    setImmediate(() => console.log('immediate'));
    setTimeout(() => console.log('timer'), 1);
    Promise.reject('main');
    process.nextTick(() => { Promise.reject('tick'); });
    setImmediate(() => { Promise.reject('immediate 1'); });
    setImmediate(() => console.log('immediate 2'));
  `));

  it('does not report what a tick handles', () =>
    expectSame(`
    process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
    const a = Promise.reject('a'); process.nextTick(() => a.catch(() => console.log('handled a')));
    Promise.resolve().then(() => { const b = Promise.reject('b');
      process.nextTick(() => b.catch(() => console.log('handled b'))); });
  `));

  it('tells when a reported rejection is handled later', () =>
    expectSame(`
    process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
    process.on('rejectionHandled', () => console.log('handled late'));
    const late = Promise.reject('late');
    setTimeout(() => late.catch(() => console.log('catch')), 5);
    setTimeout(() => {}, 20);
  `));

  it('warns with a number when nobody looks', () =>
    expectSame(`
    process.on('warning', (warning) => console.log(warning.name, warning.message.length > 0));
    const late = Promise.reject(new Error('late'));
    process.on('unhandledRejection', () => {});
    setTimeout(() => late.catch(() => {}), 5);
    setTimeout(() => {}, 20);
  `));
});
