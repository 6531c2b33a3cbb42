import { describe, expect, it } from 'vitest';
import { loginBody, user } from './index.ts';

describe('messages', () => {
  it('AU-01 an email is normalised, a short password refused', () => {
    expect(loginBody.parse({ email: ' Ann@Example.ORG ', password: 'secret' }).email).toBe('ann@example.org');
    expect(loginBody.safeParse({ email: 'ann', password: 'secret' }).success).toBe(false);
    expect(loginBody.safeParse({ email: 'ann@example.org', password: 'short' }).success).toBe(false);
  });

  it('AU-03 a user with a field too many is refused', () => {
    const ann = { id: '1', email: 'a@b.c', name: 'Ann', role: 'user', createdAt: 1 };
    expect(user.safeParse(ann).success).toBe(true);
    expect(user.safeParse({ ...ann, passwordHash: 'x' }).success).toBe(false);
  });
});
