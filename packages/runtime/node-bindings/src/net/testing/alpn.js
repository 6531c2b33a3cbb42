// Which protocol a TLS connection speaks is agreed on while it is set up.
const http2 = require('http2');
const https = require('https');
const tls = require('tls');
const { once } = require('events');

(async () => {
  const server = http2.createSecureServer({ key: 'k', cert: 'c', allowHTTP1: true }, (request, response) =>
    response.end(`hello over ${request.httpVersion}`),
  );
  server.listen(0);
  await once(server, 'listening');
  const { port } = server.address();
  const client = http2.connect(`https://localhost:${port}`);
  const stream = client.request({ ':path': '/' }).setEncoding('utf8');
  const [text] = await once(stream, 'data');
  console.log(client.alpnProtocol, client.encrypted, client.socket.alpnProtocol, text);
  client.close();
  const [answer] = await once(
    https.get({ port, host: 'localhost', agent: false, ALPNProtocols: ['http/1.1'] }),
    'response',
  );
  const protocol = answer.socket.alpnProtocol;
  console.log(protocol, String((await once(answer.setEncoding('utf8'), 'data'))[0]));
  const stranger = tls.connect({ port, host: 'localhost', ALPNProtocols: ['spdy/1'] });
  console.log((await once(stranger, 'error'))[0].code);
  server.close();
})();
