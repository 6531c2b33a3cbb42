import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { GIT_ENV } from './real-git.ts';

/** Real git's own server for the repositories below a folder. With a name and password, it asks for them. */
export async function serveHttpBackend(
  folder: string,
  options: { authorization?: string; tls?: { key: string; cert: string }; host?: string } = {},
): Promise<{ port: number; close: () => Promise<void> }> {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (options.authorization !== undefined && request.headers.authorization !== options.authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="peer"' }).end();
      return;
    }
    runBackend(folder, request, response);
  };
  const server = options.tls ? createSecureServer(options.tls, answer) : createServer(answer);
  await new Promise<void>((resolve) => void server.listen(0, options.host ?? '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** One request as a CGI program answers it (git-http-backend(1)). */
function runBackend(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://peer');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...GIT_ENV,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'peer',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    },
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => request.resume());
  child.stderr.on('data', (text: Buffer) => process.stderr.write(text));
  let head = Buffer.alloc(0);
  let begun = false;
  child.stdout.on('data', (piece: Buffer) => {
    if (begun) return void response.write(piece);
    head = Buffer.concat([head, piece]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    begun = true;
    for (const line of head.toString('latin1', 0, end).split('\r\n')) {
      const colon = line.indexOf(':');
      const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
      if (name.toLowerCase() === 'status') response.statusCode = Number(value.split(' ')[0]);
      else response.setHeader(name, value);
    }
    return void response.write(head.subarray(end + 4));
  });
  child.stdout.on('end', () => response.end());
}
