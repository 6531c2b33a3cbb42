const WebSocket = require('ws');
const socket = new WebSocket(`ws://localhost:${process.argv[2]}/socket?a=b`, ['chat']);
const seen = [];
socket.on('open', () => {
  socket.ping('p');
  socket.send('grün');
  socket.send(Buffer.alloc(100_000, 7));
});
socket.on('pong', (data) => seen.push(`pong ${data}`));
socket.on('message', (data, binary) => {
  seen.push(binary ? `binary ${data.length} ${data[99_999]}` : String(data));
  if (binary) socket.send('bye');
});
socket.on('error', (error) => console.log('error', error.message));
socket.on('close', (code, reason) => console.log(JSON.stringify({ seen: seen.sort(), code, reason: String(reason) })));
