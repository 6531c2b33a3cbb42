import type { User } from '@slipway/contracts';
import { type Db, getCredential, getUser } from '@slipway/db';
import { hashPassword, verifyPassword } from './passwords.ts';

/** Where users are kept (AU-05). The product's own table is the default; an upstream service can stand in. */
export interface UserService {
  authenticate(email: string, password: string): Promise<{ outcome: 'authenticated'; user: User } | { outcome: 'wrong' }>;
  getUserById(userId: string): Promise<User | undefined>;
}

export function createLocalUserService(db: Db): UserService {
  let decoy: Promise<string> | undefined;
  return {
    authenticate: async (email, password) => {
      const found = await getCredential(db, email);
      // An unknown address costs as much time as a wrong password, so that the clock does not tell which it was.
      const hash = found?.passwordHash ?? (await (decoy ??= hashPassword('decoy')));
      const right = await verifyPassword(password, hash);
      return found && right ? { outcome: 'authenticated', user: found.user } : { outcome: 'wrong' };
    },
    getUserById: (userId) => getUser(db, userId),
  };
}
