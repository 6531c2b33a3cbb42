import { GitError } from './git-error.ts';

/** Who made a commit or tag, and when: seconds since 1970 and the zone as it stands there (`+0200`). */
export interface Person {
  name: string;
  email: string;
  timeSeconds: number;
  zone: string;
}

const PERSON = /^([^<>\n]*) <([^<>\n]*)> (0|[1-9]\d{0,14}) ([+-]\d{4})$/;

/** The text of an `author`, `committer` or `tagger` line without its first word. */
export function parsePerson(text: string): Person {
  const [, name, email, time, zone] = PERSON.exec(text) ?? [];
  if (name === undefined || email === undefined || time === undefined || zone === undefined)
    throw new GitError('bad-person', `Cannot read author ${JSON.stringify(text.slice(0, 300))}`);
  return { name, email, timeSeconds: Number(time), zone };
}

/** The line of {@link parsePerson}. Signs that would end it are refused. */
export function encodePerson({ name, email, timeSeconds, zone }: Person): string {
  const line = `${name} <${email}> ${timeSeconds} ${zone}`;
  if (!PERSON.test(line) || line.includes('\0'))
    throw new GitError('bad-person', `Cannot write author ${JSON.stringify(line.slice(0, 300))}`);
  return line;
}

/** A name or address without the signs that git has no room for, as git itself cleans them. */
export function cleanPersonPart(text: string): string {
  return text
    .toWellFormed()
    .replace(/[<>\n\0]/g, '')
    .replace(/^[\s.,:;"'\\]+|[\s.,:;"'\\]+$/g, '');
}
