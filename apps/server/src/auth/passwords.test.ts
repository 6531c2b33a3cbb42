import { pbkdf2, randomBytes, scryptSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { createPasswords, PasswordsBusyError } from './passwords.ts';

/** As an earlier server with smaller parameters would have stored it. */
function cheapHash(password: string): string {
  const salt = randomBytes(16);
  return `scrypt$1024$8$1$${salt.toString('base64url')}$${scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 }).toString('base64url')}`;
}

it('a hash says how it was made, and a composed password is the same as a decomposed one', async () => {
  const passwords = createPasswords();
  const hash = cheapHash('caf\u00e9s and more');
  expect(await passwords.verify('cafe\u0301s and more', hash)).toBe(true);
  expect(await passwords.verify('cafes and more', hash)).toBe(false);
  expect(await passwords.hash('x')).toMatch(/^scrypt\$131072\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  expect(passwords.decoy).toMatch(/^scrypt\$131072\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
}, 60_000);

it('SV-09 passwords are hashed one after the other, and past the queue refused', async () => {
  const passwords = createPasswords({ atOnce: 1, waiting: 2 });
  const hash = cheapHash('right');
  const order: number[] = [];
  const results = await Promise.allSettled(
    Array.from({ length: 6 }, (_, at) => passwords.verify('right', hash).finally(() => order.push(at))),
  );
  expect(
    results.map((result) =>
      result.status === 'fulfilled' ? result.value : result.reason instanceof PasswordsBusyError,
    ),
  ).toEqual([true, true, true, true, true, true]);
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
    'rejected',
  ]);
  // The refused ones at once, the others in turn.
  expect(order).toEqual([3, 4, 5, 0, 1, 2]);
  expect(await passwords.verify('right', hash)).toBe(true);
});

it('SV-09 hashing waits for none of the threads that read files, and they not for it', async () => {
  const passwords = createPasswords();
  const hash = cheapHash('right');
  expect(await passwords.verify('right', hash)).toBe(true);
  const ends: string[] = [];
  // All four threads of Node's own pool, for some seconds each.
  const busy = Array.from(
    { length: 4 },
    () =>
      new Promise<void>((resolve) =>
        pbkdf2('x', 'y', 3_000_000, 64, 'sha512', () => {
          ends.push('pool');
          resolve();
        }),
      ),
  );
  for (let at = 0; at < 3; at++) {
    expect(await passwords.verify('right', hash)).toBe(true);
    ends.push('password');
  }
  await Promise.all(busy);
  expect(ends.slice(0, 3)).toEqual(['password', 'password', 'password']);
}, 60_000);

it('SV-09 a thread that cannot derive says so, and the next password is hashed', async () => {
  const passwords = createPasswords();
  const salt = randomBytes(16).toString('base64url');
  // Not a power of two.
  await expect(passwords.verify('x', `scrypt$1000$8$1$${salt}$${salt}`)).rejects.toThrow(/^Cannot hash a password: /);
  expect(await passwords.verify('right', cheapHash('right'))).toBe(true);
});
