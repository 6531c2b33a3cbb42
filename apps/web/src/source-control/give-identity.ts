import type { User } from '@slipway/contracts';
import type { Programs } from './git-client.ts';

/** What stands there already is the person's own. */
const SCRIPT =
  '[ -e "$HOME/.gitconfig" ] || printf "[user]\\n\\tname = %s\\n\\temail = %s\\n" "$1" "$2" > "$HOME/.gitconfig"';

/** Commits in this container are of who is signed in, until they say otherwise. */
export async function giveIdentity(programs: Programs, user: Pick<User, 'name' | 'email'>): Promise<void> {
  const name = user.name === '' ? user.email.replace(/@.*$/, '') : user.name;
  try {
    const process = await programs.open({ command: 'sh', args: ['-c', SCRIPT, 'sh', quote(name), quote(user.email)] });
    await Promise.all([process.stdin.close(), process.stdout.cancel(), process.stderr.cancel(), process.exit]);
  } catch (error) {
    console.debug('Commits have no name by default:', error);
  }
}

/** A value of git-config(1) in quotes, on one line. */
export function quote(value: string): string {
  return `"${value.replace(/[\r\n]+/g, ' ').replace(/["\\]/g, '\\$&')}"`;
}
