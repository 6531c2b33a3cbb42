import type { Foreign, Realm } from '../realm/realm.ts';

/** The same for every process: nothing in a container is root. */
export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly username: string;
  readonly homedir: string;
  readonly shell: string;
}

/** Where there is no /etc/passwd at all. */
const ROOT: User = { uid: 0, gid: 0, username: 'root', homedir: '/root', shell: '/bin/sh' };

/** getpwuid(3) of this process: the user whom USER names, else the first of /etc/passwd, else root. */
export function currentUser(realm: Realm): User {
  // Read anew each time: a program may edit the file, and it is asked for rarely.
  const users = readUsers(realm);
  return users.find((user) => user.username === realm.sys.start.env['USER']) ?? users[0] ?? ROOT;
}

function readUsers(realm: Realm): User[] {
  const bytes = realm.sys.fs.readFile('/etc/passwd');
  if (typeof bytes === 'number') return [];
  const lines = new realm.host.classes.TextDecoder()
    .decode(bytes)
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => {
    // Fields of passwd(5): name, password, uid, gid, comment, home, shell.
    const [username = '', , uid = '0', gid = '0', , homedir = '/', shell = '/bin/sh'] = line.split(':');
    return { uid: Number(uid), gid: Number(gid), username, homedir, shell };
  });
}

/** getgrnam(3): the number of a group in /etc/group, `undefined` where it is not there. */
function groupId(realm: Realm, name: string): number | undefined {
  const bytes = realm.sys.fs.readFile('/etc/group');
  if (typeof bytes === 'number') return undefined;
  const line = new realm.host.classes.TextDecoder()
    .decode(bytes)
    .split('\n')
    .find((entry) => entry.split(':')[0] === name);
  return line === undefined ? undefined : Number(line.split(':')[2]);
}

/** ErrnoException, src/api/exceptions.cc: the words of strerror(3) and a positive errno. */
function notPermitted(syscall: string): Error {
  return Object.assign(new Error('EPERM, Operation not permitted'), { errno: 1, code: 'EPERM', syscall });
}

/**
 * internalBinding('credentials'). Reference: src/node_credentials.cc.
 *
 * Every process is the one user that the container's environment names, looked
 * up in /etc/passwd. Every file is that user's, too: see `VfsClientOptions.as`.
 */
export function createCredentialsBinding(realm: Realm): Foreign {
  const uid = (): number => currentUser(realm).uid;
  const gid = (): number => currentUser(realm).gid;

  /**
   * setuid(2) and friends for a process that is not root: 0 where nothing would
   * change, 1 (wanting "unknown credential") for a name nobody has, else EPERM.
   */
  const setter = (syscall: string, current: () => number, field: 'uid' | 'gid') => (wanted: string | number) => {
    const named = (name: string): number | undefined =>
      field === 'gid' ? groupId(realm, name) : readUsers(realm).find((user) => user.username === name)?.uid;
    const id = typeof wanted === 'number' ? wanted : named(wanted);
    if (id === undefined) return 1;
    // Root may change to anybody, but there is nobody else to be: it stays what it is.
    if (id === current() || uid() === 0) return 0;
    throw notPermitted(syscall);
  };

  return {
    implementsPosixCredentials: true,
    /** secure_getenv(3): the live environment. */
    safeGetenv(name: string) {
      // Bootstrap may ask before there is a process: nothing is set then.
      const env: Record<string, string | undefined> = realm.started ? realm.process.env : {};
      return env[name];
    },
    /** What os.tmpdir() answers: the first of these that is set, without a trailing slash. */
    getTempDir() {
      const env = realm.process.env as Record<string, string | undefined>;
      // lib takes /tmp where this is empty.
      const directory = env['TMPDIR'] || env['TMP'] || env['TEMP'] || '';
      return directory.length > 1 && directory.endsWith('/') ? directory.slice(0, -1) : directory;
    },
    getuid: uid,
    geteuid: uid,
    getgid: gid,
    getegid: gid,
    getgroups: () => [gid()],
    setuid: setter('setuid', uid, 'uid'),
    seteuid: setter('seteuid', uid, 'uid'),
    setgid: setter('setgid', gid, 'gid'),
    setegid: setter('setegid', gid, 'gid'),
    /** SetGroups: the position (from 1) of a group nobody knows, else what setgroups(2) says. */
    setgroups(groups: readonly (string | number)[]) {
      const unknown = groups.findIndex((group) => typeof group === 'string' && groupId(realm, group) === undefined);
      if (unknown !== -1) return unknown + 1;
      if (uid() !== 0) throw notPermitted('setgroups');
      return 0;
    },
    /** InitGroups: 1 for a user, 2 for a group nobody knows. A user's name is not looked up. */
    initgroups(user: string | number, extraGroup: string | number) {
      if (typeof user === 'number' && !readUsers(realm).some((known) => known.uid === user)) return 1;
      if (typeof extraGroup === 'string' && groupId(realm, extraGroup) === undefined) return 2;
      if (uid() !== 0) throw notPermitted('initgroups');
      return 0;
    },
  };
}
