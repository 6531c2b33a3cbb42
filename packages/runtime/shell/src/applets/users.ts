import type { Vfs } from '@slipway/vfs';
import { decodeLossy } from '../io/text.ts';

/**
 * Names of users and groups from /etc; the ids themselves where there is none.
 * Read at the first question and then kept: make one for each run of a command.
 */
export function createNameLookup(fs: Vfs): { user(uid: number): string; group(gid: number): string } {
  const read = (path: string): Map<number, string> => {
    const bytes = fs.readFile(path);
    const names = new Map<number, string>([[0, 'root']]);
    if (typeof bytes === 'number') return names;
    for (const line of decodeLossy(bytes).split('\n')) {
      const [name, , id] = line.split(':');
      if (name !== undefined && name !== '' && id !== undefined) names.set(Number(id), name);
    }
    return names;
  };
  let users: Map<number, string> | undefined;
  let groups: Map<number, string> | undefined;
  return {
    user: (uid) => (users ??= read('/etc/passwd')).get(uid) ?? String(uid),
    group: (gid) => (groups ??= read('/etc/group')).get(gid) ?? String(gid),
  };
}
