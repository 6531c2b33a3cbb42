import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useNode } from '../../test-support/index.ts';

const script = (name: string): string => readFileSync(new URL(`testing/${name}.js`, import.meta.url), 'utf8');

describe('streams between and inside processes', () => {
  const node = useNode();

  it.each([
    ['sockets: talking, half-closing, refusing, more than fits at once', 'tcp'],
    ['http: requests, keep-alive, chunks, trailers, bad requests, upgrades', 'http'],
    ['datagrams: between sockets and processes, connected, grouped, refused', 'datagrams'],
    ['sockets in the file system', 'paths'],
    ['http2: streams, trailers, pushes, files, resets, pings, settings', 'http2'],
    ['http2: requests and responses, and a peer that speaks HTTP/1', 'http2-compat'],
    ['AsyncLocalStorage through sockets and requests', 'context'],
    ['standard streams and names', 'streams'],
  ])('%s, as in native Node', async (_what, name) => {
    const { ours, native } = await node.runInBoth({ 'main.js': script(name) }, ['main.js'], { stdin: 'typed\n' });
    expect(ours).toEqual(native);
  });

  it('https on the loopback works without encryption; names outside reach the kernel', async () => {
    const result = await node.run({ 'main.js': script('https') }, ['main.js']);
    expect(result).toEqual({
      stdout: [
        '200 secure true true TLSv1.3 TLS_AES_256_GCM_SHA384 localhost',
        'secureConnect true false',
        'HTTP/1.1 200 OK',
        'ENETUNREACH connect 10.64.0.1 443',
        'ENOTFOUND getaddrinfo foo.invalid',
        '',
      ].join('\n'),
      stderr: '',
      code: 0,
      signal: null,
    });
  });

  // As native Node prints it on a machine with IPv6, which not every machine has.
  it('addresses of the loopback are told apart, and who has a port', async () => {
    const { stdout, stderr } = await node.run({ 'main.js': script('addresses') }, ['main.js']);
    expect({ stdout: stdout.split('\n'), stderr }).toEqual({
      stdout: [
        'both IPv6 true',
        '127.0.0.1 -> 127.0.0.1 IPv4 to 127.0.0.1',
        '::1 -> ::1 IPv6 to ::1',
        'all EADDRINUSE',
        '127.0.0.2 -> 127.0.0.2 IPv4 to 127.0.0.1',
        '127.0.0.1 -> ::ffff:127.0.0.1 IPv6 to ::ffff:127.0.0.1',
        '::1 -> ::1 IPv6 to ::1',
        'ECONNREFUSED',
        'EADDRINUSE',
        '',
      ],
      stderr: '',
    });
  });

  it('http2 on the loopback is chosen by ALPN, or http/1.1 is', async () => {
    const { stdout, stderr } = await node.run({ 'main.js': script('alpn') }, ['main.js']);
    expect({ stdout, stderr }).toEqual({
      stdout: [
        'h2 true h2 hello over 2.0',
        'http/1.1 hello over 1.1',
        'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
        '',
      ].join('\n'),
      stderr: '',
    });
  });
});
