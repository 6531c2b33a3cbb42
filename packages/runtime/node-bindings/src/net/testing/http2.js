// HTTP/2 over plain TCP, both ends here: what each side sees, in order.
const http2 = require('http2');
const fs = require('fs');
const { once } = require('events');

const server = http2.createServer({ settings: { maxConcurrentStreams: 50 } });
server.on('stream', async (stream, headers) => {
  switch (headers[':path']) {
    case '/echo':
      stream.respond({ ':status': 200, 'x-length': headers['content-length'] ?? 'none' });
      stream.pipe(stream);
      break;
    case '/trailers':
      stream.respond({ 'content-type': 'text/plain' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': 'abc' }));
      stream.end('with trailers');
      break;
    case '/push':
      stream.pushStream({ ':path': '/pushed.css' }, (error, pushed) => {
        pushed.respond({ ':status': 200, 'content-type': 'text/css' });
        pushed.end('body{}');
      });
      stream.respond({ ':status': 200 });
      stream.end('pushes');
      break;
    case '/file':
      stream.respondWithFile(__filename, { 'content-type': 'text/javascript' });
      break;
    case '/information':
      stream.additionalHeaders({ ':status': 103, link: '</a.css>' });
      stream.respond({ ':status': 204 }, { endStream: true });
      break;
    case '/reset':
      stream.on('error', () => undefined);
      stream.close(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM);
      break;
    default:
      stream.respond({ ':status': 404 }, { endStream: true });
  }
});

async function get(client, path, { body, headers = {} } = {}) {
  const request = client.request({ ':path': path, ...(body === undefined ? {} : { ':method': 'POST' }), ...headers });
  const seen = { informations: [] };
  request.on('headers', (h) => seen.informations.push(h[':status']));
  request.on('trailers', (h) => (seen.trailers = { ...h }));
  request.on('response', (h) => (seen.response = h));
  request.on('error', (error) => (seen.error = error.message));
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.end(body);
  await once(request, 'close').catch(() => undefined);
  return { ...seen, body: Buffer.concat(chunks), rstCode: request.rstCode };
}

server.listen(0, async () => {
  const client = http2.connect(`http://localhost:${server.address().port}`);
  const pushes = Promise.withResolvers();
  client.on('stream', (pushed, headers) => {
    const seen = [headers[':path']];
    pushed.on('push', (h) => seen.push(h[':status'], h['content-type']));
    pushed.setEncoding('utf8').on('data', (text) => seen.push(text));
    pushed.on('end', () => pushes.resolve(seen));
  });
  await once(client, 'remoteSettings');
  console.log('settings', client.remoteSettings.maxConcurrentStreams, client.alpnProtocol, client.encrypted);

  const body = Buffer.alloc(300_000, 'abcdefghij');
  const echoed = await get(client, '/echo', { body, headers: { 'content-length': String(body.length) } });
  console.log('echo', echoed.response[':status'], echoed.response['x-length'], echoed.body.equals(body));
  const many = await Promise.all(Array.from({ length: 20 }, (_, n) => get(client, '/echo', { body: `request ${n}` })));
  console.log('many', many.map((each) => String(each.body)).join(','));
  const trailers = await get(client, '/trailers');
  console.log('trailers', String(trailers.body), trailers.trailers['x-sum']);
  console.log('push', String((await get(client, '/push')).body), await pushes.promise);
  const file = await get(client, '/file');
  console.log('file', file.response['content-length'], file.body.equals(fs.readFileSync(__filename)));
  const information = await get(client, '/information');
  console.log('information', information.informations, information.response[':status']);
  const reset = await get(client, '/reset');
  console.log('reset', reset.rstCode, reset.error);
  console.log(
    'missing',
    (await get(client, '/nowhere', { headers: { cookie: ['a=1', 'b=2'], 'x-long': 'long '.repeat(3000).trim() } }))
      .response[':status'],
  );
  client.ping(Buffer.from('12345678'), (error, ms, payload) => {
    console.log('ping', error, typeof ms, String(payload));
    client.settings({ initialWindowSize: 100_000 }, () => {
      console.log('acknowledged', client.localSettings.initialWindowSize);
      Promise.all([once(client, 'close'), once(server, 'close')]).then(() => console.log('both closed'));
      client.close();
      server.close();
    });
  });
});
