// A TLS server and its clients in one process, then what lies outside.
const https = require('https');
const tls = require('tls');
const { once } = require('events');

(async () => {
  const server = https.createServer({ key: 'k', cert: 'c' }, (query, answer) =>
    answer.end(`secure ${query.socket.encrypted}`),
  );
  server.listen(0);
  await once(server, 'listening');
  const { port } = server.address();
  const [answer] = await once(https.get({ port, host: 'localhost', agent: false }), 'response');
  const { socket } = answer;
  const [text] = await once(answer.setEncoding('utf8'), 'data');
  console.log(
    answer.statusCode,
    text,
    socket.authorized,
    socket.getProtocol(),
    socket.getCipher().name,
    socket.getPeerCertificate().subject.CN,
  );
  const client = tls.connect({ port, host: '127.0.0.1' });
  await once(client, 'secureConnect');
  console.log('secureConnect', client.authorized, client.alpnProtocol);
  client.write('GET / HTTP/1.0\r\n\r\n');
  console.log(String((await once(client, 'data'))[0]).split('\r\n')[0]);
  client.destroy();
  server.closeAllConnections();
  server.close();
  const [far] = await once(https.get('https://nonexistent.example.com/x'), 'error');
  console.log(far.code, far.syscall, far.address, far.port);
  const [unknown] = await once(https.get('https://foo.invalid/'), 'error');
  console.log(unknown.code, unknown.syscall, unknown.hostname);
})();
