import { codedError } from '@slipway/node-values';
import type { Connection } from './connection.ts';
import type { Pointer, SqliteLibrary } from './library.ts';

const DENY = 1;
/** SQLITE_OK, SQLITE_DENY and SQLITE_IGNORE: anything else a program answers is an error. */
const ANSWERS: readonly unknown[] = [0, 1, 2];

/** What a program is asked: an action (SQLITE_READ and its like) with up to four names, null where there is none. */
export type Authorizer = (action: number, ...details: (string | null)[]) => unknown;

/**
 * Asks a program whether a statement may do what it is about to. Reference: DatabaseSync::AuthorizerCallback in
 * Node src/node_sqlite.cc. One pointer serves all databases of a library; whose function is meant comes as user
 * data. An exception or a wrong answer denies, and is thrown from the call that prepared the statement.
 */
export function createAuthorizerPointer(library: SqliteLibrary): Pointer {
  return library.functionPointer('i:iiiiii', (id, action, ...details) =>
    library.guarded(() => {
      const answer = (library.held(id!) as Authorizer)(action!, ...details.map((text) => library.text(text)));
      if (!Number.isInteger(answer))
        throw codedError(
          TypeError,
          'ERR_INVALID_ARG_TYPE',
          'Authorizer callback must return an integer authorization code',
        );
      if (!ANSWERS.includes(answer))
        throw codedError(RangeError, 'ERR_OUT_OF_RANGE', 'Authorizer callback returned a invalid authorization code');
      return answer as number;
    }, DENY),
  );
}

/** sqlite3_set_authorizer; `null` takes it away. */
export function setAuthorizer(connection: Connection, pointer: Pointer, authorizer: Authorizer | null): void {
  const { library, database } = connection;
  const id = authorizer === null ? 0 : library.hold(authorizer);
  connection.mustBeOk(library.c['sqlite3_set_authorizer']!(database, authorizer === null ? 0 : pointer, id));
}
