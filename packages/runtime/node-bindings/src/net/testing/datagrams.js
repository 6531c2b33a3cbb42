// Datagrams between sockets of one process and of two.
const dgram = require('dgram');
const { once } = require('events');
const { spawn } = require('child_process');

if (process.argv[2] === 'child') {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (message, from) =>
    socket.send(`${message} back`, from.port, from.address, () => socket.close()),
  );
  socket.bind(0, '127.0.0.1', () => console.log(socket.address().port));
} else {
  (async () => {
    const server = dgram.createSocket('udp4');
    server.bind(0);
    await once(server, 'listening');
    const { port, address, family } = server.address();
    console.log(address, family);
    const client = dgram.createSocket('udp4');
    const got = once(server, 'message');
    client.send([Buffer.from('two '), 'parts'], port, '127.0.0.1', (error, bytes) => console.log('sent', error, bytes));
    const [message, from] = await got;
    console.log(String(message), from.address, from.family, from.size, from.port === client.address().port);
    const answer = once(client, 'message');
    server.send('', from.port);
    console.log('empty', (await answer)[0].length);

    client.connect(port);
    await once(client, 'connect');
    console.log('connected', client.remoteAddress().address, client.remoteAddress().port === port);
    const next = once(server, 'message');
    client.send('to the peer');
    console.log(String((await next)[0]));
    client.disconnect();

    const taken = dgram.createSocket('udp4');
    taken.bind(port);
    console.log('taken', (await once(taken, 'error'))[0].code);
    await new Promise((resolve) =>
      client.send(Buffer.alloc(70_000), port, (error) => resolve(console.log('large', error.code))),
    );
    try {
      dgram.createSocket('udp4').setTTL(3);
    } catch (error) {
      console.log('unbound', error.code, error.syscall);
    }

    const child = spawn(process.execPath, [__filename, 'child'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const childPort = Number((await once(child.stdout, 'data'))[0]);
    const back = once(client, 'message');
    client.send('there and', childPort, '127.0.0.1');
    console.log(String((await back)[0]));
    await once(child, 'close');
    client.close();
    server.close();
    await once(server, 'close');
    console.log('closed');
  })();
}
