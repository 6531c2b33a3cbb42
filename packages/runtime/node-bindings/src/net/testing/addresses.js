// Addresses of the loopback: who may have a port twice, and who is reached.
const net = require('net');
const { once } = require('events');

const listen = async (options) => {
  const server = net.createServer((socket) =>
    socket.end(`${socket.remoteAddress} ${socket.remoteFamily} to ${socket.localAddress}`),
  );
  server.listen(options);
  const [error] = await Promise.race([once(server, 'listening'), once(server, 'error').catch((e) => [e])]);
  return error === undefined ? server : error;
};
const ask = async (options) => {
  const socket = net.connect(options);
  try {
    await once(socket, 'connect');
    const from = socket.localAddress;
    return `${from} -> ${(await once(socket.setEncoding('utf8'), 'data'))[0]}`;
  } catch (error) {
    return error.code;
  }
};

(async () => {
  const four = await listen({ port: 0, host: '127.0.0.1' });
  const { port } = four.address();
  const six = await listen({ port, host: '::1' });
  console.log('both', six.address().family, six.address().port === port);
  console.log(await ask({ port, host: '127.0.0.1' }));
  console.log(await ask({ port, host: '::1' }));
  console.log(
    'all',
    await new Promise((resolve) =>
      net
        .createServer()
        .on('error', (e) => resolve(e.code))
        .listen({ port, host: '::' }),
    ),
  );
  console.log(await ask({ port, host: '127.0.0.1', localAddress: '127.0.0.2' }));
  four.close();
  six.close();

  const dual = await listen({ port: 0, host: '::' });
  console.log(await ask({ port: dual.address().port, host: '127.0.0.1' }));
  console.log(await ask({ port: dual.address().port, host: '::1' }));
  dual.close();
  const only = await listen({ port: 0, host: '::', ipv6Only: true });
  console.log(await ask({ port: only.address().port, host: '127.0.0.1' }));
  only.close();

  const taken = await listen({ port: 0, host: '127.0.0.1' });
  const other = await listen({ port: 0, host: '127.0.0.1' });
  console.log(
    await ask({
      port: taken.address().port,
      host: '127.0.0.1',
      localAddress: '127.0.0.1',
      localPort: other.address().port,
    }),
  );
  taken.close();
  other.close();
})();
