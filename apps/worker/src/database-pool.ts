/** Sessions of the database that a worker opens: those that read a snapshot's files at once, and the heartbeat. */
export const DATABASE_POOL = 5;

/** With the one that LISTEN keeps, which is not the pool's. */
export const WORKER_SESSIONS = DATABASE_POOL + 1;
