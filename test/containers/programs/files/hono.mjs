import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { streamText } from 'hono/streaming';

const app = new Hono();
app.get('/', (c) => c.html('<!doctype html><html><head></head><body><h1 id="page">hono</h1></body></html>'));
app.get('/users/:id', (c) => c.json({ id: c.req.param('id'), query: c.req.query() }));
app.post('/echo', async (c) => c.json({ got: await c.req.json() }, 201));
app.get('/stream', (c) =>
  streamText(c, async (stream) => {
    for (const word of ['one', 'two', 'three']) {
      await stream.write(`${word} `);
      await stream.sleep(5);
    }
  }),
);
app.get('/fails', () => {
  throw new Error('on purpose');
});
app.onError((error, c) => c.json({ error: error.message }, 500));
serve({ fetch: app.fetch, port: Number(process.argv[2]) });
