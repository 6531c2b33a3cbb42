import {
  apiPaths,
  type CreateShareBody,
  createShareResponse,
  okResponse,
  projectResponse,
  shareListResponse,
  ticketResponse,
} from '@slipway/contracts';
import type { Ask } from './people-api.ts';

/** The part of the API that is about links to a project, and what is behind somebody else's. */
export const makeShareCalls = (ask: Ask) => ({
  shares: async (id: string) => (await ask(shareListResponse, 'GET', apiPaths.shares(id))).shares,
  createShare: (id: string, body: CreateShareBody) => ask(createShareResponse, 'POST', apiPaths.shares(id), body),
  revokeShare: (id: string, shareId: string) => ask(okResponse, 'DELETE', apiPaths.share(id, shareId)),
  /** A ticket stands in the socket's address, where no header can go; it is good once and for seconds. */
  liveTicket: async (projectId: string) =>
    (await ask(ticketResponse, 'POST', apiPaths.tickets, { purpose: 'live-preview', projectId })).ticket,
  /** Another project, of the caller's own: the link's end does not end it. */
  copyShared: async (token: string) => (await ask(projectResponse, 'POST', apiPaths.copyShared, { token })).project,
});
