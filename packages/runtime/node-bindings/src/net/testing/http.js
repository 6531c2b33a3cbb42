// Requests and answers, keep-alive, chunks and trailers, a bad request, an upgrade.
const http = require('http');
const net = require('net');
const { once } = require('events');

function request(options, body) {
  return new Promise((resolve, reject) => {
    const sent = http.request(options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () =>
        resolve([
          answer.statusCode,
          answer.headers['content-type'],
          answer.headers['x-list'],
          answer.headers['transfer-encoding'],
          answer.trailers,
          text,
        ]),
      );
    });
    sent.on('error', reject).end(body);
  });
}

(async () => {
  const server = http.createServer((query, answer) => {
    let length = 0;
    query.on('data', (chunk) => {
      length += chunk.length;
    });
    query.on('end', () => {
      if (query.url === '/chunks') {
        answer.write('a');
        setImmediate(() => {
          answer.write('b');
          answer.addTrailers({ done: 'yes' });
          answer.end();
        });
        return;
      }
      answer.setHeader('x-list', ['1', '2']);
      answer.writeHead(query.method === 'POST' ? 201 : 200, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ method: query.method, url: query.url, length, test: query.headers['x-test'] }));
    });
  });
  server.on('clientError', (error, socket) => {
    console.log(error.code, error.message, error.bytesParsed);
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  server.on('upgrade', (query, socket, head) => {
    console.log('upgrade', query.headers.upgrade, String(head));
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
    socket.on('data', (chunk) => socket.end(`echo ${chunk}`));
  });
  server.listen(0);
  await once(server, 'listening');
  const { port } = server.address();

  console.log(await request({ port, path: '/a?b=1', headers: { 'x-test': 'value' } }));
  console.log(await request({ port, path: '/post', method: 'POST' }, 'z'.repeat(300_000)));
  console.log(await request({ port, path: '/chunks' }));
  const agent = new http.Agent({ keepAlive: true });
  const sockets = new Set();
  agent.on('free', (socket) => sockets.add(socket));
  for (let count = 0; count < 20; count++) await request({ port, agent, path: `/${count}` });
  console.log('one connection', sockets.size);
  agent.destroy();

  const raw = net.connect(port, () => raw.write('GET / HTTP/1.1\r\nHost: a\r\nBad Header\r\n\r\n'));
  console.log(String((await once(raw, 'data'))[0]));

  const [answer, socket] = await once(
    http.request({ port, headers: { connection: 'Upgrade', upgrade: 'echo' } }).end(),
    'upgrade',
  );
  socket.write('ping');
  console.log(answer.statusCode, String((await once(socket, 'data'))[0]));
  await once(socket.resume(), 'close');
  server.close();
  await once(server, 'close');
  console.log('closed');
})();
