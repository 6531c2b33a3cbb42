import { cleanPersonPart, encodeCommit } from '@slipway/git';
import type { ObjectStore } from './trees/object-store.ts';

/** Committer and author are one; there is no signature. */
export interface CommitFacts {
  tree: string;
  parents: readonly string[];
  /** The person whose project it is. */
  author: { name: string; email: string };
  timeSeconds: number;
  message: string;
}

/** Always in UTC, so that equal facts give an equal id on every machine. */
export function makeCommit(objects: ObjectStore, { tree, parents, author, timeSeconds, message }: CommitFacts): string {
  const person = {
    name: cleanPersonPart(author.name) || 'Unknown',
    email: cleanPersonPart(author.email),
    timeSeconds,
    zone: '+0000',
  };
  return objects.put(
    'commit',
    encodeCommit({
      tree,
      parents,
      author: person,
      committer: person,
      // A NUL would end the message for git; half a character has no bytes.
      message: `${message.toWellFormed().replaceAll('\0', '\ufffd').trimEnd()}\n`,
    }),
  );
}
