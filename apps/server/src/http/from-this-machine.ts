import type { Context } from 'hono';
import type { ServerEnv } from './server-env.ts';

/** Each is a sign that somebody forwarded the request for somebody else. */
const FORWARD_HEADERS = [
  /^(forwarded|via|x-forwarded(-.*)?|x-original-.*)$/,
  /^(x-real-ip|x-client-ip|x-cluster-client-ip|true-client-ip)$/,
  /^(x-envoy|cf|fly|fastly)-/,
];

/** Whether the peer is a program of this machine that nothing says to be a proxy. */
export function isFromThisMachine<E extends ServerEnv>(c: Context<E>): boolean {
  const bindings = c.env as ServerEnv['Bindings'] | undefined;
  return (
    isLoopback(bindings?.incoming?.socket.remoteAddress ?? '') &&
    !Object.keys(c.req.header()).some((name) => FORWARD_HEADERS.some((sign) => sign.test(name)))
  );
}

/** All of 127.0.0.0/8, also as IPv6 writes it (`::ffff:127.0.0.1`). Names that DNS would resolve to it are not. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address);
}
