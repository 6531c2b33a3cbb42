import type { DescriptorEnd, SpawnDescriptor, StreamDescriptor } from '@slipway/kernel';
import type { RingStreamHandle } from '../net/ring-stream-handle.ts';
import type { Foreign, Realm } from '../realm/realm.ts';

/** One entry of `stdio` as lib/internal/child_process.js normalises it. */
export type StdioEntry =
  | { readonly type: 'ignore' }
  | {
      readonly type: 'pipe' | 'overlapped';
      readonly handle?: RingStreamHandle;
      readonly ipc?: boolean;
      /** As the child sees it: `writable: false` on descriptor 1 means that nobody reads what it writes. */
      readonly readable?: boolean;
      readonly writable?: boolean;
      /** For spawnSync: all that the child will read. */
      readonly input?: Uint8Array;
    }
  | { readonly type: 'inherit' | 'fd'; readonly fd: number }
  | { readonly type: 'wrap'; readonly handle: RingStreamHandle };

/** A pipe to a child: the parent's end and, until `release`, the child's. */
export interface ChildPipe {
  /** The parent's end, already one of its descriptors. */
  readonly fd: number;
  /** The child's end, for the spawn to hand over; `null` where the child gets none. */
  readonly end: DescriptorEnd | null;
  /** Gives up the child's end in this process; after the spawn, whether it worked or not. */
  release(): void;
}

const DEV_NULL: DescriptorEnd = { kind: 'device', device: 'null' };

/**
 * A connection for the child's descriptor `index`. The first three go one way; any further one, and an IPC channel,
 * goes both ways like libuv's socket pairs. The parent's end is a descriptor that its handle closes; the child's
 * end must be released here, or the parent never reads an end of file.
 */
export function openChildPipe(realm: Realm, index: number, bothWays: boolean): ChildPipe {
  const { descriptors } = realm.sys;
  if (bothWays || index > 2) {
    const [own, childs] = descriptors.pair('pipe');
    return { fd: descriptors.install(own), end: childs.end, release: () => descriptors.releaseStream(childs) };
  }
  const { read, write } = descriptors.pipe();
  const [own, childs] = index === 0 ? [write, read] : [read, write];
  return {
    fd: own,
    end: descriptors.endOf(childs),
    release: () => {
      descriptors.close(childs);
    },
  };
}

/** The parent's own end; /dev/null for a standard descriptor that would be closed, else null. */
export function sharedDescriptor(realm: Realm, index: number, entry: StdioEntry): SpawnDescriptor {
  switch (entry.type) {
    case 'inherit':
    case 'fd':
      return realm.sys.descriptors.endOf(entry.fd);
    case 'wrap':
      // The child shares the connection; this handle goes on using it as well.
      return realm.sys.descriptors.endOf(entry.handle.fd);
    default:
      // UV_IGNORE: the standard descriptors are never left closed.
      return index < 3 ? DEV_NULL : null;
  }
}

/** `['A=1', …]` -> environment; the first of two equal names counts, as for getenv(3). */
export function environmentOf(realm: Realm, pairs: readonly string[] | undefined): Readonly<Record<string, string>> {
  if (pairs === undefined) return { ...(realm.process as Foreign).env };
  const env: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const pair of pairs) {
    // From 1: a name may begin with `=`, as Windows' hidden variables do.
    const at = pair.indexOf('=', 1);
    const name = at < 0 ? pair : pair.slice(0, at);
    if (at > 0 && !(name in env)) env[name] = pair.slice(at + 1);
  }
  return env;
}

/** Both rings of a parent's end; throws for anything but a stream, which would be a bug of ours. */
export function streamOf(realm: Realm, fd: number): StreamDescriptor {
  const descriptor = realm.sys.descriptors.get(fd);
  if (descriptor?.kind !== 'stream') throw new Error(`Cannot use descriptor ${fd}: it is not a stream`);
  return descriptor;
}
