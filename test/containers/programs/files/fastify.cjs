const fastify = require('fastify')({ logger: false });
fastify.addHook('onSend', async (request, reply) => void reply.header('x-hook', 'ran'));
const page = '<!doctype html><html><head></head><body><h1 id="page">fastify</h1></body></html>';
fastify.get('/', async (request, reply) => reply.type('text/html').send(page));
fastify.get('/users/:id', async (request) => ({ id: request.params.id, query: request.query }));
const body = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };
fastify.post('/echo', { schema: { body } }, async (request, reply) => reply.code(201).send({ got: request.body }));
fastify.get('/fails', async () => {
  throw new Error('on purpose');
});
fastify.listen({ port: Number(process.argv[2]) }).catch((error) => {
  console.error(error);
  process.exit(1);
});
