import { plain } from '../realm/bytes.ts';
import { codedError } from '@slipway/node-values';
import type { Foreign } from '../realm/realm.ts';
import { badState, mustBeObject, option, wrongArgument } from './arguments.ts';
import type { Connection } from './connection.ts';
import type { Pointer, SqliteLibrary } from './library.ts';

/** Passed to the constructor, which programs may not call. */
export const makeSession = Symbol('makeSession');
/**
 * SQLITE_ABORT: the program's conflict handler chose to give up;
 * `applyChangeset` answers false, the changes are undone.
 */
const ABORTED = 4;
/** TypeScript's ES2024 does not know it; every browser of ours does. */
export const disposeSymbol: unique symbol = (Symbol as Foreign).dispose;

/** Session: what changed in a database since it began. Reference: Node src/node_sqlite.cc. */
export class Session {
  readonly #connection: Connection;
  #session: Pointer;

  constructor(key: unknown, connection: Connection, session: Pointer) {
    if (key !== makeSession) throw codedError(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
    this.#connection = connection;
    this.#session = session;
    connection.track(this, () => this.#end());
  }

  changeset(): Uint8Array {
    return this.#read('sqlite3session_changeset');
  }

  patchset(): Uint8Array {
    return this.#read('sqlite3session_patchset');
  }

  close(): void {
    this.#mustBeOpen();
    this.#connection.untrack(this);
    this.#end();
  }

  [disposeSymbol](): void {
    if (this.#session !== 0) this.close();
  }

  #mustBeOpen(): void {
    if (!this.#connection.isOpen) throw badState('database is not open');
    if (this.#session === 0) throw badState('session is not open');
  }

  #end(): void {
    if (this.#session !== 0) this.#connection.library.c['sqlite3session_delete']!(this.#session);
    this.#session = 0;
  }

  #read(how: string): Uint8Array {
    this.#mustBeOpen();
    const { library } = this.#connection;
    return library.withMemory(8, (out) => {
      // Two results: length and pointer; the memory is ours to free.
      this.#connection.mustBeOk(library.c[how]!(this.#session, out, out + 4));
      const [length, pointer] = [library.readPointer(out), library.readPointer(out + 4)];
      const bytes = library.bytes(pointer, length).slice();
      library.c['sqlite3_free']!(pointer);
      return bytes;
    });
  }
}

/** DatabaseSync::CreateSession: records from now on; the database ends it when it closes. */
export function createSession(connection: Connection, options: Foreign): Session {
  const { library, database } = connection;
  if (options !== undefined) mustBeObject(options, 'options');
  const table = option(options, 'table', 'string') ?? null;
  const name = option(options, 'db', 'string') ?? 'main';
  const session = library.withText(name, (text) =>
    library.withOut((out, value) => {
      connection.mustBeOk(library.c['sqlite3session_create']!(database, text, out));
      return value();
    }),
  );
  // NULL attaches all tables.
  library.withText(table, (text) => connection.mustBeOk(library.c['sqlite3session_attach']!(session, text)));
  return new Session(makeSession, connection, session);
}

interface ChangesetCallbacks {
  readonly filter: ((table: string | null) => unknown) | undefined;
  readonly onConflict: ((kind: number) => unknown) | undefined;
}

/** Function pointers for all changesets of a library. */
export interface ChangesetPointers {
  readonly filter: Pointer;
  readonly conflict: Pointer;
}

/** The C callbacks of sqlite3changeset_apply. */
export function createChangesetPointers(library: SqliteLibrary): ChangesetPointers {
  return {
    filter: library.functionPointer('i:ii', (id, table) =>
      library.guarded(() => ((library.held(id!) as ChangesetCallbacks).filter!(library.text(table!)) ? 1 : 0), 0),
    ),
    conflict: library.functionPointer('i:iii', (id, kind) =>
      library.guarded(() => {
        const { onConflict } = library.held(id!) as ChangesetCallbacks;
        // SQLITE_CHANGESET_ABORT, the default.
        if (onConflict === undefined) return 2;
        const answer = onConflict(kind!);
        // SQLite refuses what is none of its answers.
        return Number.isInteger(answer) ? (answer as number) : -1;
      }, 2),
    ),
  };
}

/** DatabaseSync::ApplyChangeset: false when a conflict ended it. */
export function applyChangeset(
  connection: Connection,
  pointers: ChangesetPointers,
  changeset: unknown,
  options: Foreign,
): boolean {
  const { library, database } = connection;
  if (!(changeset instanceof Uint8Array)) throw wrongArgument('changeset', 'a Uint8Array');
  if (options !== undefined) mustBeObject(options, 'options');
  const onConflict = option(options, 'onConflict', 'function');
  const filter = option(options, 'filter', 'function');
  const id = library.hold({ filter, onConflict } satisfies ChangesetCallbacks);
  try {
    const result: number = library.withBytes(plain(changeset), (bytes, length) =>
      library.c['sqlite3changeset_apply']!(
        database,
        length,
        bytes,
        filter === undefined ? 0 : pointers.filter,
        pointers.conflict,
        id,
      ),
    );
    library.throwPending();
    if (result === ABORTED) return false;
    if (result !== 0) throw changesetError(library, result);
    return true;
  } finally {
    library.release(id);
  }
}

/** The database does not know of this error: the text is that of its number. */
function changesetError(library: SqliteLibrary, errcode: number): Error {
  const message = library.text(library.c['sqlite3_errstr']!(errcode)) ?? '';
  return Object.assign(codedError(Error, 'ERR_SQLITE_ERROR', message), { errcode, errstr: message });
}
