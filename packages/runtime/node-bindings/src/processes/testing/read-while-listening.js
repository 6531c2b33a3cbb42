// What was posted before a question is there when the question is heard, whatever the ports:
// loader hooks drain a port they listen to before they answer.
const { register } = require('module');
const { Worker, MessageChannel } = require('worker_threads');
const ROUNDS = 60;

const { port1, port2 } = new MessageChannel();
const worker = new Worker(
  `
  const { workerData: { port }, parentPort, receiveMessageOnPort } = require('worker_threads');
  let last = 0;
  const hear = (message) => { last = message; };
  port.on('message', hear);
  parentPort.on('message', (asked) => {
    for (let waiting; (waiting = receiveMessageOnPort(port)) !== undefined;) hear(waiting.message);
    parentPort.postMessage([asked, last]);
  });
`,
  { eval: true, workerData: { port: port2 }, transferList: [port2] },
);

// The first question only makes the thread read; nothing is posted before it.
let late = 0;
worker.on('message', ([asked, last]) => {
  if (asked !== last) late++;
  if (asked === ROUNDS) {
    console.log('late in a thread:', late);
    worker.terminate();
    return hooks();
  }
  port1.postMessage(asked + 1);
  worker.postMessage(asked + 1);
});
worker.postMessage(0);

async function hooks() {
  const channel = new MessageChannel();
  register(
    `data:text/javascript,${encodeURIComponent(`
    import { receiveMessageOnPort } from 'node:worker_threads';
    let port, last;
    export function initialize(data) { port = data; port.on('message', (message) => { last = message; }); }
    export function resolve(specifier, context, next) {
      if (!specifier.startsWith('ask:')) return next(specifier, context);
      for (let waiting; (waiting = receiveMessageOnPort(port)) !== undefined;) last = waiting.message;
      return { url: 'data:text/javascript,export default ' + last + '//' + specifier, shortCircuit: true };
    }
  `)}`,
    { data: channel.port2, transferList: [channel.port2] },
  );
  let lateInHooks = 0;
  for (let round = 0; round < ROUNDS; round++) {
    channel.port1.postMessage(round);
    if ((await import(`ask:${round}`)).default !== round) lateInHooks++;
  }
  console.log('late in hooks:', lateInHooks);
  channel.port1.close();
}
