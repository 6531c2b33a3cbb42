import { randomBytes, scryptSync } from 'node:crypto';
import type { SessionResponse } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { TestServer } from '../../testing.ts';

/** A person with a password whose hash is quick to make and to verify, who is signed in. */
export async function makePerson(
  tested: TestServer,
  email: string,
  role: 'user' | 'admin' = 'user',
): Promise<{ id: string; token: string; cookie: string }> {
  const id = await storePerson(tested, email, role);
  const { token, cookie } = await signIn(tested, email);
  return { id, token, cookie };
}

/** Of everybody that `makePerson` makes. */
export const testPassword = 'correct horse';

/** As an earlier server with smaller parameters would have stored it. */
export async function storePerson(tested: TestServer, email: string, role: 'user' | 'admin' = 'user'): Promise<string> {
  const salt = randomBytes(16);
  const key = scryptSync(testPassword, salt, 32, { N: 1024, r: 8, p: 1 });
  const hash = `scrypt$1024$8$1$${salt.toString('base64url')}$${key.toString('base64url')}`;
  const [row] = await tested.database.db.execute<{ id: string }>(sql`
    with made as (insert into users (email, name, role) values (${email}, 'Test', ${role}) returning id)
    insert into credentials (user_id, password_hash) select id, ${hash} from made returning user_id as id`);
  return row!.id;
}

/** Signs in with the password of `makePerson`, or another one. */
export async function signIn(
  tested: TestServer,
  email: string,
  password = testPassword,
): Promise<{ token: string; cookie: string }> {
  const answer = await tested.callApi('POST', '/api/v1/auth/login', { json: { email, password } });
  if (answer.status !== 200) throw new Error(`Cannot sign in as "${email}": ${answer.text}`);
  const cookie = /^([^;]+)/.exec(answer.headers['set-cookie']?.[0] ?? '')?.[1] ?? '';
  return { token: answer.json<SessionResponse>().data.accessToken, cookie };
}
