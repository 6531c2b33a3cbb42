/** What the schemas of people, tokens and tickets take, and what they refuse. */
const uuid = '0b5cf5a4-6f0c-4d6e-9d0a-6a9f0f9d2a11';
const linkToken = 'a'.repeat(43);
const user = { id: 'u', email: 'a@example.org', name: 'A', role: 'user', createdAt: 1 };
const scope = { verb: 'read', projectId: null };
const accessToken = {
  id: uuid,
  name: 'n',
  ending: 'abcd',
  scopes: [scope],
  createdAt: 1,
  expiresAt: 2,
  lastUsedAt: null,
};
const createToken = { name: 'n', scopes: [scope], expiresInDays: 30 };
const signUp = { email: 'A@example.org', name: ' A ', password: 'secret' };
const session = {
  id: uuid,
  current: true,
  userAgent: null,
  address: '127.0.0.1',
  createdAt: 1,
  lastUsedAt: 1,
  expiresAt: 2,
};
const entry = {
  id: 1,
  at: 1,
  actorId: uuid,
  actor: 'a@example.org',
  personId: null,
  person: null,
  action: 'a.b',
  target: null,
  details: { name: 'n', count: 1, yes: true, none: null },
  address: null,
};
const person = { ...user, provider: 'local', hasPassword: true, projects: 0, lastSeenAt: null };
const invitation = { id: uuid, email: null, role: 'user', createdAt: 1, expiresAt: 2 };
const ticket = { purpose: 'relay', projectId: uuid };
const methods = { password: true, signUp: 'invite', oidc: null };
const hostile = ['a\0b', '\ud800', ''];

/** By the schema's name. */
export const peopleCases: Record<string, { takes: unknown; refuses: unknown[] }> = {
  tokenVerb: { takes: 'publish', refuses: ['admin', ''] },
  tokenScope: {
    takes: { verb: 'run', projectId: uuid },
    refuses: [{ verb: 'run' }, { ...scope, verb: 'all' }, { ...scope, projectId: '*' }],
  },
  accessToken: {
    takes: accessToken,
    refuses: [
      { ...accessToken, token: 'x' },
      { ...accessToken, scopes: [{}] },
    ],
  },
  accessTokenListResponse: {
    takes: { accessTokens: [accessToken] },
    refuses: [{}, { accessTokens: Array.from({ length: 101 }, () => accessToken) }],
  },
  createAccessTokenBody: {
    takes: createToken,
    refuses: [
      ...hostile.map((name) => ({ ...createToken, name })),
      { ...createToken, name: 'x'.repeat(101) },
      { ...createToken, scopes: [] },
      { ...createToken, scopes: Array.from({ length: 65 }, () => scope) },
      { ...createToken, expiresInDays: 0 },
      { ...createToken, expiresInDays: 367 },
    ],
  },
  createAccessTokenResponse: { takes: { accessToken, token: 't' }, refuses: [{ accessToken }, { token: 't' }] },
  emailAddress: {
    takes: ' A@Example.org ',
    refuses: ['a', 'a@b', `${'x'.repeat(320)}@example.org`, 'a\0@example.org', 7],
  },
  newPassword: { takes: 'secret', refuses: ['short', 'x'.repeat(1025), 'secret\0'] },
  signUpPolicy: { takes: 'closed', refuses: ['everybody', ''] },
  signInMethods: {
    takes: methods,
    refuses: [
      { ...methods, oidc: 7 },
      { ...methods, signUp: 'x' },
    ],
  },
  lookAtLinkBody: { takes: { token: linkToken }, refuses: [{ token: 'a'.repeat(42) }, { token: `${linkToken}/` }, {}] },
  invitationResponse: { takes: { email: null, expiresAt: 1 }, refuses: [{ email: null }, { expiresAt: 1 }] },
  resetLinkResponse: { takes: { email: 'a', chooseEmail: false }, refuses: [{ email: 'a' }, { chooseEmail: true }] },
  signUpBody: {
    takes: { ...signUp, invitation: linkToken },
    refuses: [
      { ...signUp, password: 'short' },
      { ...signUp, invitation: 'x' },
      { ...signUp, name: ' ' },
      { ...signUp, role: 'admin' },
    ],
  },
  resetPasswordBody: {
    takes: { token: linkToken, password: 'secret' },
    refuses: [{ token: linkToken }, { token: linkToken, password: 'secret', email: 'x' }],
  },
  updateAccountBody: { takes: { name: 'A' }, refuses: hostile.map((name) => ({ name })) },
  session: {
    takes: session,
    refuses: [
      { ...session, token: 'x' },
      { ...session, id: 'x' },
    ],
  },
  sessionListResponse: {
    takes: { sessions: [session] },
    refuses: [{}, { sessions: Array.from({ length: 101 }, () => session) }],
  },
  deleteAccountBody: { takes: {}, refuses: [{ password: 'x'.repeat(1025) }, { password: '\0' }, { sure: true }] },
  auditEntry: {
    takes: entry,
    refuses: [
      { ...entry, details: { a: {} } },
      { ...entry, at: -1 },
    ],
  },
  auditResponse: {
    takes: { entries: [entry], next: null },
    refuses: [{ entries: [entry] }, { entries: [1], next: null }],
  },
  person: {
    takes: person,
    refuses: [
      { ...person, passwordHash: 'x' },
      { ...person, provider: 'x' },
    ],
  },
  peopleResponse: {
    takes: { people: [person], next: 'a' },
    refuses: [{ people: [person] }, { people: [{}], next: null }],
  },
  changeRoleBody: { takes: { role: 'admin' }, refuses: [{ role: 'owner' }, {}] },
  invitation: {
    takes: invitation,
    refuses: [
      { ...invitation, tokenHash: 'x' },
      { ...invitation, role: 'x' },
    ],
  },
  invitationListResponse: {
    takes: { invitations: [invitation] },
    refuses: [{}, { invitations: Array.from({ length: 201 }, () => invitation) }],
  },
  createInvitationBody: {
    takes: { email: 'a@example.org', role: 'user', expiresInDays: 7 },
    refuses: [
      { role: 'user', expiresInDays: 31 },
      { role: 'user', expiresInDays: 0 },
      { role: 'user', expiresInDays: 1, email: 'x' },
    ],
  },
  createInvitationResponse: { takes: { invitation, link: 'l' }, refuses: [{ invitation }, { link: 'l' }] },
  resetLinkCreatedResponse: { takes: { link: 'l', expiresAt: 1 }, refuses: [{ link: 'l' }, { expiresAt: 1 }] },
  ticketPurpose: { takes: 'relay', refuses: ['anything', ''] },
  createTicketBody: { takes: ticket, refuses: [{ ...ticket, projectId: 'x' }, { purpose: 'relay' }] },
  ticketResponse: { takes: { ticket: 't', expiresIn: 30 }, refuses: [{ ticket: 't' }, { ticket: 't', expiresIn: 0 }] },
};
