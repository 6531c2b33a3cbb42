import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createEgressGuard, EgressError, type EgressGuard, type EgressOptions } from './index.ts';
import { ownAddresses } from './address-rules.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A server on 127.0.0.1; what it was asked stands in `seen`. */
async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: { path: string; headers: IncomingMessage['headers']; method: string; body: string }[] = [];
  const server: Server = createHttpServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ path: request.url ?? '', headers: request.headers, method: request.method ?? '', body });
      handle(request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

/** Answers each question with the next list of addresses, then with the last one for ever, and counts. */
function resolver(...answers: string[][]) {
  const asked: string[] = [];
  return {
    asked,
    resolve: (hostname: string) => {
      asked.push(hostname);
      return Promise.resolve(answers[Math.min(asked.length, answers.length) - 1]!);
    },
  };
}
const guard = (options: EgressOptions = {}): EgressGuard => createEgressGuard(options);
const problem = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
    return 'none';
  } catch (error) {
    return error instanceof EgressError ? error.problem : String(error);
  }
};
/** As an operator would allow the one test server. */
const local = { allow: ['127.0.0.1/32'] };

describe('the egress guard', () => {
  it('SV-24 no spelling of an address that is not public is called, by fetch or socket', async () => {
    const { port, seen } = await serve((_, response) => response.end('inside'));
    const hosts = [
      '127.0.0.1',
      '127.1',
      '127.0.1',
      '2130706433',
      '0x7f000001',
      '0x7f.0.0.1',
      '017700000001',
      '0177.0.0.01',
      '0',
      '0.0.0.0',
      '[::]',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[0:0:0:0:0:ffff:7f00:0001]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
      '169.254.169.254',
      '[fe80::1]',
      '10.1.2.3',
      '127.0.0.1.',
      '\u2460\u2461\u2466.0.0.1',
      '127\u30020\u30020\u30021',
    ];
    for (const host of hosts) {
      expect(await problem(guard().fetch(`http://${host}:${port}/`)), host).toBe('refused');
      expect(await problem(guard().openSocket({ host, port })), host).toMatch(/refused|unresolved/);
    }
    for (const host of ['localhost', 'localhost.', 'LOCALHOST', 'app.localhost'])
      // Not every resolver knows them all.
      expect(await problem(guard().fetch(`http://${host}:${port}/`)), host).toMatch(/refused|unresolved/);
    for (const address of [
      'file:///etc/passwd',
      'ftp://a.example/',
      'http://user:pass@a.example/',
      'nonsense',
      'data:,x',
    ])
      expect(await problem(guard().fetch(address)), address).toBe('refused');
    expect(seen).toEqual([]);
  });

  it('SV-24 the addresses of this machine are refused, a public one too, and so are its own hosts by name', async () => {
    for (const address of ownAddresses())
      expect(await problem(guard(resolver([address])).fetch('http://innocent.example/')), address).toBe('refused');
    const asked = resolver(['93.184.216.34']);
    const own = guard({ resolve: asked.resolve, isOwnHost: (host) => host.endsWith('.own.example') });
    expect(await problem(own.fetch('http://app.own.example/'))).toBe('refused');
    expect(asked.asked).toEqual([]);
  });

  it('SV-24 a name is resolved once, and what was checked is what is connected to: rebinding changes nothing', async () => {
    const { port, seen } = await serve((_, response) => response.end('the first one'));
    // First the address that is allowed, then, a moment later, one that is not.
    const dns = resolver(['127.0.0.1'], ['127.0.0.2']);
    const guarded = guard({ ...local, resolve: dns.resolve });
    expect(await (await guarded.fetch(`http://rebinding.example:${port}/a`)).text()).toBe('the first one');
    expect([dns.asked, seen.length]).toEqual([['rebinding.example'], 1]);
    expect(await problem(guarded.fetch(`http://rebinding.example:${port}/b`))).toBe('refused');
    expect(await problem(guarded.openSocket({ host: 'rebinding.example', port }))).toBe('refused');
    // One good address beside a bad one is no excuse, and a name is no address.
    for (const answer of [
      ['127.0.0.1', '127.0.0.2'],
      ['127.0.0.1', 'localhost'],
      ['127.0.0.1', '::1'],
    ])
      expect(await problem(guard({ ...local, ...resolver(answer) }).fetch(`http://mixed.example:${port}/`))).toBe(
        'refused',
      );
    expect(await problem(guard(resolver([])).fetch('http://nobody.example/'))).toBe('unresolved');
    expect(seen).toHaveLength(1);
  });

  it('SV-24 each redirect is checked as if it were asked for, and takes no credentials to another origin', async () => {
    const inside = await serve((_, response) => response.end('inside'));
    let to = '';
    const { port, seen } = await serve((request, response) =>
      request.url === '/go' ? response.writeHead(302, { location: to }).end() : response.end('here'),
    );
    const dns = resolver(['127.0.0.1']);
    const guarded = guard({ allow: ['outside.example', 'other.example'], resolve: dns.resolve });
    const go = (init = {}) => guarded.fetch(`http://outside.example:${port}/go`, init);
    for (const bad of [
      `http://127.0.0.1:${inside.port}/`,
      `http://0x7f000001:${inside.port}/`,
      `http://[::ffff:127.0.0.1]:${inside.port}/`,
      `http://not-allowed.example:${inside.port}/`,
      `//2130706433:${inside.port}/`,
      'file:///etc/passwd',
      'http://',
    ]) {
      to = bad;
      expect(await problem(go()), bad).toBe('refused');
    }
    expect(inside.seen).toEqual([]);
    to = `http://other.example:${port}/there`;
    const headers = { Authorization: 'Bearer secret', 'X-API-Key': 'secret', Cookie: 'a=b', 'X-Other': 'kept' };
    expect(await (await go({ headers, method: 'POST', body: 'text' })).text()).toBe('here');
    expect(seen.at(-1)).toMatchObject({ path: '/there', method: 'GET', body: '', headers: { 'x-other': 'kept' } });
    for (const name of ['authorization', 'x-api-key', 'cookie']) expect(seen.at(-1)!.headers).not.toHaveProperty(name);
    to = '/there';
    await (await go({ headers })).text();
    expect(seen.at(-1)!.headers.authorization).toBe('Bearer secret');
    to = `http://outside.example:${port}/go`;
    expect(await problem(go())).toBe('too-many-redirects');
    expect((await go({ redirect: 'manual' })).status).toBe(302);
  });

  it('SV-03 SV-24 a look-up that never ends is not waited for beyond deadline and signal', async () => {
    const silent = guard({ resolve: () => new Promise(() => undefined) });
    expect(await problem(silent.fetch('http://silent.example/', { deadlineMs: 50 }))).toBe('too-slow');
    expect(await problem(silent.openSocket({ host: 'silent.example', port: 80, deadlineMs: 50 }))).toBe('too-slow');
    const ended = new AbortController();
    const call = silent.fetch('http://silent.example/', { signal: ended.signal });
    ended.abort();
    await expect(call).rejects.toThrow(/abort/i);
  });

  it('SV-24 an answer has a size and a deadline, its last byte included; who stops reading ends the connection', async () => {
    const waiting: ServerResponse[] = [];
    const { port } = await serve((request, response) => {
      if (request.url === '/long') response.end('x'.repeat(2000));
      else if (request.url === '/endless') {
        const pour = (): void => void response.write('x'.repeat(512), pour);
        pour();
      } else if (request.url === '/head-only') response.writeHead(200).flushHeaders();
      else waiting.push(response);
    });
    const get = (path: string, init = {}) => guard(local).fetch(`http://127.0.0.1:${port}${path}`, init);
    expect(await problem(get('/long', { maxBytes: 1999 }))).toBe('too-large');
    expect(await (await get('/long', { maxBytes: 2000 })).text()).toHaveLength(2000);
    expect(await problem((await get('/endless', { maxBytes: 10_000 })).text())).toBe('too-large');
    expect(await problem(get('/silent', { deadlineMs: 50 }))).toBe('too-slow');
    expect(await problem((await get('/head-only', { deadlineMs: 300 })).text())).toBe('too-slow');
    const mine = new AbortController();
    const cancelled = get('/silent', { signal: mine.signal });
    await expect.poll(() => waiting.length).toBe(2);
    const closed = once(waiting[1]!, 'close');
    mine.abort(new Error('changed my mind'));
    await expect(cancelled).rejects.toThrow();
    await closed;
    expect(await problem(guard(local).fetch('http://127.0.0.1:1/'))).toBe('unreachable');
  });

  it('SV-24 sockets go where fetch may go; private addresses are the operator\u2019s to allow', async () => {
    const server = createServer((socket: Socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.push(async () => void server.close());
    const { port } = server.address() as AddressInfo;
    const dns = resolver(['127.0.0.1']);
    for (const allow of [['127.0.0.0/8'], ['127.0.0.1'], ['db.internal'], [`db.internal:${port}`]]) {
      const socket = await guard({ allow, resolve: dns.resolve }).openSocket({ host: 'db.internal', port });
      expect(String((await once(socket, 'data'))[0])).toBe('hello');
      socket.destroy();
    }
    for (const allow of [['10.0.0.0/8'], ['internal'], [`db.internal:${port + 1}`], []])
      expect(await problem(guard({ allow, resolve: dns.resolve }).openSocket({ host: 'db.internal', port }))).toBe(
        'refused',
      );
    for (const allow of ['10.0.0.0/33', 'http://x', 'a b', '', '*'])
      expect(() => guard({ allow: [allow] }), allow).toThrow(`Cannot allow "${allow}"`);
    for (const badPort of [0, 70_000, 1.5])
      expect(await problem(guard(local).openSocket({ host: '127.0.0.1', port: badPort }))).toBe('refused');
  });

  it('SV-24 an error says nothing of what is inside', async () => {
    const dns = resolver(['10.20.30.40']);
    await expect(guard({ resolve: dns.resolve }).fetch('http://probe.example/secret?x=1')).rejects.toThrow(
      /^Cannot call "probe.example": it is not on the public Internet$/,
    );
  });
});
