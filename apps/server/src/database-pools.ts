/**
 * Sessions of the database that a server opens, each pool's at most. They are apart: requests that wait for a lock must
 * starve neither the streams nor the probes (SV-02).
 */
export const DATABASE_POOLS = { work: 10, events: 3, ready: 1, figures: 1, plugins: 4, agent: 4 } as const;

/** With the one that LISTEN keeps, which is no pool's. */
export const SERVER_SESSIONS = Object.values(DATABASE_POOLS).reduce((sum: number, size) => sum + size, 1);
