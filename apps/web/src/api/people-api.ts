import {
  accessTokenListResponse,
  apiPaths,
  auditResponse,
  createAccessTokenResponse,
  createInvitationResponse,
  invitationListResponse,
  meResponse,
  okResponse,
  peopleResponse,
  resetLinkCreatedResponse,
  sessionListResponse,
  type CreateAccessTokenBody,
  type SetPasswordBody,
  type User,
} from '@slipway/contracts';
import type { Session } from '../session/create-session.ts';

/** Anything that checks an answer; zod schemas do. */
interface Schema<T> {
  parse(value: unknown): T;
}

/** Asks the API, with a body or without. */
export type Ask = <T>(
  schema: Schema<T>,
  method: string,
  path: string,
  body?: unknown,
  /** How long the answer may take; a minute, if not said. */
  limitMs?: number,
) => Promise<T>;

/** What a person does with her account, and admins with those of others. */
export function createPeopleApi(
  ask: Ask,
  send: (request: { method: string; path: string }) => Promise<Response>,
  session: Pick<Session, 'renamed'>,
) {
  return {
    rename: async (name: string) => session.renamed((await ask(meResponse, 'PATCH', apiPaths.account, { name })).user),
    exportAccount: async (): Promise<Blob> =>
      await (await send({ method: 'GET', path: apiPaths.exportAccount })).blob(),
    setPassword: (body: SetPasswordBody) => ask(okResponse, 'PUT', apiPaths.password, body),
    sessions: async () => (await ask(sessionListResponse, 'GET', apiPaths.sessions)).sessions,
    endSession: (id: string) => ask(okResponse, 'DELETE', apiPaths.session(id)),
    endOtherSessions: () => ask(okResponse, 'DELETE', apiPaths.sessions),
    tokens: async () => (await ask(accessTokenListResponse, 'GET', apiPaths.accessTokens)).accessTokens,
    createToken: (body: CreateAccessTokenBody) => ask(createAccessTokenResponse, 'POST', apiPaths.accessTokens, body),
    revokeToken: (id: string) => ask(okResponse, 'DELETE', apiPaths.accessToken(id)),
    ownAudit: (before?: number) => ask(auditResponse, 'GET', apiPaths.ownAudit(before)),
    deleteAccount: (password: string) =>
      ask(okResponse, 'POST', apiPaths.deleteAccount, password === '' ? {} : { password }),

    people: (after?: string) => ask(peopleResponse, 'GET', apiPaths.people(after)),
    setRole: (id: string, role: User['role']) => ask(okResponse, 'PATCH', apiPaths.person(id), { role }),
    deletePerson: (id: string) => ask(okResponse, 'DELETE', apiPaths.person(id)),
    signPersonOut: (id: string) => ask(okResponse, 'POST', apiPaths.signPersonOut(id), {}),
    resetPerson: (id: string) => ask(resetLinkCreatedResponse, 'POST', apiPaths.resetPerson(id), {}),
    invitations: async () => (await ask(invitationListResponse, 'GET', apiPaths.invitations)).invitations,
    invite: (body: { email?: string; role: User['role']; expiresInDays: number }) =>
      ask(createInvitationResponse, 'POST', apiPaths.invitations, body),
    revokeInvitation: (id: string) => ask(okResponse, 'DELETE', apiPaths.invitation(id)),
    audit: (before?: number) => ask(auditResponse, 'GET', apiPaths.audit(before)),
  };
}

/** Inferred from `createPeopleApi`, so that a new call is declared once. */
export type PeopleApi = ReturnType<typeof createPeopleApi>;
