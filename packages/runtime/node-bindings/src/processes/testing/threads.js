// Threads and message ports.
const { Worker, MessageChannel, receiveMessageOnPort } = require('worker_threads');
const { once } = require('events');
const thread = (code, options) =>
  new Worker(`const { parentPort, workerData, isMainThread, threadId } = require('worker_threads'); ${code}`, {
    eval: true,
    ...options,
  });

// Listens at once: an event that follows another closely may fire before a second `await once` is reached.
const exitOf = (worker) => new Promise((resolve) => worker.once('exit', (...codes) => resolve(codes)));

(async () => {
  const answers = thread(
    'parentPort.on("message", (message) => { ' +
      'parentPort.postMessage({ message, workerData, isMainThread, other: threadId > 0 }); ' +
      'if (message === "end") process.exit(4); });',
    { workerData: { a: [1, new Map([[1, 2]])] } },
  );
  answers.postMessage('hi');
  console.log((await once(answers, 'message'))[0]);
  const answersExit = exitOf(answers);
  answers.postMessage('end');
  console.log((await once(answers, 'message'))[0], await answersExit);

  const shared = new Int32Array(new SharedArrayBuffer(4));
  const waker = thread('Atomics.store(workerData, 0, 7); Atomics.notify(workerData, 0)', { workerData: shared });
  // The thread starts although its parent does nothing but wait.
  console.log('waited', Atomics.wait(shared, 0, 0, 10_000), shared[0], await exitOf(waker));

  const broken = thread('throw new TypeError("boom")');
  const brokenExit = exitOf(broken);
  const [error] = await once(broken, 'error');
  console.log(error.name, error.message, error instanceof TypeError, await brokenExit);

  const endless = thread('setInterval(() => {}, 1000)');
  await once(endless, 'online');
  console.log('terminated', await endless.terminate());

  const printing = thread('process.stdout.write("from the thread\\n"); process.exitCode = 6', { stdout: true });
  const printingExit = exitOf(printing);
  console.log(String((await once(printing.stdout, 'data'))[0]), await printingExit);

  const { port1, port2 } = new MessageChannel();
  const passer = thread(
    'parentPort.once("message", ({ port }) => { port.postMessage("through the port"); port.close(); })',
  );
  const [passerExit, portClosed] = [exitOf(passer), once(port1, 'close')];
  passer.postMessage({ port: port2 }, [port2]);
  console.log((await once(port1, 'message'))[0]);
  await portClosed;
  await passerExit;

  const local = new MessageChannel();
  local.port2.postMessage({ big: 1n, date: new Date(0), set: new Set([1]), bytes: Buffer.from('abc') });
  console.log((await once(local.port1, 'message'))[0]);
  local.port1.close();

  const silent = new MessageChannel();
  silent.port1.postMessage('first');
  silent.port1.postMessage('second');
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log(
    receiveMessageOnPort(silent.port2),
    receiveMessageOnPort(silent.port2),
    receiveMessageOnPort(silent.port2),
  );

  for (const attempt of [
    () => local.port2.postMessage(() => {}),
    () => structuredClone({ f() {} }),
    () => structuredClone(Symbol('s')),
  ]) {
    try {
      attempt();
      console.log('no error');
    } catch (problem) {
      console.log(problem.name, problem.message, problem instanceof DOMException);
    }
  }
  const buffer = new ArrayBuffer(8);
  console.log(structuredClone({ buffer, list: [new Set([1])] }, { transfer: [buffer] }), buffer.byteLength);
  console.log(
    structuredClone(new Error('e', { cause: 1 })).cause,
    structuredClone(new DOMException('m', 'AbortError')).name,
  );
})();
