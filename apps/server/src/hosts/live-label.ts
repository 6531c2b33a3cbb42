import { randomBytes } from 'node:crypto';

const PREFIX = 'live-';
/** Crockford's: 32 letters and digits that are a host label in any order. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
const TOKEN_LETTERS = 32;

/** 160 random bits as a host label takes them: the host of a live preview is the secret of its link. */
export function makeLiveToken(): string {
  return Array.from(randomBytes(TOKEN_LETTERS), (byte) => LETTERS[byte & 31]).join('');
}

/** `PREFIX` keeps it apart from the labels of published sites. */
export function liveLabel(token: string): string {
  return PREFIX + token;
}

/** The token in a label, if it is of a live preview. Published sites have labels without this beginning. */
export function liveTokenOf(label: string): string | undefined {
  const token = label.slice(PREFIX.length);
  return label.startsWith(PREFIX) &&
    token.length === TOKEN_LETTERS &&
    [...token].every((each) => LETTERS.includes(each))
    ? token
    : undefined;
}
