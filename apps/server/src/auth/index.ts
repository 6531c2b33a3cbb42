/** What other features take of signing in. */
export { type Access, mayDo, scopesAllow } from '../http/access.ts';
export { authenticateToken } from './authenticate-token.ts';
export { acceptTicket, issueTicket } from './tickets.ts';
