import { type Db, getCredential } from '@slipway/db';
import { type Passwords, PasswordsBusyError } from './passwords.ts';
import { getUserByIdIn, type UserService } from './user-service.ts';

/** The product's own table (AU-05). */
export function createLocalUserService(db: Db, passwords: Passwords): UserService {
  return {
    authenticate: async ({ email, password }) => {
      const found = await getCredential(db, email);
      try {
        // An unknown address costs as much time as a wrong password, so that the clock does not tell which it was.
        const right = await passwords.verify(password, found?.passwordHash ?? passwords.decoy);
        if (found && right) return { outcome: 'authenticated', user: found.user };
        return { outcome: 'wrong', ...(found ? { personId: found.user.id } : {}) };
      } catch (error) {
        if (error instanceof PasswordsBusyError) return { outcome: 'busy' };
        throw error;
      }
    },
    // Its sessions have no token of anybody else's: nobody is asked.
    refresh: () => Promise.resolve({ outcome: 'goes-on' }),
    getUserById: getUserByIdIn(db),
  };
}
