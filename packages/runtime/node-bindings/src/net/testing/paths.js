// Sockets in the file system.
const net = require('net');
const http = require('http');
const fs = require('fs');
const { once } = require('events');

(async () => {
  const server = net
    .createServer((socket) => socket.on('data', (chunk) => socket.end(`echo ${chunk}`)))
    .listen('./here.sock');
  await once(server, 'listening');
  console.log(server.address(), fs.existsSync('here.sock'));
  const [inUse] = await once(net.createServer().listen('here.sock'), 'error');
  console.log(inUse.code, inUse.syscall, inUse.address);
  const client = net.connect({ path: fs.realpathSync('.') + '/here.sock' });
  client.write('hi');
  console.log(String((await once(client, 'data'))[0]), client.remoteAddress);
  await once(client, 'close');
  server.close();
  await once(server, 'close');
  console.log(fs.existsSync('here.sock'));
  const [gone] = await once(net.connect('here.sock'), 'error');
  console.log(gone.code, gone.syscall, gone.address, gone.message);
  fs.writeFileSync('plain', '');
  console.log((await once(net.connect('plain'), 'error'))[0].code);
  console.log((await once(net.createServer().listen('no/such/folder/s'), 'error'))[0].code);
  const web = http.createServer((query, answer) => answer.end(query.url)).listen('web.sock');
  await once(web, 'listening');
  const [answer] = await once(http.get({ socketPath: 'web.sock', path: '/over/a/path', agent: false }), 'response');
  console.log(answer.statusCode, String((await once(answer, 'data'))[0]));
  web.close();
})();
