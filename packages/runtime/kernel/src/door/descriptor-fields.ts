import type {
  ChannelEnd,
  ChannelSide,
  DescriptorEnd,
  ExecRequest,
  ListenerEnd,
  Parcel,
  SpawnDescriptor,
  SpawnRequest,
} from '../contract/messages.ts';
import { Ring } from '../memory/ring.ts';
import { type Fields, flag, integer, list, Malformed, oneOf, plain, record, sharedMemory, text } from './fields.ts';
import { LIMITS } from './limits.ts';

/** Throws `Malformed` unless it is a whole number from 0 to LIMITS.number. */
export function idOf(value: unknown, name: string): number {
  return integer(value, name, 0, LIMITS.number);
}

/** Throws `Malformed` for anything but 0 and 1. */
export function sideOf(value: unknown): ChannelSide {
  return oneOf(value, 'side', [0, 1]);
}

/** The two rings of a channel, `null` where a direction is missing. */
export function ringsOf(value: unknown): ChannelEnd['rings'] {
  const rings = list(value, 'rings', 2, (ring) => {
    if (ring === null) return null;
    const memory = sharedMemory(ring, 'rings', 0);
    if (!Ring.fits(memory, LIMITS.ring)) throw new Malformed('"rings" has memory that is no ring');
    return memory;
  });
  if (rings.length !== 2) throw new Malformed('"rings" has not two entries');
  return [rings[0] ?? null, rings[1] ?? null];
}

/** An end that is handed on. The kernel knows a channel's rings itself: what the sender says of them is dropped. */
export function descriptorOf(value: unknown): DescriptorEnd {
  const fields = record(value, 'descriptor');
  switch (fields['kind']) {
    case 'channel':
      return {
        kind: 'channel',
        id: idOf(fields['id'], 'id'),
        side: sideOf(fields['side']),
        rings: [null, null],
        as: oneOf(fields['as'], 'as', ['pipe', 'tcp', 'tty']),
      };
    case 'file':
      return {
        kind: 'file',
        ino: idOf(fields['ino'], 'ino'),
        flags: idOf(fields['flags'], 'flags'),
        offset: sharedMemory(fields['offset'], 'offset', Float64Array.BYTES_PER_ELEMENT),
      };
    case 'device':
      return { kind: 'device', device: oneOf(fields['device'], 'device', ['null', 'zero', 'random']) };
    default:
      throw new Malformed('"kind" has a value that is not known');
  }
}

/** An open end or a listener; throws `Malformed`. */
export function parcelOf(value: unknown): Parcel {
  const fields = record(value, 'parcel');
  const end = record(fields['end'], 'end');
  const read: DescriptorEnd | ListenerEnd =
    end['kind'] === 'listener' ? { kind: 'listener', listener: idOf(end['listener'], 'listener') } : descriptorOf(end);
  return { end: read, label: plain(fields['label'], 'label', LIMITS.label) };
}

/** Texts by name, at most `most` units of names, values and what execve(2) adds. */
export function environmentOf(value: unknown, most: number, mostEach = most): Readonly<Record<string, string>> {
  let left = most;
  // Counted while reading: the total is what matters, and large ones are refused early.
  return Object.fromEntries(
    Object.entries(record(value, 'env')).map(([name, entry]) => {
      left -= name.length + 1 + text(entry, 'env', mostEach).length + LIMITS.perArgument;
      if (left < 0) throw new Malformed(`"env" is larger than ${most}`, true);
      return [name, entry as string];
    }),
  );
}

/** Arguments as execve(2) takes them. */
export function argumentsOf(value: unknown, name: string): readonly string[] {
  let left: number = LIMITS.arguments;
  // No more entries than empty arguments would fill the limit.
  return list(value, name, Math.floor(LIMITS.arguments / LIMITS.perArgument), (entry) => {
    const argument = text(entry, name, LIMITS.argument);
    left -= argument.length + LIMITS.perArgument;
    if (left < 0) throw new Malformed(`"${name}" is larger than ${LIMITS.arguments}`, true);
    return argument;
  });
}

/** Throws `Malformed`: a worker is not trusted to send the right shape. */
export function execRequestOf(value: unknown): ExecRequest {
  const fields = record(value, 'request');
  const argv = argumentsOf(fields['argv'], 'argv');
  // execve(2) has one limit for arguments and environment together.
  const used = argv.reduce((sum, argument) => sum + argument.length + LIMITS.perArgument, 0);
  const umask = fields['umask'];
  return {
    file: text(fields['file'], 'file', LIMITS.argument),
    argv,
    env: environmentOf(fields['env'], LIMITS.arguments - used, LIMITS.argument),
    cwd: text(fields['cwd'], 'cwd', LIMITS.path),
    descriptors: list(fields['descriptors'], 'descriptors', LIMITS.descriptors, spawnDescriptorOf),
    ...(umask === undefined ? {} : { umask: integer(umask, 'umask', 0, 0o777) }),
  };
}

/** As for exec, with the group, how it is reaped and whether it takes the terminal. Throws `Malformed`. */
export function spawnRequestOf(value: unknown): SpawnRequest {
  const fields = record(value, 'request');
  const foreground = fields['foreground'];
  return {
    ...execRequestOf(fields),
    group: groupOf(fields['group']),
    reap: oneOf(fields['reap'], 'reap', ['message', 'wait']),
    ...(foreground === undefined ? {} : { foreground: flag(foreground, 'foreground') }),
  };
}

function spawnDescriptorOf(value: unknown): SpawnDescriptor {
  // A hole in the list is a closed number.
  return value === null || value === undefined ? null : descriptorOf(value);
}

function groupOf(value: unknown): SpawnRequest['group'] {
  if (typeof value === 'string') return oneOf(value, 'group', ['inherit', 'new-group', 'new-session']);
  const fields: Fields = record(value, 'group');
  return { join: integer(fields['join'], 'join', 1, LIMITS.number) };
}
