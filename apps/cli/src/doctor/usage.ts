/** Names every setting that it reads, since they must be the server's own. */
export const DOCTOR_USAGE = `usage: slipway doctor [--json]

Looks whether this machine can run Slipway, and how the one that runs is: Node, browser, user namespaces, database with
its migrations and limits, notifications, clocks, keys, storage, and the server's own answer. Reads DATABASE_URL,
STATE_DIR, PUBLIC_URL, PORT and SECRET_KEY as the server does. Exits with 1 where something must be mended.
`;
