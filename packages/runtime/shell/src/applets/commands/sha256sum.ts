import { checksum } from '../checksum.ts';

/** sha256sum(1): the one to check a download by. */
export const sha256sum = checksum('sha256');
