/**
 * Checks of what preview pages send to the kernel. They are the user's program: anything may
 * come. Each gives `undefined` for what is none, and takes over only the members it knows.
 */
import type { GatewayRequest, PreviewOpen, PreviewPurpose, SocketToKernel } from './preview-protocol.ts';

// UTF-16 units, also of a header's value.
const MAX_TARGET = 64 * 1024;
const MAX_HEADERS = 500;

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function text(value: unknown, max: number): string | undefined {
  return typeof value === 'string' && value.length <= max ? value : undefined;
}

/** What a page wants its port for. A target is a path: where to, the port says. */
export function parsePurpose(value: unknown): PreviewPurpose | undefined {
  const purpose = record(value);
  switch (purpose?.['kind']) {
    case 'gateway':
      return { kind: 'gateway' };
    case 'page':
      return { kind: 'page' };
    case 'socket': {
      const target = text(purpose['target'], MAX_TARGET);
      const protocols = purpose['protocols'];
      if (
        target?.startsWith('/') !== true ||
        !Array.isArray(protocols) ||
        protocols.length > 32 ||
        !protocols.every((entry) => text(entry, 200) !== undefined)
      )
        return undefined;
      return { kind: 'socket', target, protocols: protocols as string[] };
    }
    default:
      return undefined;
  }
}

/** The broker's message with a page's port; `port` is one of the container's, 1 to 65535. */
export function parsePreviewOpen(value: unknown): PreviewOpen | undefined {
  const open = record(value);
  const port = open?.['port'];
  const purpose = parsePurpose(open?.['purpose']);
  if (
    open?.['type'] !== 'preview' ||
    purpose === undefined ||
    typeof port !== 'number' ||
    !Number.isInteger(port) ||
    port < 1 ||
    port > 65_535
  )
    return undefined;
  return { type: 'preview', port, purpose };
}

/** Undefined for what has not the right shape: whoever sends it is not trusted. */
export function parseGatewayRequest(value: unknown): GatewayRequest | undefined {
  const message = record(value);
  const id = message?.['id'];
  if (message === undefined || typeof id !== 'number' || !Number.isSafeInteger(id)) return undefined;
  switch (message['type']) {
    case 'fetch': {
      const method = text(message['method'], 40);
      const target = text(message['target'], MAX_TARGET);
      const headers = message['headers'];
      if (
        method === undefined ||
        target?.startsWith('/') !== true ||
        !Array.isArray(headers) ||
        headers.length > MAX_HEADERS
      )
        return undefined;
      const pairs: [string, string][] = [];
      for (const pair of headers as unknown[]) {
        if (!Array.isArray(pair)) return undefined;
        const name = text(pair[0], 200);
        const content = text(pair[1], MAX_TARGET);
        if (name === undefined || content === undefined) return undefined;
        pairs.push([name, content]);
      }
      return { type: 'fetch', id, method, target, headers: pairs, hasBody: message['hasBody'] === true };
    }
    case 'body':
      return message['bytes'] === null || message['bytes'] instanceof Uint8Array
        ? { type: 'body', id, bytes: message['bytes'] }
        : undefined;
    case 'pull':
      return { type: 'pull', id };
    case 'cancel':
      return { type: 'cancel', id };
    default:
      return undefined;
  }
}

/**
 * A message of a page's WebSocket. A code that no page may
 * use is left out and not refused, as the close is meant.
 */
export function parseSocketMessage(value: unknown): SocketToKernel | undefined {
  const message = record(value);
  if (message?.['type'] === 'send') {
    const data = message['data'];
    return typeof data === 'string' || data instanceof Uint8Array ? { type: 'send', data } : undefined;
  }
  if (message?.['type'] !== 'close') return undefined;
  const code = message['code'];
  const reason = text(message['reason'], 1000) ?? '';
  return typeof code === 'number' && Number.isInteger(code) && code >= 1000 && code <= 4999
    ? { type: 'close', code, reason }
    : { type: 'close', reason };
}
