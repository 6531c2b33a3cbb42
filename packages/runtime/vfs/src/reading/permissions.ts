import { OpenFlags } from '@slipway/posix';
import { Permission } from '../memory/layout.ts';

/** What open(2) with these flags asks of the mode of a file that is there. */
export function mayOpen(mode: number, flags: number): boolean {
  const access = flags & OpenFlags.accmode;
  let wanted = 0;
  if (access !== OpenFlags.wronly) wanted |= Permission.read;
  // O_TRUNC writes, whatever the access mode says.
  if (access !== OpenFlags.rdonly || (flags & OpenFlags.trunc) !== 0) wanted |= Permission.write;
  return (mode & wanted) === wanted;
}
