import type { ImportEntry } from '@slipway/vfs';
import { PROGRAMS } from '@slipway/kernel';

/** Where the official Docker image of Node has it. */
export const NODE_PATH = '/usr/local/bin/node';
/** PATH of Debian's root, so that scripts find what they find elsewhere. */
export const SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** The working directory is a folder in it, so both outlive the page together. */
export const HOME = '/home';
/** Name in /etc/passwd and in USER and LOGNAME: no program of a container is root. */
export const USER = 'user';
/** Everything in a container belongs to its one user. */
export const USER_IDS = { uid: 1000, gid: 1000 } as const;

/** What outlives the page where that is asked for: without what npm fetches again from the mirror. */
export const KEPT_HOME = { root: HOME, without: [`${HOME}/.npm/_cacache`, `${HOME}/.npm/_logs`] } as const;

const markerOf = (image: 'node' | 'shell'): Uint8Array => new TextEncoder().encode(`${PROGRAMS[image].marker}\n`);

const text = (path: string, content: string, mode = 0o644): ImportEntry => ({
  type: 'file',
  path,
  bytes: new TextEncoder().encode(content),
  mode,
});

/**
 * The small part of a Linux system that programs look at: folders, the images
 * by name, a user, a host name. npm comes in the base image (base-image.ts).
 */
export function* systemFiles(commands: readonly string[]): Generator<ImportEntry> {
  for (const path of [
    '/bin',
    '/dev',
    '/etc',
    HOME,
    '/proc',
    '/proc/self',
    '/proc/sys',
    '/proc/sys/kernel',
    '/root',
    '/tmp',
    '/usr',
    '/usr/bin',
    '/usr/local',
    '/usr/local/bin',
    '/usr/local/lib',
    '/usr/local/lib/node_modules',
    '/usr/sbin',
    '/var',
    '/var/tmp',
    // What an embedder notes about a run, beside the project folder and not in it.
    '/workspace',
    '/workspace/run',
  ]) {
    yield { type: 'directory', path, mode: path === '/tmp' || path === '/var/tmp' ? 0o1777 : 0o755 };
  }
  for (const device of ['null', 'zero', 'random', 'urandom', 'tty', 'stdin', 'stdout', 'stderr'])
    yield text(`/dev/${device}`, '', 0o666);
  yield text(
    '/etc/passwd',
    [
      'root:x:0:0:root:/root:/bin/sh',
      `${USER}:x:${USER_IDS.uid}:${USER_IDS.gid}::${HOME}:/bin/jsh`,
      'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
      '',
    ].join('\n'),
  );
  yield text('/etc/group', `root:x:0:\n${USER}:x:${USER_IDS.gid}:\nnogroup:x:65534:\n`);
  yield text('/etc/hosts', '127.0.0.1\tlocalhost\n::1\tlocalhost\n');
  yield text('/etc/hostname', 'slipway\n');
  yield text('/proc/sys/kernel/hostname', 'slipway\n');
  yield text('/etc/os-release', 'NAME="Slipway"\nID=slipway\nPRETTY_NAME="Slipway container"\n');
  yield { type: 'file', path: NODE_PATH, bytes: markerOf('node'), mode: 0o755 };
  const shell = markerOf('shell');
  for (const name of ['sh', 'jsh', 'bash']) yield { type: 'file', path: `/bin/${name}`, bytes: shell, mode: 0o755 };
  for (const name of commands) {
    // Scripts name env and others by either folder.
    yield { type: 'file', path: `/bin/${name}`, bytes: shell, mode: 0o755 };
    yield { type: 'link', path: `/usr/bin/${name}`, target: `/bin/${name}` };
  }
  for (const name of ['sh', 'bash', 'node'])
    yield { type: 'link', path: `/usr/bin/${name}`, target: name === 'node' ? NODE_PATH : `/bin/${name}` };
}
