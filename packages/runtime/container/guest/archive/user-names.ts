import { existsSync, readFileSync } from 'node:fs';

/** Small in a container, and read once for an archive. */
const PASSWD = '/etc/passwd';

/** Names of users by number, as /etc/passwd has them; groups of users bear the same. */
export function userNames(): (id: number) => string {
  const lines = existsSync(PASSWD) ? readFileSync(PASSWD, 'utf8').split('\n') : [];
  const names = new Map(lines.map((line) => line.split(':')).map(([name = '', , id]) => [Number(id), name]));
  return (id) => names.get(id) ?? '';
}
