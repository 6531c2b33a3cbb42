// One connection with both sides talking, half-closing and closing, then errors, then more bytes than fit at once.
const net = require('net');
const { once } = require('events');

(async () => {
  let closed;
  const server = net.createServer((socket) => {
    console.log('accepted', socket.remoteFamily, typeof socket.remotePort, socket.localAddress);
    socket.on('data', (chunk) => {
      console.log('server got', String(chunk));
      socket.write(`echo ${chunk}`);
    });
    socket.on('end', () => {
      console.log('server saw the end');
      socket.end('bye');
    });
    socket.on('close', (hadError) => {
      closed = hadError;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { address, family, port } = server.address();
  console.log('listening', address, family, port > 0);

  const taken = net.createServer().listen(port, '127.0.0.1');
  const [inUse] = await once(taken, 'error');
  console.log(inUse.code, inUse.errno, inUse.syscall, inUse.address, inUse.message.replace(String(port), 'PORT'));

  const client = net.connect(port, '127.0.0.1');
  await once(client, 'connect');
  console.log('connected', client.remoteAddress, client.localAddress, client.remotePort === port);
  client.write('hi');
  console.log('client got', String((await once(client, 'data'))[0]));
  client.end();
  console.log('client got', String((await once(client, 'data'))[0]));
  const [hadError] = await once(client, 'close');
  console.log('client closed', hadError, client.bytesRead, client.bytesWritten);
  server.close();
  await once(server, 'close');
  console.log('server side closed', closed);

  const [refused] = await once(net.connect(1, '127.0.0.1'), 'error');
  console.log(refused.code, refused.errno, refused.syscall, refused.message);

  const harsh = net
    .createServer((socket) => socket.once('data', () => socket.resetAndDestroy()))
    .listen(0, '127.0.0.1');
  await once(harsh, 'listening');
  const victim = net.connect(harsh.address().port, '127.0.0.1');
  victim.write('go');
  const [reset] = await once(victim.resume(), 'error');
  console.log(reset.code, reset.errno, reset.syscall, reset.message);
  harsh.close();

  const big = net
    .createServer((socket) => {
      let total = 0;
      socket.on('data', (chunk) => {
        total += chunk.length;
      });
      socket.on('end', () => {
        console.log('received', total);
        socket.end();
      });
    })
    .listen(0);
  await once(big, 'listening');
  const sender = net.connect(big.address().port);
  console.log('fits', sender.write(Buffer.alloc(1_000_000, 1)));
  sender.write('x'.repeat(100_000), () => console.log('all written'));
  sender.end();
  sender.resume();
  await once(sender, 'close');
  big.close();
})();
