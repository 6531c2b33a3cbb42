// Sends what the JSON of its second argument says to a port of this container: by fetch, and by node:http.
import http from 'node:http';

const [port, list] = process.argv.slice(2);
const byHttp = (path, method, body) =>
  new Promise((resolve, reject) => {
    const request = http.request(
      {
        port,
        path,
        method,
        headers:
          body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
      },
      async (response) => {
        let text = '';
        for await (const piece of response) text += piece;
        resolve({ status: response.statusCode, type: response.headers['content-type'], text });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
const results = [];
for (const [path, method, body] of JSON.parse(list)) {
  const response = await fetch(`http://localhost:${port}${path}`, {
    method,
    ...(body === null ? {} : { body, headers: { 'Content-Type': 'application/json' } }),
  });
  const fetched = { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  const plain = await byHttp(path, method, body ?? undefined);
  results.push(JSON.stringify(fetched) === JSON.stringify(plain) ? fetched : { fetched, plain });
}
console.log(JSON.stringify(results));
