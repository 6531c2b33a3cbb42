/** What programs learn about their process and machine, beside the pinned native Node. */
import { describe, expect, it, vi } from 'vitest';
import { useNode } from '../../test-support/index.ts';

const PROLOGUE = `
  const facts = (error) => ({ ...error, name: error.name, message: error.message });
  const attempt = (body) => { try { return body(); } catch (error) { return facts(error); } };
`;

const SAME: Readonly<Record<string, string>> = {
  'working directory and its errors': `
    const start = process.cwd(); require('fs').mkdirSync('sub'); process.chdir('sub');
      console.log(process.cwd() === start + '/sub');
    console.log(attempt(() => process.chdir('/nope')).code, attempt(() => process.chdir(1)).code);
    try { process.chdir('/nope'); } catch (error) { console.log(error.message.split(' -> ')[1],
      error.path === process.cwd(), error.dest, error.syscall, error.errno); }`,
  umask: `
    console.log(process.umask(0o22), process.umask(), process.umask('077'), process.umask(),
    attempt(() => process.umask('x')).code);`,
  'signals to processes that are not there': `
    console.log(attempt(() => process.kill(99999999, 0)), attempt(() => process.kill(process.pid, 'SIGNOPE')),
    process.kill(process.pid, 0));`,
  'dlopen of a file that is not there': `console.log(attempt(() => process.dlopen({ exports: {} }, '/nope/x.node')));`,
  '.env files': `
    require('fs').writeFileSync('.env', 'A1=x\\nB1="q w"\\nPATH=no\\n'); process.loadEnvFile();
    console.log(process.env.A1, process.env.B1, process.env.PATH !== 'no',
      attempt(() => process.loadEnvFile('/nope')));`,
  credentials: `
    console.log(attempt(() => process.setuid('nobodyx')), typeof process.getuid(), process.getgroups().length > 0);`,
  'figures have the same shape': `
    const types = (value) => Object.entries(value).map(([key, item]) => key + ':' + typeof item);
    console.log(types(process.memoryUsage()), types(process.resourceUsage()), types(process.cpuUsage()),
      typeof process.memoryUsage.rss());
    const v8 = require('v8'); console.log(types(v8.getHeapStatistics()),
      v8.getHeapSpaceStatistics().map((space) => space.space_name), v8.cachedDataVersionTag(),
      v8.getHeapStatistics().heap_size_limit > 0);`,
  'the report': `
    const report = process.report.getReport(); console.log(Object.keys(report), Object.keys(report.header),
      report.header.glibcVersionRuntime.length > 0, report.javascriptStack.message);
    const file = process.report.writeReport('r.json'); console.log(file,
      JSON.parse(require('fs').readFileSync('r.json')).header.trigger);`,
  os: `
    const os = require('os');
    console.log(os.type(), os.machine(), os.arch(), os.platform(), os.endianness(), JSON.stringify(os.EOL),
      os.devNull, os.loadavg().length, os.getPriority(), Object.keys(os.cpus()[0]), Object.keys(os.userInfo()),
      Object.keys(os.cpus()[0].times));
    console.log(os.constants.signals.SIGTERM, os.constants.errno.ENOENT, os.constants.priority,
      os.availableParallelism() > 0, typeof os.hostname(), os.networkInterfaces().lo[0]);
    process.env.HOME = '/x'; process.env.TMPDIR = '/t/'; console.log(os.homedir(), os.tmpdir(), \`\${os.type}\`);
    os.setPriority(0, 5); console.log(os.getPriority(), attempt(() => os.getPriority(-1)),
      attempt(() => os.setPriority(99999999, 1)), os.getPriority(process.pid));`,
  clocks: `
    const start = process.hrtime(); const passed = process.hrtime(start);
      console.log(passed[0], passed[1] >= 0, typeof process.hrtime.bigint(), attempt(() => process.hrtime(1)).code);
    const a = process.hrtime.bigint(); const [s, n] = process.hrtime();
      console.log(Math.abs(Number(a / 1000000n) - (s * 1000 + n / 1e6)) < 20000, process.uptime() > 0,
      process.uptime() < 120);`,
  performance: `
    const { performance, createHistogram, monitorEventLoopDelay } = require('perf_hooks');
    console.log(performance.now() > 0, performance.now() < 120000,
      Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 20000,
      Object.keys(performance.nodeTiming.toJSON()), performance.nodeTiming.bootstrapComplete > 0);
    performance.mark('a'); performance.mark('b'); console.log(performance.measure('m', 'a', 'b').name,
      performance.getEntriesByType('mark').length, Object.keys(performance.eventLoopUtilization()));
    const histogram = createHistogram(); for (const value of [5, 70, 700]) histogram.record(value);
      const { skewness, ...rest } = histogram.toJSON(); console.log(rest);
    const delay = monitorEventLoopDelay({ resolution: 5 }); delay.enable(); setTimeout(() => { delay.disable();
      console.log(delay.count > 0, delay.max > 0); }, 50);`,
  'moving statistics of a histogram, and one that is posted': `
    const { createHistogram, performance } = require('perf_hooks');
    const histogram = createHistogram({ halfLife: 2, threshold: 50 });
      for (const value of [10, 100, 1000, 5]) histogram.record(value);
      console.log(histogram.ewmaMean, histogram.ewmaStddev, histogram.ewmaErrorRate);
    const { port1, port2 } = new MessageChannel(); port1.onmessage = ({ data }) => { data.record(7);
      console.log(histogram.count, histogram.ewmaMean === data.ewmaMean); port1.close(); };
      port2.postMessage(histogram);
    const { nodeTiming } = performance; const { nodeStart, v8Start, environment, bootstrapComplete } = nodeTiming;
    console.log(nodeStart < v8Start, v8Start < environment, environment < bootstrapComplete, nodeTiming.loopStart,
      nodeTiming.idleTime, nodeTiming.uvMetricsInfo);
    setTimeout(() => console.log(nodeTiming.loopStart > bootstrapComplete, nodeTiming.idleTime >= 0,
      nodeTiming.loopExit), 20); process.on('exit', () => console.log(nodeTiming.loopExit > 0));`,
  'a frame entered after an await stays where it was entered': `
    const { AsyncLocalStorage } = require('async_hooks'); const als = new AsyncLocalStorage();
      const enter = async () => { await 0; als.enterWith(1); };
    (async () => { await enter(); console.log(als.getStore()); })();`,
  'arrays and objects that a program has spoilt': `
    const iterator = Object.getPrototypeOf([].values()); const { next } = iterator;
      const bad = () => { throw new Error('not ours'); }; Object.prototype.get = bad; iterator.next = bad;
    let stack, net; try { stack = new Error('x').stack.split('\\n')[0]; net = process.binding('tty_wrap');
      } finally { delete Object.prototype.get; iterator.next = next; } console.log(stack, typeof net.TTY);`,
  'an exit listener that throws, where somebody catches': `
    process.on('uncaughtException', (error) => console.log(error.message));
    process.on('exit', () => { throw new Error('x'); });`,
  'exceptions of microtasks come before the next one': `
    process.on('uncaughtException', (error) => console.log(error.message));
      queueMicrotask(() => { throw new Error('a'); }); queueMicrotask(() => console.log('b'));`,
  'system errors': `
    const util = require('util'); console.log(util.getSystemErrorName(-2), util.getSystemErrorMessage(-13),
      [...util.getSystemErrorMap()].length, attempt(() => util.getSystemErrorName(2)).code);`,
  'process identity': `
    console.log(process.title, process.argv0, process.execArgv, process.release,
      process.allowedNodeEnvironmentFlags.size,
    process.version, process.arch, process.platform, process.config.variables.napi_build_version);`,
  'block lists and socket addresses': `
    const { BlockList, SocketAddress } = require('net'); const list = new BlockList(); list.addSubnet('10.0.0.0', 8);
      list.addAddress('::1', 'ipv6'); list.addRange('1.1.1.1', '1.1.1.9');
    console.log(list, list.check('10.1.1.1'), list.check('::ffff:a01:101', 'ipv6'), list.check('1.1.2.1'),
      new SocketAddress({ port: 3 }), SocketAddress.parse('[::1]:8080'), attempt(() => new SocketAddress({
      address: 'x' })));`,
  WASI: `
    process.removeAllListeners('warning'); const { WASI } = require('wasi');
    const wasi = new WASI({ version: 'preview1', preopens: { '/d': '.' }, args: ['a', 'b'], env: { X: '1' } });
      console.log(Object.keys(wasi.getImportObject().wasi_snapshot_preview1).length);
    console.log(attempt(() => new WASI({ version: 'preview1', preopens: {
      '/x': '/nope' } })), attempt(() => wasi.wasiImport.fd_close(3)));
    const memory = new WebAssembly.Memory({ initial: 1 }); wasi.finalizeBindings({ exports: { memory } });
      const view = new DataView(memory.buffer);
    console.log(wasi.wasiImport.args_sizes_get(16, 20), view.getUint32(16, true), wasi.wasiImport.clock_time_get(0,
      0n, 32), wasi.wasiImport.random_get(64, 100));
    new Uint8Array(memory.buffer).set(new TextEncoder().encode('file'), 200);
    console.log(wasi.wasiImport.path_open(3, 0, 200, 4, 1, 0x60n, 0n, 0, 300)); const fd = view.getUint32(300, true);
    view.setUint32(400, 200, true); view.setUint32(404, 4, true);
      console.log(wasi.wasiImport.fd_write(fd, 400, 1, 500), view.getUint32(500, true), wasi.wasiImport.fd_close(fd),
      require('fs').readFileSync('file', 'utf8'));
    console.log(wasi.wasiImport.fd_write(1, 400, 1, 500));`,
  'streaming WebAssembly': `
    const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
      const answer = () => new Response(bytes, { headers: { 'content-type': 'application/wasm' } });
    (async () => {
      console.log(await WebAssembly.compileStreaming(answer()),
        Object.keys(await WebAssembly.instantiateStreaming(Promise.resolve(answer()))));
      console.log(await WebAssembly.compileStreaming(new Response(bytes)).catch(facts),
        await WebAssembly.compileStreaming(1).catch((error) => error.code));
    })();`,
  'the place of a failing test': `
    const test = require('node:test'); test('outer', async (t) => { await t.test('inner', () => {
      throw new Error('no'); }).catch(() => {}); });
    process.on('exit', () => { process.exitCode = 0; }); const { write } = process.stdout;
      process.stdout.write = (text, ...rest) => write.call(process.stdout,
      String(text).replace(/\\d+(?:\\.\\d+)?ms|duration_ms [\\d.]+/g, 'T'), ...rest);`,
  'options of threads': `
    const { Worker, isMainThread } = require('worker_threads');
    for (const execArgv of [['--title=x'], ['--bad'], ['--expose-gc'], ['--max-old-space-size=10'],
      ['--input-type=x'], ['--require'], ['-e', '1', '--check'],
      ['--version']]) console.log(attempt(() => new Worker('', { eval: true, execArgv })).message);
    for (const NODE_OPTIONS of ['--bad', '--title=x', '--expose-internals',
      '"']) console.log(attempt(() => new Worker('', { eval: true, env: { NODE_OPTIONS } })).message);
    new Worker('console.log(process.execArgv, process.argv.slice(2), process.env.Z, process.env.PATH, process.noDeprecation)', { eval: true, execArgv: ['--no-deprecation', '--conditions=x'], argv: ['q'], env: { Z: '1' } });`,
  'messages without undici': `
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event) => { console.log(event instanceof MessageEvent, event.data, event.ports,
      event.constructor.name, event.target === port1, event.type); port1.close(); };
    port2.postMessage({ a: [1] });`,
  'async context through the standard library': `
    const { AsyncLocalStorage } = require('async_hooks'); const als = new AsyncLocalStorage();
      const say = (...items) => console.log(...items, als.getStore());
    const { readFile, writeFile } = require('fs/promises'); const { setTimeout: sleep } = require('timers/promises');
      const { Readable } = require('stream'); const { pipeline } = require('stream/promises');
      const { text } = require('stream/consumers'); const { once, EventEmitter } = require('events');
    als.run('S', async () => {
      await writeFile('a', 'x'); say(await readFile('a', 'utf8')); await sleep(1); say('slept');
      for await (const x of Readable.from([1, 2]).map(async (v) => { await sleep(1); return v + als.getStore();
        })) say(x);
      say(await text(Readable.from(['a', 'b']))); await pipeline(Readable.from(['q']), async function* (source) {
        for await (const c of source) { say('gen'); yield c; } }, async (source) => {
        for await (const c of source) say(c); });
      const emitter = new EventEmitter(); setImmediate(() => emitter.emit('e', 1)); say(await once(emitter, 'e'));
      await readFile('/nope').catch((error) => say(error.code));
      for await (const v of new ReadableStream({ async pull(c) { await 1; say('pull'); c.enqueue(1); c.close();
        } })) say(v);
    }).then(() => say('after'));`,
};

// A loaded machine starts a browser and its workers slowly.
vi.setConfig({ testTimeout: 60_000 });

describe('system', () => {
  const node = useNode();

  it.each(Object.entries(SAME))('is as in Node: %s', async (_title, script) => {
    const { ours, native } = await node.runInBoth({ 'main.js': PROLOGUE + script }, ['--no-warnings', 'main.js']);
    expect(native.code).toBe(0);
    expect(ours).toEqual(native);
  });

  it('loads the inspector module, which says no', async () => {
    const { stdout } = await node.run(
      {
        'main.js': `
          const inspector = require('inspector'); console.log(inspector.url()); try { new inspector.Session().connect();
          } catch (error) { console.log(error.message); }`,
      },
      ['main.js'],
    );
    expect(stdout).toBe(
      'undefined\nCannot connect an inspector session: there is no inspector in a browser container\n',
    );
  });

  it.each([
    [['--bad']],
    [['--version']],
    [['--input-type=x', '-e', '1']],
    [['-p', 'process.execArgv', 'a']],
    [['--title=t', '-p', 'process.title']],
    [['--check', 'main.js']],
    [['--unknown-thing=1', 'main.js']],
    [['--stack-trace-limit=3', '-p', 'Error.stackTraceLimit']],
    [['--expose-gc', '-p', 'typeof gc, gc()']],
  ])('answers the command line as Node does: %j', async (argv) => {
    const { ours, native } = await node.runInBoth({ 'main.js': 'console.log(1)' }, argv);
    expect(ours).toEqual(native);
  });

  it('collects garbage when --expose-gc asks for it', async () => {
    const script = `
      let kept = { kept: true }; const lost = new WeakRef({ a: new Array(1000) }), held = new WeakRef(kept);
      setTimeout(() => { gc(); console.log(lost.deref(), held.deref(), gc({ execution: 'async' }) instanceof Promise);
        }, 20);`;
    const { ours, native } = await node.runInBoth({ 'main.js': script }, ['--expose-gc', 'main.js']);
    expect(ours).toEqual(native);
  });

  it('ends by a signal at once where exceptions shall abort', async () => {
    const handled = "process.on('uncaughtException', () => console.log('never')); throw new Error('x')";
    const inDomain =
      "const d = require('domain').create(); d.on('error', (error) => console.log(error.message)); " +
      "d.run(() => { throw new Error('y'); });";
    for (const script of [handled, inDomain, "Promise.reject(new Error('z'))"]) {
      const { ours, native } = await node.runInBoth({ 'main.js': script }, [
        '--abort-on-uncaught-exception',
        'main.js',
      ]);
      expect([ours.stdout, ours.code, ours.signal]).toEqual([native.stdout, native.code, native.signal]);
    }
  });

  it('reads env files in front of everything else', async () => {
    const files = {
      'a.env': 'A=1\nB=1\nNODE_OPTIONS=--title=zz\n',
      'b.env': 'A=2\n',
      'main.js': 'console.log(process.env.A, process.env.B, process.title, process.execArgv, process.env.NODE_OPTIONS)',
    };
    const lines = [
      ['--env-file=a.env', '--env-file=b.env'],
      ['--env-file', 'a.env'],
      ['--env-file-if-exists=b.env', '--env-file=a.env'],
      ['--env-file=nope', '--env-file=nope2'],
      ['--env-file-if-exists=nope'],
    ];
    for (const line of lines) {
      for (const env of [{}, { B: '9', NODE_OPTIONS: '--title=yy' }]) {
        const { ours, native } = await node.runInBoth(files, [...line, 'main.js'], { env });
        expect(ours, line.join(' ')).toEqual(native);
      }
    }
  });
});

describe('system: locks, scripts and NODE_OPTIONS', () => {
  const node = useNode();

  it('grants, queues, steals and lists locks', async () => {
    const script = `
      const { locks } = navigator; const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
        const say = (...items) => console.log(...items);
      (async () => {
        const first = locks.request('a', async (lock) => { say(lock, lock.name, lock.mode); await sleep(10);
          say('first'); return 1; });
        const second = locks.request('a', async () => { say('second'); return 2; });
        say(await locks.request('a', { ifAvailable: true }, (lock) => lock));
        say((await locks.query()).held.length, (await locks.query()).pending.map(({ name, mode }) => name + mode));
        say(await Promise.all([first, second]));
        await Promise.all([1, 2].map((n) => locks.request('s', { mode: 'shared' }, async () => { say('in', n);
          await sleep(5); say('out', n); })));
        const lost = locks.request('x', () => new Promise(() => {})).catch((error) => say(error.name)); await sleep(1);
        await locks.request('x', { steal: true }, () => say('stolen')); await lost;
        const controller = new AbortController(); const holding = locks.request('y', () => sleep(20));
        const aborted = locks.request('y', { signal: controller.signal },
          () => say('never')).catch((error) => say(error.name)); controller.abort();
          await Promise.all([holding, aborted]);
        await locks.request('z', () => { throw new Error('mine'); }).catch((error) => say(error.message));
      })();`;
    const { ours, native } = await node.runInBoth({ 'main.js': script }, ['main.js']);
    expect(native.code).toBe(0);
    expect(ours).toEqual(native);
  });

  it('says which script --run cannot find', async () => {
    for (const [text, line] of [
      ['{"scripts":{"a":"echo 1","b":"x"}}', ['--run', 'nope']],
      ['{}', ['--run', 'a']],
      ['{', ['--run', 'a']],
    ] as const) {
      const { ours, native } = await node.runInBoth({ 'package.json': text }, line);
      expect(ours).toEqual(native);
    }
  });

  it('reads NODE_OPTIONS', async () => {
    const files = {
      'main.js': 'console.log(process.execArgv, require("module").globalPaths !== 0, process.noDeprecation)',
      'pre.js': 'console.log("pre")',
    };
    for (const NODE_OPTIONS of ['--require ./pre.js', '--no-deprecation --title="a b"', '--bad', '--eval 1', '"']) {
      const { ours, native } = await node.runInBoth(files, ['main.js'], { env: { NODE_OPTIONS } });
      expect(ours).toEqual(native);
    }
  });
});
