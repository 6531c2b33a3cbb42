// AsyncLocalStorage through sockets, requests and timers.
const { AsyncLocalStorage } = require('async_hooks');
const http = require('http');
const store = new AsyncLocalStorage();
const server = http.createServer((query, answer) =>
  store.run(query.url, () => setTimeout(() => answer.end(store.getStore()), 5)),
);
server.listen(0, async () => {
  const get = (path) =>
    new Promise((resolve) =>
      store.run(`client ${path}`, () =>
        http.get({ port: server.address().port, path, agent: false }, (answer) => {
          let text = '';
          answer.on('data', (chunk) => {
            text += chunk;
          });
          answer.on('end', () => resolve([text, store.getStore()]));
        }),
      ),
    );
  console.log(await Promise.all(['/1', '/2', '/3'].map(get)));
  server.close();
});
