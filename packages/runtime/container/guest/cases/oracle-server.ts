import type { IncomingMessage, ServerResponse } from 'node:http';

/** What programs ask in the cases: answers that say what was asked, failures, redirects. */
export function answerOracle(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', 'http://oracle');
  const send = (status: number, headers: Record<string, string>, body: string): void => {
    // No date: two answers are to be the same.
    response.sendDate = false;
    response.writeHead(status, { 'Content-Length': Buffer.byteLength(body), Connection: 'close', ...headers });
    response.end(request.method === 'HEAD' ? '' : body);
  };
  switch (pathname) {
    case '/hello':
      return send(200, { 'Content-Type': 'text/plain' }, 'hello\n');
    case '/missing':
      return send(404, { 'Content-Type': 'text/plain' }, 'no such thing\n');
    case '/away':
      return send(302, { Location: '/hello' }, '');
    case '/post-away':
      return send(303, { Location: '/echo' }, '');
    case '/round':
      return send(302, { Location: '/round' }, '');
    case '/broken':
      request.socket.destroy();
      return;
    case '/echo': {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const kept = [
          'content-type',
          'content-length',
          'authorization',
          'x-own',
          'user-agent',
          'range',
          'referer',
          'cookie',
          'accept',
        ];
        const lines = kept.flatMap((name) => {
          const value = request.headers[name];
          return value === undefined ? [] : [`${name}: ${String(value).replace(/boundary=.*/, 'boundary=B')}`];
        });
        const body = Buffer.concat(chunks)
          .toString()
          .replace(/-{20,}\w+/g, '--B');
        send(
          200,
          { 'Content-Type': 'text/plain' },
          `${request.method} ${request.url}\n${lines.join('\n')}\n\n${body}\n`,
        );
      });
      return;
    }
    default:
      return send(200, { 'Content-Type': 'text/html' }, '<p>index</p>\n');
  }
}
