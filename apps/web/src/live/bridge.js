// Runs under node in the container, started by the IDE's tab (`create-live.ts`): `node -e <this> <port>`.
// The frames on its stdin and stdout are those of `apps/server/src/live/stream-mux.ts`; each stream is a
// connection to the port. Plain JavaScript, since it is handed over as text.
const net = require('node:net');
const [OPEN, DATA, END, RESET, CREDIT] = [1, 2, 3, 4, 5];
const HEADER_BYTES = 9;
const WINDOW_BYTES = 256 * 1024;
const PIECE_BYTES = 64 * 1024;
const port = Number(process.argv[1]);
const streams = new Map();

function send(type, id, payload = Buffer.alloc(0)) {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(type, 0);
  header.writeUInt32BE(id, 1);
  header.writeUInt32BE(payload.length, 5);
  process.stdout.write(Buffer.concat([header, payload]));
}

function number(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value, 0);
  return bytes;
}

/** Sends what credit allows, and lets the program go on when all of it is gone. */
function drain(id, stream) {
  while (stream.waiting.length > 0 && stream.credit > 0) {
    const piece = stream.waiting.subarray(0, Math.min(stream.credit, PIECE_BYTES));
    stream.waiting = stream.waiting.subarray(piece.length);
    stream.credit -= piece.length;
    send(DATA, id, piece);
  }
  if (stream.waiting.length > 0) return;
  stream.socket.resume();
  if (!stream.ended || stream.toldEnd) return;
  stream.toldEnd = true;
  send(END, id);
}

function open(id) {
  const socket = net.connect({ port, host: 'localhost', allowHalfOpen: true });
  const stream = { socket, credit: WINDOW_BYTES, waiting: Buffer.alloc(0), ended: false, toldEnd: false };
  streams.set(id, stream);
  socket.on('data', (bytes) => {
    stream.waiting = stream.waiting.length === 0 ? bytes : Buffer.concat([stream.waiting, bytes]);
    socket.pause();
    drain(id, stream);
  });
  socket.on('end', () => {
    stream.ended = true;
    drain(id, stream);
  });
  socket.on('error', () => {
    if (streams.delete(id)) send(RESET, id);
  });
  socket.on('close', () => {
    if (stream.toldEnd) streams.delete(id);
  });
}

function receive(type, id, payload) {
  const stream = streams.get(id);
  if (type === OPEN) return open(id);
  if (stream === undefined) return undefined;
  if (type === DATA) stream.socket.write(payload, () => send(CREDIT, id, number(payload.length)));
  else if (type === END) stream.socket.end();
  else if (type === CREDIT) {
    stream.credit += payload.readUInt32BE(0);
    drain(id, stream);
  } else if (type === RESET) {
    streams.delete(id);
    stream.socket.destroy();
  }
  return undefined;
}

let buffered = Buffer.alloc(0);
process.stdin.on('data', (bytes) => {
  buffered = buffered.length === 0 ? bytes : Buffer.concat([buffered, bytes]);
  while (buffered.length >= HEADER_BYTES) {
    const end = HEADER_BYTES + buffered.readUInt32BE(5);
    if (buffered.length < end) return;
    receive(buffered.readUInt8(0), buffered.readUInt32BE(1), buffered.subarray(HEADER_BYTES, end));
    buffered = buffered.subarray(end);
  }
});
process.stdin.on('end', () => process.exit(0));
