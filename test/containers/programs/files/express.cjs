const express = require('express');
const path = require('node:path');
const app = express();
app.use(express.json());
const page = '<!doctype html><html><head></head><body><h1 id="page">express</h1></body></html>';
app.get('/', (request, response) => response.type('html').send(page));
app.get('/users/:id', (request, response) => response.json({ id: request.params.id, query: request.query }));
app.post('/echo', (request, response) => response.status(201).json({ got: request.body }));
app.use('/static', express.static(path.join(__dirname, 'public')));
app.get('/fails', async () => {
  throw new Error('on purpose');
});
app.use((error, _request, response, _next) => response.status(error.status ?? 500).json({ error: error.message }));
app.listen(Number(process.argv[2]));
