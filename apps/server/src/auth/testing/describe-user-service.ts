import { type SessionResponse, sessionResponse } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer, TestServer } from '../../testing.ts';

/** A server whose people are looked after by one service, and what happens to them there. */
export interface UserServiceStand {
  tested: TestServer;
  /** `ann@example.org` and `bob@example.org` exist, with the password "correct horse". */
  signIn(email: string, password: string): Promise<{ cookie: string } | 'refused'>;
  /** The person is no more, for who vouches for her. */
  remove(email: string): Promise<void>;
  /** Undefined where the database itself vouches: `database-away.pg.test.ts` takes that away. */
  goDown?(): Promise<void>;
  comeBack?(): Promise<void>;
  close(): Promise<void>;
}

/** What holds whoever vouches for people (AU-05, SV-13): every service passes the same. */
export function describeUserService(name: string, start: () => Promise<UserServiceStand>): void {
  describe(`people of ${name}`, () => {
    let stand: UserServiceStand;
    beforeAll(async () => void (stand = await start()), 60_000);
    afterAll(() => stand.close());
    beforeEach(() => stand.tested.database.db.execute(sql`delete from sign_in_attempts`));

    const refresh = (cookie: string) =>
      stand.tested.callApi('POST', '/api/v1/auth/refresh', { json: {}, headers: { cookie } });
    const cookieOf = (answer: Answer) => /^([^;]+)/.exec(answer.headers['set-cookie']?.[0] ?? '')?.[1] ?? '';
    const enter = async (email: string): Promise<{ cookie: string; data: SessionResponse['data'] }> => {
      const signedIn = await stand.signIn(email, 'correct horse');
      if (signedIn === 'refused') throw new Error(`Cannot sign in as "${email}": refused`);
      const answer = await refresh(signedIn.cookie);
      return { cookie: cookieOf(answer), data: sessionResponse.parse(answer.json()).data };
    };
    /** As if a minute had gone by: who vouches is asked again. */
    const aMinuteLater = () =>
      stand.tested.database.db.execute(sql`update refresh_families set upstream_checked_at = 1`);

    it('AU-05 SV-13 AU-03 the right proof signs in, with five fields and the same account each time', async () => {
      const first = await enter('ann@example.org');
      expect(first.data.user).toMatchObject({ email: 'ann@example.org', name: 'Ann', role: 'user' });
      const me = await stand.tested.call('GET', '/api/v1/auth/me', { token: first.data.accessToken });
      expect(me.json()).toEqual({ user: first.data.user });
      const second = await enter('ann@example.org');
      expect(second.data.user.id).toBe(first.data.user.id);
      expect((await enter('bob@example.org')).data.user.id).not.toBe(first.data.user.id);
    });

    it('AU-05 AU-08 the wrong one does not, nor does an unknown person', async () => {
      expect(await stand.signIn('ann@example.org', 'wrong horse')).toBe('refused');
      expect(await stand.signIn('eve@example.org', 'correct horse')).toBe('refused');
    });

    it('AU-04 AU-05 AU-09 a session goes on while who vouches says so, in two tabs at once, and its tokens stay here', async () => {
      let { cookie } = await enter('ann@example.org');
      for (let round = 0; round < 3; round++) {
        await aMinuteLater();
        const tabs = await Promise.all([refresh(cookie), refresh(cookie)]);
        expect(tabs.map(({ status }) => status)).toEqual([200, 200]);
        cookie = cookieOf(tabs[0]!);
      }
      const stored = await stand.tested.database.db.execute<{ token: string | null }>(
        sql`select upstream_token as token from refresh_families`,
      );
      for (const { token } of stored) expect(token === null || token.startsWith('sb1.')).toBe(true);
    });

    it('AU-04 SV-13 while nobody vouches because nobody answers, 503, and the cookie is as good afterwards', async () => {
      if (!stand.goDown || !stand.comeBack) return;
      const { cookie } = await enter('ann@example.org');
      await aMinuteLater();
      await stand.goDown();
      for (const path of ['/api/v1/auth/refresh', '/api/v1/open']) {
        const answer = await stand.tested.callApi('POST', path, { json: {}, headers: { cookie } });
        expect([answer.status, answer.json()], path).toMatchObject([503, { message: 'Network error' }]);
        expect(answer.headers['set-cookie'], path).toBeUndefined();
      }
      expect(await stand.signIn('ann@example.org', 'correct horse')).toBe('refused');
      await stand.comeBack();
      expect((await refresh(cookie)).status).toBe(200);
    });

    // Last: it takes a person away.
    it('AU-04 AU-05 the session of a person who is no more ends: 401, and the cookie is cleared', async () => {
      const { cookie } = await enter('bob@example.org');
      await stand.remove('bob@example.org');
      await aMinuteLater();
      const answer = await refresh(cookie);
      expect([answer.status, answer.json()]).toMatchObject([401, { message: 'Invalid or expired refresh token' }]);
      expect(answer.headers['set-cookie']![0]).toContain('Max-Age=0');
      expect(await stand.signIn('bob@example.org', 'correct horse')).toBe('refused');
    });
  });
}
