import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An MCP server behind HTTP, as a company has one: it speaks as much of the protocol as a client of tools needs. */
export interface TestMcpServer {
  readonly url: string;
  /** What was called, in order. */
  readonly called: { readonly name: string; readonly args: unknown }[];
  /** `Authorization` of the last request. */
  readonly authorization: () => string | undefined;
  tools: { name: string; description?: string; inputSchema: object }[];
  answer: (name: string, args: unknown) => object | Promise<object>;
  close(): Promise<void>;
}

const SCHEMA = { type: 'object', properties: { query: { type: 'string' } } };

/** On a free port, without sessions, with answers in JSON. */
export async function startMcpServer(): Promise<TestMcpServer> {
  let authorization: string | undefined;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    ({ authorization } = request.headers);
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const message = JSON.parse(Buffer.concat(chunks).toString()) as Message;
    if (message.id === undefined) return void response.writeHead(202).end();
    const result = await resultOf(message);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
  };
  const http = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const server: TestMcpServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    called: [],
    authorization: () => authorization,
    tools: [{ name: 'search', description: 'Finds a page', inputSchema: SCHEMA }],
    answer: (name) => ({ content: [{ type: 'text', text: `${name} found a page` }] }),
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  const resultOf = async ({ method, params = {} }: Message): Promise<object> => {
    switch (method) {
      case 'initialize':
        return {
          protocolVersion: params.protocolVersion,
          capabilities: { tools: {} },
          serverInfo: { name: 'test', version: '1' },
        };
      case 'tools/list':
        return { tools: server.tools };
      case 'tools/call':
        server.called.push({ name: params.name ?? '', args: params.arguments });
        return await server.answer(params.name ?? '', params.arguments);
      default:
        return {};
    }
  };
  return server;
}

interface Message {
  readonly id?: number;
  readonly method: string;
  readonly params?: { readonly name?: string; readonly arguments?: unknown; readonly protocolVersion?: string };
}
