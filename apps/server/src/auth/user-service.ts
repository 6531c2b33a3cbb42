import type { User } from '@slipway/contracts';
import { type Db, getUser } from '@slipway/db';

/** `wrong` is one answer for a wrong password and for an unknown address. */
export type SignInResult =
  /** `upstreamToken` is what the vouching service wants to see when the session goes on; it is stored sealed. */
  | { outcome: 'authenticated'; user: User; upstreamToken?: string }
  /** `personId` of the account that it was tried on, for its audit log. */
  | { outcome: 'wrong'; personId?: string }
  | { outcome: 'busy' }
  /** A service said no in words of its own. */
  | { outcome: 'refused'; status: number; code: string; message: string }
  | { outcome: 'away'; message: string };

/** `upstreamToken` replaces the stored one; without it the old one is sent the next time, too. */
export type GoOnResult =
  | { outcome: 'goes-on'; upstreamToken?: string }
  | { outcome: 'ended' }
  /** Nobody knows: the session stays as it is. */
  | { outcome: 'away'; message: string };

/**
 * Who vouches for people (AU-05): the product's own table, an upstream user service, an identity provider. `Proof` is
 * what a person brings: address and password, or what an identity provider sent along. Accounts are rows of `users` in
 * any case.
 */
export interface UserService<Proof = { email: string; password: string }> {
  authenticate(proof: Proof): Promise<SignInResult>;
  /** Asked once a minute at most, with the token of the last answer. */
  refresh(session: { subject: string; upstreamToken: string }): Promise<GoOnResult>;
  getUserById(userId: string): Promise<User | undefined>;
}

/** Accounts are ours, whoever vouches for them. */
export const getUserByIdIn = (db: Db) => (userId: string) => getUser(db, userId);
