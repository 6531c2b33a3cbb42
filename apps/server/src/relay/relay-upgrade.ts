import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Db, getProject } from '@slipway/db';
import { RELAY_PATH, RELAY_PROTOCOL } from '@slipway/wire';
import { acceptTicket } from '../auth/tickets.ts';
import { acceptWebSocket, refuseUpgrade } from '../http/web-socket.ts';
import { fillLabel, type Hosts } from '../hosts/hosts.ts';
import { LINES_OF_OWNER, type RelayLines } from './relay-lines.ts';

/** GET /__slip/relay of a runtime host as a WebSocket, by a one-time ticket (AU-09). */
export async function openRelayLine(
  { db, hosts, relay }: { db: Db; hosts: Hosts; relay: RelayLines },
  label: string,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  if (request.url !== RELAY_PATH || !relay.isOpen) return refuseUpgrade(socket, '404 Not Found');
  if (request.headers.origin !== fillLabel(hosts.runtimePattern, label)) return refuseUpgrade(socket, '403 Forbidden');
  const protocols = request.headers['sec-websocket-protocol'];
  const ticket = await acceptTicket(db, protocols, 'relay');
  const [protocol = ''] = (protocols ?? '').split(',').map((part) => part.trim());
  if (ticket === undefined || protocol !== RELAY_PROTOCOL) return refuseUpgrade(socket, '401 Unauthorized');
  if (relay.countOf(ticket.owner) >= LINES_OF_OWNER) return refuseUpgrade(socket, '429 Too Many Requests');
  if (!acceptWebSocket(request, socket, protocol)) return refuseUpgrade(socket, '400 Bad Request');
  relay.add(ticket, socket, head, async () => (await getProject(db, ticket.owner, ticket.project)) !== undefined);
}
