import * as z from 'zod';
import { id } from './ids.ts';

/** What a WebSocket may be for; a ticket opens one of its own kind alone (AU-09). */
export const ticketPurpose = z.enum(['live-preview', 'relay']);
export type TicketPurpose = z.infer<typeof ticketPurpose>;

/**
 * POST /api/v1/tickets by `Authorization: Bearer`, or /__slip/tickets of a runtime host by `Authorization: Capability`,
 * whose project it is then. The ticket is the second subprotocol of the WebSocket.
 */
export const createTicketBody = z.strictObject({ purpose: ticketPurpose, projectId: id });
export type CreateTicketBody = z.infer<typeof createTicketBody>;

/** Good once, for so many seconds. */
export const ticketResponse = z.strictObject({ ticket: z.string(), expiresIn: z.int().positive() });
export type TicketResponse = z.infer<typeof ticketResponse>;
