import { type IncomingMessage, request as httpRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { LIVE_PATH } from '@slipway/contracts';
import { clearLiveAt, getLivingShare, setLiveAt } from '@slipway/db';
import { acceptTicket } from '../auth/tickets.ts';
import { fillLabel, type Hosts } from '../hosts/hosts.ts';
import { programHeaders, viewerCookieOf } from './live-headers.ts';
import { findTunnel, type LiveNeeds } from './live-host.ts';
import { joinPeer, peerOf } from './live-peers.ts';
import { TUNNELS_OF_OWNER } from './live-tunnels.ts';
import { acceptWebSocket, refuseUpgrade } from '../http/web-socket.ts';

/** GET /api/v1/live/<share>, of the app's own page, by a one-time ticket (AU-09). */
export async function openTunnel(
  { db, hosts, liveTunnels, peerAddress }: LiveNeeds & { hosts: Hosts },
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const shareId = LIVE_PATH.exec(request.url ?? '')?.[1];
  if (shareId === undefined || request.headers.origin !== hosts.appOrigin)
    return refuseUpgrade(socket, '403 Forbidden');
  const ticket = await acceptTicket(db, request.headers['sec-websocket-protocol'], 'live-preview');
  const share = ticket && (await getLivingShare(db, ticket.owner, ticket.project, shareId));
  if (!ticket || share?.kind !== 'live') return refuseUpgrade(socket, '401 Unauthorized');
  if (liveTunnels.countOf(ticket.owner) >= TUNNELS_OF_OWNER && !liveTunnels.find(shareId))
    return refuseUpgrade(socket, '429 Too Many Requests');
  const [protocol = ''] = (request.headers['sec-websocket-protocol'] ?? '').split(',');
  if (!acceptWebSocket(request, socket, protocol.trim())) return refuseUpgrade(socket, '400 Bad Request');
  const live = { id: shareId, ownerId: ticket.owner, projectId: ticket.project, remainingMs: share.remainingMs };
  liveTunnels.add(live, socket, head, {
    isAlive: async () => Boolean(await getLivingShare(db, ticket.owner, ticket.project, shareId)),
    // Until it is noted, visitors of other servers are told that the tab is away.
    closed: () => void clearLiveAt(db, shareId, peerAddress).catch(() => undefined),
  });
  await setLiveAt(db, shareId, peerAddress);
}

/** A WebSocket of a visitor's page, such as a dev server's for hot updates: handed on as it is. */
export async function openVisitorSocket(
  needs: LiveNeeds & { hosts: Hosts },
  label: string,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const found = await findTunnel(needs, label);
  const peer =
    found.tunnel === undefined ? peerOf({ liveAt: found.liveAt, own: needs.peerAddress }, request.headers) : undefined;
  if (peer !== undefined) return joinPeer(peer, request, socket, head);
  const origin = fillLabel(needs.hosts.sitePattern, label);
  // A page of another host could open one in the visitor's name.
  if (request.headers.origin !== origin) return refuseUpgrade(socket, '403 Forbidden');
  const { tunnel } = found;
  const cookie = viewerCookieOf(request.headers.cookie);
  const viewer = cookie === undefined ? undefined : tunnel?.viewer(cookie, request.headers['user-agent'] ?? '');
  const stream = viewer && tunnel?.socket(viewer);
  if (!stream) return refuseUpgrade(socket, '503 Service Unavailable');
  socket.once('close', () => stream.destroy());
  stream.once('close', () => socket.destroy());
  stream.on('error', () => socket.destroy());
  const sent = httpRequest({
    createConnection: () => stream as never,
    path: request.url ?? '/',
    headers: { ...programHeaders(request.headers, origin), connection: 'Upgrade', upgrade: 'websocket' },
    setHost: false,
  });
  sent.once('error', () => socket.destroy());
  sent.once('response', () => refuseUpgrade(socket, '502 Bad Gateway'));
  sent.once('upgrade', (answer, _upgraded, first: Buffer) => {
    const lines = ['HTTP/1.1 101 Switching Protocols'];
    for (let at = 0; at < answer.rawHeaders.length; at += 2)
      lines.push(`${answer.rawHeaders[at]}: ${answer.rawHeaders[at + 1]}`);
    socket.write([...lines, '', ''].join('\r\n'));
    socket.write(first);
    stream.write(head);
    socket.pipe(stream).pipe(socket);
  });
  sent.end();
}
