import { checksum } from '../checksum.ts';

/** sha1sum(1), for comparing with old lists and git; collisions can be made. */
export const sha1sum = checksum('sha1');
