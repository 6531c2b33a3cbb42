import { codedError } from '@slipway/node-values';
import type { Foreign, Realm } from '../realm/realm.ts';
import { databasePath, integerOption, mustBeObject, option } from './arguments.ts';
import { openDatabase, type Connection } from './connection.ts';

const Result = { ok: 0, busy: 5, locked: 6, done: 101 } as const;
/** Pages copied in one turn when the program does not say (`rate`). */
const DEFAULT_PAGES = 100;
/** Milliseconds for which a locked database is left alone before the next attempt. */
const RETRY_MS = 250;

/**
 * `backup(sourceDb, path, options)`: some pages a turn of the event loop. Reference:
 * BackupJob in Node src/node_sqlite.cc.
 */
export function startBackup(realm: Realm, connection: Connection, path: unknown, options: Foreign): Promise<number> {
  const source = connection.database;
  const file = databasePath(path);
  if (options !== undefined) mustBeObject(options, 'options');
  const rate = integerOption(options, 'rate') ?? DEFAULT_PAGES;
  const from = option(options, 'source', 'string') ?? 'main';
  const to = option(options, 'target', 'string') ?? 'main';
  const progress = option(options, 'progress', 'function');
  const { library } = connection;
  const { c } = library;
  const { setImmediate, setTimeout } = realm.requireBuiltin('timers');

  // `setImmediate` and `setTimeout` of lib: they keep the process alive and run in the program's frame.
  return new Promise((resolve, reject) => {
    let target = 0;
    let backup = 0;
    // Runs once in effect: on success, on failure, and when the source closes in between.
    const end = (): void => {
      if (backup !== 0) c['sqlite3_backup_finish']!(backup);
      if (target !== 0) c['sqlite3_close_v2']!(target);
      [backup, target] = [0, 0];
      connection.untrack(end);
    };
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        end();
        reject(error);
      }
    };
    const step = (): void =>
      attempt(() => {
        // The source was closed between two turns.
        if (backup === 0) throw codedError(Error, 'ERR_INVALID_STATE', 'database is not open');
        const result: number = c['sqlite3_backup_step']!(backup, rate);
        if (result === Result.busy || result === Result.locked) {
          setTimeout(step, RETRY_MS);
          return;
        }
        if (result !== Result.ok && result !== Result.done) throw library.error(0, result);
        const totalPages: number = c['sqlite3_backup_pagecount']!(backup);
        const remainingPages: number = c['sqlite3_backup_remaining']!(backup);
        if (remainingPages === 0 || result === Result.done) {
          end();
          resolve(totalPages);
          return;
        }
        progress?.({ totalPages, remainingPages });
        setImmediate(step);
      });
    setImmediate(() =>
      attempt(() => {
        // Opened a turn later, so that a path that cannot be opened rejects instead of throwing.
        target = openDatabase(library, file, false);
        backup = library.withText(to, (targetName) =>
          library.withText(from, (sourceName) => c['sqlite3_backup_init']!(target, targetName, source, sourceName)),
        );
        if (backup === 0) throw library.error(target);
        // Else sqlite3_close_v2 of the source would leave it open, unseen, for as long as the backup reads it.
        connection.track(end, end);
        step();
      }),
    );
  });
}
