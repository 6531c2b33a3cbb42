import { createHash, randomBytes } from 'node:crypto';
import type { TicketPurpose, TicketResponse } from '@slipway/contracts';
import { createTicket, type Db, redeemTicket } from '@slipway/db';

const LIFETIME_SECONDS = 30;

/**
 * One-time tickets for WebSockets (AU-09): a page cannot set headers there, and what stands in an address ends up in
 * logs. Undefined where the project is not the owner's.
 */
export async function issueTicket(
  db: Db,
  of: { owner: string; project: string; purpose: TicketPurpose },
): Promise<TicketResponse | undefined> {
  const ticket = randomBytes(32).toString('base64url');
  const { outcome } = await createTicket(db, {
    tokenHash: hashOf(ticket),
    purpose: of.purpose,
    ownerId: of.owner,
    projectId: of.project,
    lifetimeUs: LIFETIME_SECONDS * 1_000_000,
  });
  return outcome === 'created' ? { ticket, expiresIn: LIFETIME_SECONDS } : undefined;
}

/**
 * Whom a WebSocket that is being opened belongs to, by its `Sec-WebSocket-Protocol`: the protocol, then the ticket. The
 * ticket is used up, also where it is for something else.
 */
export async function acceptTicket(
  db: Db,
  protocols: string | undefined,
  purpose: TicketPurpose,
): Promise<{ owner: string; project: string } | undefined> {
  const [, ticket = '', rest] = (protocols ?? '').split(',').map((part) => part.trim());
  if (rest !== undefined || !/^[\w-]{43}$/.test(ticket)) return undefined;
  const redeemed = await redeemTicket(db, hashOf(ticket));
  return redeemed?.purpose === purpose ? { owner: redeemed.owner, project: redeemed.project } : undefined;
}

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex');
}
