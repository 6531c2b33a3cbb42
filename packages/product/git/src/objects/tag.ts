import { GitError } from './git-error.ts';
import { decodeHeaders, encodeHeaders, type Header } from './headers.ts';
import { isObjectType, isOid, type ObjectType, type Oid, parseOid } from './oid.ts';
import { encodePerson, parsePerson, type Person } from './person.ts';

/** An annotated tag. The first ones ever made have no tagger. */
export interface Tag {
  object: Oid;
  type: ObjectType;
  tag: string;
  tagger?: Person;
  extra?: readonly Header[];
  message: string;
}

/** As `encodeCommit`: a decoded tag comes out byte by byte. */
export function encodeTag({ object, type, tag, tagger, extra = [], message }: Tag): Uint8Array {
  if (tag === '' || /[\n\0]/.test(tag))
    throw new GitError('bad-tag', `Cannot write tag ${JSON.stringify(tag.slice(0, 300))}: no such name`);
  return encodeHeaders(
    [
      ['object', parseOid(object)],
      ['type', type],
      ['tag', tag],
      ...(tagger ? [['tagger', encodePerson(tagger)] as const] : []),
      ...extra,
    ],
    message,
  );
}

/** Throws `bad-tag` for headers that are missing or in another order; an old tag has no tagger. */
export function decodeTag(bytes: Uint8Array): Tag {
  const { headers, message } = decodeHeaders(bytes, 'bad-tag');
  const { object, type, tag, rest } = takeTarget(headers);
  const tagger = rest[0]?.[0] === 'tagger' ? rest[0][1] : undefined;
  const extra = tagger === undefined ? rest : rest.slice(1);
  return {
    object,
    type,
    tag,
    ...(tagger === undefined ? {} : { tagger: parsePerson(tagger) }),
    ...(extra.length === 0 ? {} : { extra }),
    message,
  };
}

/** What a tag from outside leads to; its tagger is taken as it stands. */
export function readTagTarget(bytes: Uint8Array): { object: Oid; type: ObjectType } {
  const { object, type } = takeTarget(decodeHeaders(bytes, 'bad-tag').headers);
  return { object, type };
}

/** The three headers that git always writes first, in this order; throws `bad-tag` where they do not stand so. */
function takeTarget(headers: readonly Header[]): {
  object: Oid;
  type: ObjectType;
  tag: string;
  rest: readonly Header[];
} {
  const [object, type, tag, ...rest] = headers;
  if (
    object?.[0] !== 'object' ||
    !isOid(object[1]) ||
    type?.[0] !== 'type' ||
    !isObjectType(type[1]) ||
    tag?.[0] !== 'tag'
  )
    throw new GitError('bad-tag', 'Cannot read tag: it does not begin with object, type and tag');
  return { object: object[1], type: type[1], tag: tag[1], rest };
}
