const http = require('node:http');
const { WebSocketServer } = require('ws');
const page = '<!doctype html><html><head></head><body><h1 id="page">ws</h1></body></html>';
const server = http.createServer((request, response) =>
  response.writeHead(200, { 'Content-Type': 'text/html' }).end(page),
);
const sockets = new WebSocketServer({
  server,
  path: '/socket',
  perMessageDeflate: true,
  handleProtocols: (protocols) => (protocols.has('chat') ? 'chat' : false),
});
sockets.on('connection', (socket, request) => {
  socket.send(JSON.stringify({ path: request.url, protocol: socket.protocol }));
  socket.on('message', (data, binary) => {
    if (!binary && String(data) === 'bye') socket.close(4001, 'as asked');
    else socket.send(data, { binary });
  });
});
server.listen(Number(process.argv[2]));
