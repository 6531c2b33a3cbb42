/** Says what the file lacks: the key that seals secrets. */
export const BACKUP_USAGE = `usage: slipway backup FILE

Writes the whole database to FILE, users' files included, as it is at one moment; servers and workers may run. Reads
DATABASE_URL and STATE_DIR as the server does. FILE appears when it is whole. The key that seals secrets is not in it:
keep SECRET_KEY, or the file secret-key of STATE_DIR, in another place.
`;

/** Says what to stop before it, and what to run afterwards without the key. */
export const RESTORE_USAGE = `usage: slipway restore FILE

Fills an empty database with a backup, all or nothing; stop servers and workers before. Reads DATABASE_URL and
STATE_DIR as the server does. The version must be the one that made the backup: upgrade afterwards. Without the key
that sealed its secrets, run "slipway secrets forget" next.
`;
