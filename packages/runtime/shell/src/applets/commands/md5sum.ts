import { checksum } from '../checksum.ts';

/** md5sum(1): tells whether two files are the same; a forger can make two that are not. */
export const md5sum = checksum('md5');
