import * as z from 'zod';
import { id } from './ids.ts';

/** What a WebSocket may be for; a ticket opens one of its own kind alone (AU-09). */
export const ticketPurpose = z.enum(['live-preview', 'relay']);
/** Stands in the ticket: one for a live preview opens no relay. */
export type TicketPurpose = z.infer<typeof ticketPurpose>;

/**
 * POST /api/v1/tickets by `Authorization: Bearer`, or /__slip/tickets of a runtime host by `Authorization: Capability`,
 * whose project it is then. The ticket is the second subprotocol of the WebSocket.
 */
export const createTicketBody = z.strictObject({ purpose: ticketPurpose, projectId: id });
/** The project must be the caller's; another's is PROJECT_NOT_FOUND. */
export type CreateTicketBody = z.infer<typeof createTicketBody>;

/** Good once, for so many seconds. */
export const ticketResponse = z.strictObject({ ticket: z.string(), expiresIn: z.int().positive() });
/** `expiresIn` is in seconds, and short: the WebSocket is opened right away. */
export type TicketResponse = z.infer<typeof ticketResponse>;
