import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase, resolveDatabase } from '@slipway/db';
import {
  addOwnKey,
  createSecretBox,
  dropOldOwnKeys,
  loadSecretKeys,
  makeKeyText,
  ownKeyFile,
  type SecretSettings,
} from '@slipway/secrets';
import { exitCodes, type Output, UsageError } from '../verb/verb.ts';
import { resealAll } from './reseal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `key` alone needs no database. */
export async function runSecrets(argv: readonly string[], env: Environment, { stdout }: Output): Promise<number> {
  const [what, ...rest] = argv;
  if (what === 'key' && rest.length === 0) {
    stdout.write(`${makeKeyText()}\n`);
    return exitCodes.ok;
  }
  const dropOld = what === 'rotate' && rest.length === 1 && rest[0] === '--drop-old';
  if ((what !== 'rotate' && what !== 'check' && what !== 'forget') || (rest.length > 0 && !dropOld))
    throw new UsageError(what === undefined ? 'no command given' : `cannot understand "${argv.join(' ')}"`);
  const settings = readSettings(env);
  const given = settings.SECRET_KEY ?? settings.SECRET_KEY_FILE;
  if (dropOld && given !== undefined)
    throw new UsageError('the keys are in SECRET_KEY or SECRET_KEY_FILE: remove the old ones there, after "rotate"');
  // Keys of the environment are the operator's to add; the file in STATE_DIR is ours.
  if (what === 'rotate' && given === undefined) addOwnKey(ownKeyFile(settings.STATE_DIR));
  return await withDatabase(env, settings.STATE_DIR, async (db) => {
    const box = createSecretBox(loadSecretKeys(settings));
    const { current, outdated, lost } = await resealAll(db, box, what);
    const left = what === 'forget' ? 0 : lost.length;
    const told = what === 'rotate' ? 'were sealed anew' : 'by an older key';
    stdout.write(`${current + outdated} values open, ${outdated} of them ${told}\n`);
    if (lost.length > 0) {
      stdout.write(`${lost.length} ${what === 'forget' ? 'were forgotten' : 'do not open with the keys here'}:\n`);
      stdout.write(lost.map((place) => `  ${place}\n`).join(''));
    }
    if (dropOld && left === 0) dropOldOwnKeys(ownKeyFile(settings.STATE_DIR));
    return left === 0 ? exitCodes.ok : exitCodes.failure;
  });
}

/** Empty variables count as unset, as they do for the server. */
function readSettings(env: Environment): SecretSettings {
  const set = (name: string) => (env[name] === '' ? undefined : env[name]);
  return {
    SECRET_KEY: set('SECRET_KEY'),
    SECRET_KEY_FILE: set('SECRET_KEY_FILE'),
    STATE_DIR: set('STATE_DIR') ?? join(fileURLToPath(new URL('../../../..', import.meta.url)), '.slipway'),
  };
}

/** The embedded one is started for it where there is no other, and let go of in any case. */
async function withDatabase<T>(
  env: Environment,
  stateDirectory: string,
  work: (db: ReturnType<typeof openDatabase>['db']) => Promise<T>,
): Promise<T> {
  const resolved = await resolveDatabase({ databaseUrl: env['DATABASE_URL'], stateDirectory });
  const opened = openDatabase(resolved.url, { maxConnections: 1 });
  try {
    return await work(opened.db);
  } finally {
    await opened.close();
    await resolved.release();
  }
}
