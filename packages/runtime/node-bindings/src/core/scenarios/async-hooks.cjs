// What async_hooks, v8.promiseHooks and domain see of requests, handles and promises.
'use strict';
const { createHook, executionAsyncId, triggerAsyncId, executionAsyncResource, AsyncResource } = require('node:async_hooks');
const fs = require('node:fs');
const net = require('node:net');
const { promiseHooks } = require('node:v8');

const lines = [];
const say = (...words) => lines.push(words.join(' '));

function requests(done) {
  const types = new Map();
  const hook = createHook({
    init(id, type, trigger, resource) { types.set(id, type); if (!/PROMISE|TickObject|DNSCHANNEL|Immediate/.test(type)) say('init', type, resource.constructor.name, trigger > 0); },
    before(id) { if (/REQ|SERVER|CONNECT|foo/.test(types.get(id))) say('before', types.get(id)); },
    after(id) { if (/REQ|SERVER|CONNECT|foo/.test(types.get(id))) say('after', types.get(id)); },
    destroy(id) { if (/FSREQ|foo/.test(types.get(id))) say('destroy', types.get(id)); },
  }).enable();
  new AsyncResource('foo').runInAsyncScope(() => say('inside', types.get(executionAsyncId()))).emitDestroy?.();
  fs.stat(__filename, () => {
    say('stat', types.get(executionAsyncId()), triggerAsyncId() > 0, executionAsyncResource().constructor.name);
    const server = net.createServer((socket) => socket.end()).listen(0, () => {
      net.connect(server.address().port).on('close', () => {
        server.close(() => setImmediate(() => { hook.disable(); done(); }));
      }).resume();
    });
  });
}

function promises(done) {
  const names = new Map();
  const name = (promise) => names.get(promise) ?? (names.set(promise, `p${names.size}`), names.get(promise));
  const stop = promiseHooks.createHook({
    init: (promise, parent) => say('init', name(promise), parent ? name(parent) : '-'),
    before: (promise) => say('before', name(promise)),
    after: (promise) => say('after', name(promise)),
    settled: (promise) => say('settled', name(promise)),
  });
  const made = new Promise((resolve) => resolve(1));
  say(made instanceof Promise, Promise.resolve(made) === made, Object.prototype.toString.call(made));
  const child = made.then((value) => { say('child', value); throw new Error('x'); });
  const caught = child.catch((error) => say('caught', error.message));
  caught.then(() => setImmediate(() => { stop(); say(typeof Promise.withResolvers, Promise === made.constructor); done(); }));
}

function domains(done) {
  const domain = require('node:domain').create();
  domain.on('error', (error) => { say('domain', error.message); done(); });
  domain.run(() => Promise.resolve().then(() => setImmediate(() => fs.stat('/nope', (error) => { throw error; }))));
}

promises(() => requests(() => domains(() => console.log(lines.join('\n')))));
