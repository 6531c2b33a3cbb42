// The request and response API of http2, refusals, and a peer that speaks HTTP/1.
const http2 = require('http2');
const net = require('net');
const server = http2.createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (text += chunk));
  request.on('end', () => {
    console.log(request.method, request.url, request.httpVersion, request.headers['x-a'], text);
    response.setHeader('x-b', ['1', '2']);
    response.writeHead(201, { 'content-type': 'text/plain' });
    response.write('part ');
    response.end('end');
  });
});
server.on('sessionError', (error) => console.log('session error', error.code, error.message));
server.listen(0, () => {
  const { port } = server.address();
  const client = http2.connect(`http://localhost:${port}`);
  const request = client.request({ ':method': 'PUT', ':path': '/a?b=c', 'x-a': 'yes' });
  request.on('response', (headers) => console.log(headers[':status'], headers['x-b'], headers['content-type']));
  request.setEncoding('utf8');
  let text = '';
  request.on('data', (chunk) => (text += chunk));
  request.on('end', () => {
    console.log(text);
    client.close(() => {
      const old = net.connect(port, () => old.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
      old.on('error', () => undefined);
      old.resume();
      old.on('close', () => {
        console.log('an HTTP/1 client is dropped');
        server.close();
        const nobody = http2.connect(`http://localhost:${port}`);
        nobody.on('error', (error) => console.log(error.code));
      });
    });
  });
  request.end('body');
});
