import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { EgressError } from './egress-error.ts';
import type { EgressRules } from './egress-rules.ts';
import { pinnedTo } from './guarded-fetch.ts';
import { unlessAborted } from './unless-aborted.ts';

const DEFAULT_DEADLINE_MS = 10_000;

/** `host` is resolved once and checked; the socket goes to a checked address. */
export interface GuardedSocketTarget {
  host: string;
  port: number;
  tls?: boolean;
  signal?: AbortSignal;
  /** Until it is open. */
  deadlineMs?: number;
}

/** Opens a connection to a checked address (SV-24); the caller owns the socket. */
export async function openGuardedSocket(rules: EgressRules, target: GuardedSocketTarget): Promise<Socket> {
  const { port } = target;
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new EgressError('refused', `Cannot call "${target.host}": ${port} is no port`);
  const host = normalHost(target.host);
  const deadline = AbortSignal.timeout(target.deadlineMs ?? DEFAULT_DEADLINE_MS);
  const signal = target.signal ? AbortSignal.any([target.signal, deadline]) : deadline;
  const addresses = await unlessAborted(rules.addressesOf(host, port), signal).catch((error: unknown) => {
    throw deadline.aborted ? new EgressError('too-slow', `Cannot call "${host}": no connection in time`) : error;
  });
  const lookup = pinnedTo(addresses);
  const socket =
    target.tls === true
      ? connectTls({ host, port, lookup, ...(/[^\d.:]/.test(host) ? { servername: host } : {}) })
      : connect({ host, port, lookup });
  return await new Promise((resolve, reject) => {
    const onAbort = () => {
      const reason: unknown = signal.reason;
      socket.destroy(
        deadline.aborted
          ? new EgressError('too-slow', `Cannot call "${host}": no connection in time`)
          : (reason as Error),
      );
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const fail = (error: unknown) => {
      signal.removeEventListener('abort', onAbort);
      const known = error instanceof EgressError || signal.aborted;
      reject(
        known
          ? (error as Error)
          : new EgressError('unreachable', `Cannot call "${host}": the connection failed`, { cause: error }),
      );
    };
    socket.once('error', fail);
    socket.once(target.tls === true ? 'secureConnect' : 'connect', () => {
      signal.removeEventListener('abort', onAbort);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

/** Numbers in every spelling become an address, as they do in an address of http. */
function normalHost(host: string): string {
  const wrapped = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const url = URL.canParse(`http://${wrapped}/`) ? new URL(`http://${wrapped}/`) : undefined;
  if (url === undefined || url.hostname === '' || url.pathname !== '/' || url.username !== '' || url.port !== '')
    throw new EgressError('refused', 'Cannot call what is no host');
  return url.hostname.replace(/^\[|\]$/g, '');
}
