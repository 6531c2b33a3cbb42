import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { runtimeConfig, runtimeConfigPath, type RuntimeConfig } from '@slipway/contracts';

/** Node does not resolve `*.localhost`: the server there is found on this machine's loopback. */
export function dialFor(origin: string): { host: string; port: number } | undefined {
  const { hostname, port, protocol } = new URL(origin);
  return hostname.endsWith('.localhost') ? { host: '127.0.0.1', port: Number(port || (protocol === 'https:' ? 443 : 80)) } : undefined;
}

/** The hosts of the server that this worker works for, asked of itself. */
export async function readRuntimeConfig(appOrigin: string): Promise<RuntimeConfig> {
  const url = new URL(runtimeConfigPath, appOrigin);
  const text = await new Promise<string>((resolve, reject) => {
    const dial = dialFor(appOrigin);
    const outgoing = (url.protocol === 'https:' ? secureRequest : request)(url, { ...(dial ? { hostname: dial.host, port: dial.port } : {}), headers: { host: url.host } }, (incoming) => {
      let body = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      incoming.on('end', () => (incoming.statusCode === 200 ? resolve(body) : reject(new Error(`Cannot read ${url.href}: ${incoming.statusCode} ${body.slice(0, 200)}`))));
      incoming.on('error', reject);
    });
    outgoing.on('error', reject).end();
  });
  return runtimeConfig.parse(JSON.parse(text));
}
