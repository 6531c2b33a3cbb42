/**
 * Runs our text of some builtins inside the pinned Node, on its own bindings,
 * beside Node's text of the same builtins: both must tell the same story.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from './main.ts';
import { mustGetPinnedNode } from './pinned-node.ts';

const room = join(import.meta.dirname, '..');

/** Loads `ours` from generated/, everything else from Node itself. */
const LOADER = `
const { internalBinding, primordials } = require('internal/test/binding');
const fs = require('fs');
const lazy = JSON.parse(fs.readFileSync(${JSON.stringify(join(room, 'generated/lazy.json'))}, 'utf8'));
const { PrivateSlot } = require(${JSON.stringify(join(room, 'src/private-slot.ts'))});
const helpers = [() => undefined, () => {}];
const util = internalBinding('util');
const slots = Object.fromEntries(Object.keys(util.privateSymbols).map((name) => [name, new PrivateSlot(name)]));
const ourUtil = { ...util, privateSymbols: slots };
const binding = (name) => name === 'util' ? ourUtil : internalBinding(name);
const cache = new Map();
function loadOurs(patterns) {
  const load = (id) => {
    if (!patterns.some((pattern) => pattern.test(id))) return require(id);
    if (cache.has(id)) return cache.get(id).exports;
    const wrapper = (0, eval)(lazy[id])(...helpers);
    const module = { exports: {} };
    cache.set(id, module);
    wrapper(module.exports, load, module, process, binding, primordials);
    return module.exports;
  };
  return load;
}
`;

async function tell<T>(patterns: readonly string[], story: string): Promise<{ native: T; ours: T }> {
  const script = `${LOADER}
    const story = async (require) => { const log = []; const say = (...items) => log.push(items.map((item) => item instanceof Error ? item.name + ': ' + item.message : String(item)).join(' ')); const tick = () => new Promise((r) => setTimeout(r, 2)); ${story}; return log; };
    (async () => console.log(JSON.stringify({ native: await story(require), ours: await story(loadOurs([${patterns.join(', ')}])), loaded: cache.size })))();`;
  // The story must really have run on our text.
  const output = execFileSync(mustGetPinnedNode(), ['--expose-internals', '--no-warnings', '-'], {
    input: script,
    encoding: 'utf8',
  });
  const told = JSON.parse(output) as { native: T; ours: T; loaded: number };
  expect(told.loaded).toBeGreaterThan(0);
  return told;
}

beforeAll(async () => {
  await build({ force: false, updateChecksums: false });
}, 60_000);

const WEBSTREAMS = ['/^internal\\/webstreams\\//'];
const PROLOGUE = `
  const { ReadableStream } = require('internal/webstreams/readablestream');
  const { WritableStream, CountQueuingStrategy } = { ...require('internal/webstreams/writablestream'), ...require('internal/webstreams/queuingstrategies') };
  const { TransformStream } = require('internal/webstreams/transformstream');
  const watch = (name, promise) => promise.then((value) => say(name, 'ok', value), (error) => say(name, 'failed', error));
`;

describe('webstreams that keep the state of their promises', () => {
  it.each([
    [
      'abort while closed and ready are pending',
      `const w = new WritableStream({ write() { return new Promise(() => {}); } }, new CountQueuingStrategy({ highWaterMark: 1 })).getWriter(); watch('closed', w.closed); w.write(1).catch((e) => say('w1', e)); w.write(2).catch((e) => say('w2', e)); watch('ready', w.ready); await tick(); watch('abort', w.abort(new Error('stop'))); await tick();`,
    ],
    [
      'error while nobody looks, then look',
      `let c; const s = new WritableStream({ start(controller) { c = controller; } }); const w = s.getWriter(); c.error(new Error('bad')); await tick(); watch('closed', w.closed); watch('ready', w.ready); await tick();`,
    ],
    [
      'error while looked at',
      `let c; const s = new WritableStream({ start(controller) { c = controller; } }); const w = s.getWriter(); watch('closed', w.closed); watch('ready', w.ready); c.error(new Error('bad')); await tick(); watch('closed again', w.closed); await tick();`,
    ],
    [
      'releaseLock while pending',
      `const w = new WritableStream({}, { highWaterMark: 0 }).getWriter(); watch('closed', w.closed); watch('ready', w.ready); w.releaseLock(); await tick(); watch('closed again', w.closed); await tick();`,
    ],
    [
      'releaseLock after close',
      `const w = new WritableStream().getWriter(); const { closed } = w; watch('closed', closed); await w.close(); w.releaseLock(); say(w.closed === closed); watch('after', w.closed); await tick();`,
    ],
    [
      'backpressure comes and goes',
      `let release; const w = new WritableStream({ write() { return new Promise((r) => { release = r; }); } }, { highWaterMark: 1 }).getWriter(); await tick(); const first = w.ready; watch('first', first); w.write('a'); const second = w.ready; say(first === second); watch('second', second); await tick(); say('releasing'); release(); await tick(); say(w.ready === second); await tick();`,
    ],
    [
      'pipeTo with a slow destination',
      `const r = new ReadableStream({ start(c) { for (let i = 0; i < 5; i++) c.enqueue(i); c.close(); } }); const got = []; await r.pipeTo(new WritableStream({ async write(x) { await tick(); got.push(x); } }, { highWaterMark: 1 })); say(got);`,
    ],
    [
      'pipeTo into a failing destination',
      `const r = new ReadableStream({ pull(c) { c.enqueue(1); }, cancel(e) { say('cancelled', e); } }); let n = 0; await r.pipeTo(new WritableStream({ async write() { await tick(); if (++n === 3) throw new Error('full'); } })).catch((e) => say('pipe', e)); await tick();`,
    ],
    [
      'pipeThrough, aborted',
      `const a = new AbortController(); const r = new ReadableStream({ async pull(c) { await tick(); c.enqueue('x'); }, cancel(e) { say('cancel', e.name); } }); const p = r.pipeTo(new WritableStream({ write() { return tick(); }, abort(e) { say('abort', e.name); } }), { signal: a.signal }); setTimeout(() => a.abort(), 20); await p.catch((e) => say(e.name)); await tick();`,
    ],
    [
      'transform with an error in the middle',
      `const t = new TransformStream({ transform(x, c) { if (x === 2) throw new Error('two'); c.enqueue(x); } }); const w = t.writable.getWriter(); const r = t.readable.getReader(); watch('closed', w.closed); watch('r1', r.read().then((x) => x.value)); await w.write(1); w.write(2).catch((e) => say('write', e)); watch('r2', r.read()); await tick(); watch('ready', w.ready); await tick();`,
    ],
    [
      'unhandled rejections',
      `const seen = []; const on = (e) => seen.push(e.message); process.on('unhandledRejection', on); let c; const s = new WritableStream({ start(k) { c = k; } }); const w = s.getWriter(); void w.closed; void w.ready; c.error(new Error('quiet')); await tick(); w.releaseLock(); await tick(); process.off('unhandledRejection', on); say('unhandled', seen);`,
    ],
  ])('agree with Node: %s', async (_title, story) => {
    const { native, ours } = await tell<string[]>(WEBSTREAMS, PROLOGUE + story);
    expect(native.length).toBeGreaterThan(0);
    expect(ours).toEqual(native);
  });
});

describe('our MessageEvent', () => {
  it("looks like undici's", async () => {
    const { native, ours } = await tell<string[]>(
      ['/^internal\\/slipway\\//', '/^http$/'],
      `const { MessageEvent } = require('http');
       const { port1 } = new MessageChannel(); port1.close();
       const event = new MessageEvent('message', { data: { a: 1 }, origin: 'http://x', lastEventId: 7, ports: [port1] });
       say(MessageEvent.name, MessageEvent.length, Object.prototype.toString.call(event), event instanceof Event, event.constructor === MessageEvent);
       say(event.type, event.data.a, event.origin, event.lastEventId, event.source, event.ports.length, event.ports === event.ports, Object.isFrozen(event.ports));
       const plain = new MessageEvent('x'); say(plain.data, JSON.stringify(plain.origin), plain.source, plain.ports.length, plain.cancelable);
       say(Object.keys(Object.getOwnPropertyDescriptors(MessageEvent.prototype)).sort().join());
       for (const name in event) if (['data', 'origin', 'ports', 'source'].includes(name)) say(name);
       try { new MessageEvent(); } catch (error) { say(error.name); }
       try { new MessageEvent('x', { ports: [1] }); } catch (error) { say(error.name); }
       try { new MessageEvent('x', { source: {} }); } catch (error) { say(error.name); }
       say(event.initMessageEvent('y', true).bubbles);`,
    );
    expect(ours).toEqual(native);
  });
});

describe("async context in lib's own functions", () => {
  it('leaves their results as they are', async () => {
    const { native, ours } = await tell<string[]>(
      [
        '/^stream\\/consumers$/',
        '/^internal\\/fs\\/promises$/',
        '/^internal\\/streams\\/(operators|pipeline|from|compose)$/',
        '/^internal\\/fs\\/glob$/',
      ],
      `const consumers = require('stream/consumers');
       const { Readable } = require('stream');
       say(await consumers.text(Readable.from(['a', 'b'])), JSON.stringify(await consumers.json(Readable.from(['{"x":', '1}']))), (await consumers.buffer(Readable.from([Buffer.from('z')]))).toString());
       await consumers.json(Readable.from(['{'])).catch((error) => say(error.name));
       const { promiseReturningOperators, streamReturningOperators } = require('internal/streams/operators');
       say(await promiseReturningOperators.reduce.call(Readable.from([1, 2, 3]), (a, b) => a + b, 0), await promiseReturningOperators.some.call(Readable.from([1, 2]), (x) => x > 1));
       await promiseReturningOperators.forEach.call(Readable.from([1]), () => { throw new Error('mine'); }).catch((error) => say(error));
       const out = []; for await (const x of streamReturningOperators.map.call(Readable.from([1, 2, 3]), async (x) => { await tick(); return x * 2; })) out.push(x); say(out);
       const promises = require('internal/fs/promises').exports;
       await promises.readFile('/nope').catch((error) => say(error));
       say((await promises.readFile(${JSON.stringify(join(room, 'package.json'))}, 'utf8')).length > 10, (await promises.readdir(${JSON.stringify(room)})).includes('src'));`,
    );
    expect(ours).toEqual(native);
  });
});
