// The parent never returns to its event loop while the thread answers.
const { Worker, MessageChannel, receiveMessageOnPort } = require('worker_threads');
const shared = new Int32Array(new SharedArrayBuffer(4));
const { port1, port2 } = new MessageChannel();
const worker = new Worker(
  `
  const { workerData: { shared, port }, parentPort } = require('worker_threads');
  parentPort.on('message', ({ id, value }) => {
    if (value === 'many') for (let count = 0; count < 3; count++) port.postMessage({ id, count });
    else if (value === 'with-port') {
      const inner = new MessageChannel();
      inner.port1.postMessage('inside');
      port.postMessage({ id, port: inner.port2 }, [inner.port2]);
    }
    else port.postMessage({ id, result: value });
    Atomics.add(shared, 0, 1);
    Atomics.notify(shared, 0);
  });
`,
  { eval: true, workerData: { shared, port: port2 }, transferList: [port2] },
);

let asked = 0;
function ask(value) {
  worker.postMessage({ id: ++asked, value });
  Atomics.wait(shared, 0, asked - 1, 20_000);
  return receiveMessageOnPort(port1)?.message;
}

console.log(ask('hello'));
console.log(ask({ nested: [new Map([[1, new Set(['x'])]]), new Date(5), 10n, new Error('e').message] }));
console.log(ask(Buffer.alloc(200_000, 7)).result.length);
console.log(
  ask('many'),
  receiveMessageOnPort(port1).message,
  receiveMessageOnPort(port1).message,
  receiveMessageOnPort(port1),
);

// Listening afterwards gets what follows, once each and in order.
const heard = [];
port1.on('message', (message) => {
  heard.push(message.result);
  if (heard.length < 3) return;
  console.log(heard);
  worker.terminate();
});
for (const value of ['a', 'b', 'c']) worker.postMessage({ id: ++asked, value });
