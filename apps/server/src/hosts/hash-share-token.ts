import { createHash } from 'node:crypto';

/** Random enough that no salt is needed. What is kept of a share's token, and what names the host where it is run. */
export function hashShareToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
