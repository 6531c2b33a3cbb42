import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A user service as operators have one (AU-05): the three routes, refresh tokens that are good once. */
export interface RunningUserService {
  url: string;
  people: Map<string, { id: string; name: string; role: string }>;
  /** What the next requests are answered instead. */
  broken: { status: number; body: string } | 'silent' | undefined;
  close(): Promise<void>;
}

/** Any other `x-api-key` is refused. */
export const userServiceKey = 'the key';

/** Keeps people and sessions in memory, until the test ends. */
export async function startUserService(): Promise<RunningUserService> {
  const sessions = new Map<string, string>();
  const running: RunningUserService = {
    url: '',
    people: new Map([
      ['ann@example.org', { id: 'u-1', name: 'Ann', role: 'user' }],
      ['bob@example.org', { id: 'u-2', name: 'Bob', role: 'user' }],
    ]),
    broken: undefined,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer((request, response) => void handle(request, response));
  const answer = (response: ServerResponse, status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { broken } = running;
    if (broken === 'silent') return;
    if (broken) return void response.writeHead(broken.status).end(broken.body);
    if (request.headers['x-api-key'] !== userServiceKey)
      return void answer(response, 403, { code: 'BAD_KEY', message: 'Wrong key' });
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, string>;
    // A refresh token is taken away before anything else: a second use of it is refused, as real services do.
    const refreshed = request.url === '/api/v1/auth/refresh';
    const email = refreshed ? sessions.get(body['refresh_token'] ?? '') : body['email'];
    if (refreshed) sessions.delete(body['refresh_token'] ?? '');
    const person = running.people.get(email ?? '');
    if (!person || (!refreshed && body['password'] !== 'correct horse'))
      return void answer(response, 401, { code: 'NOT_YOU', message: 'Not you', secret: 'inside' });
    const refresh_token = randomUUID();
    sessions.set(refresh_token, email!);
    const user = { ...person, email, created_at: '2020-01-01T00:00:00Z', password_hash: 'inside' };
    answer(response, 200, { user, access_token: 'theirs', refresh_token, expires_in: 60, secret: 'inside' });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  running.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return running;
}
