import type { MemberType, TarMember } from './tar-header.ts';

/** Of the first column; a hard link is `h`, which ls does not know. */
const LETTERS: Readonly<Record<MemberType, string>> = {
  '0': '-',
  '1': 'h',
  '2': 'l',
  '3': 'c',
  '4': 'b',
  '5': 'd',
  '6': 'p',
};
/** Columns of owner and size together, which grow with what they hold; GNU begins with these. */
const OWNER_AND_SIZE = 19;

/** In the columns of GNU tar: bits, owner, size, time, name. */
export function describeMember(member: TarMember): string {
  const { type, mode, owner, group, uid, gid, size, mtime, name, linkName } = member;
  const bits = [6, 3, 0].map((shift) => {
    const three = mode >> shift;
    return `${three & 4 ? 'r' : '-'}${three & 2 ? 'w' : '-'}${three & 1 ? 'x' : '-'}`;
  });
  const who = `${owner || uid}/${group || gid}`;
  const padded = String(size).padStart(Math.max(0, OWNER_AND_SIZE - who.length - 1));
  const arrow = type === '2' ? ` -> ${linkName}` : type === '1' ? ` link to ${linkName}` : '';
  return `${LETTERS[type]}${bits.join('')} ${who} ${padded} ${dateOf(mtime)} ${name}${arrow}`;
}

/** In the container's time zone, as GNU tar shows it. */
function dateOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
