import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuseUpgrade } from '../http/web-socket.ts';
import { openTunnel, openVisitorSocket } from '../live/live-upgrade.ts';
import { openRelayLine } from '../relay/relay-upgrade.ts';
import type { Services } from './services.ts';

/** The WebSockets that come to the server: an owner's tunnel, a visitor's of a live preview, a container's relay. */
export function handleUpgrades(services: Services) {
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Without a listener an error would end the process; the socket is closed by itself.
    socket.on('error', () => socket.destroy());
    open(services, request, socket, head).catch(() => refuseUpgrade(socket, '503 Service Unavailable'));
  };
}

/** By the Host header, as requests are. Only what is named here can be upgraded at all. */
async function open(services: Services, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const host = services.hosts.classify(request.headers.host);
  switch (host.kind) {
    case 'app':
      return openTunnel(services, request, socket, head);
    case 'live':
      return openVisitorSocket(services, host.label, request, socket, head);
    case 'runtime':
      if (host.label !== undefined) return openRelayLine(services, host.label, request, socket, head);
      return refuseUpgrade(socket, '404 Not Found');
    default:
      return refuseUpgrade(socket, '404 Not Found');
  }
}
