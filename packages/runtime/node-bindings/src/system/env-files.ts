/**
 * `--env-file` and `--env-file-if-exists`. Reference: Dotenv::GetDataFromArgs,
 * src/node_dotenv.cc, and InitializeNodeWithArgsInternal, src/node.cc: a later
 * file wins over an earlier one, the real environment over all of them.
 */
import type { StartMessage } from '@slipway/kernel';
import type { Realm } from '../realm.ts';
import { parseDotenv } from './dotenv.ts';
import { parseCommandLine, type ParsedCommandLine } from './options/command-line.ts';

const FLAG = /^(--env-file|--env-file-if-exists)(?:=(.*))?$/s;

export interface EnvFiles {
  readonly variables: Readonly<Record<string, string>>;
  /** Files that had to be there. */
  readonly absent: readonly string[];
  /** Files that might have been there. */
  readonly skipped: readonly string[];
}

/** Reads the files that the options in `execArgv` name. */
export function readEnvFiles(realm: Realm, execArgv: readonly string[]): EnvFiles {
  const variables: Record<string, string> = {};
  const absent: string[] = [];
  const skipped: string[] = [];
  for (const [index, word] of execArgv.entries()) {
    const [, flag, value] = FLAG.exec(word) ?? [];
    if (flag === undefined) continue;
    const path = value ?? execArgv[index + 1] ?? '';
    const bytes = realm.sys.fs.readFile(realm.sys.absolute(path));
    if (typeof bytes !== 'number') Object.assign(variables, parseDotenv(new realm.host.classes.TextDecoder().decode(bytes)));
    else (flag === '--env-file' ? absent : skipped).push(path);
  }
  return { variables, absent, skipped };
}

export interface ProcessOptions extends ParsedCommandLine {
  readonly envFiles: EnvFiles;
}

/** The command line of this process, with NODE_OPTIONS from an env file where the environment has none. */
export function processOptions(realm: Realm): ProcessOptions {
  const { start } = realm.sys;
  const parsed = parseCommandLine(realm.data, start);
  const envFiles = start.thread ? NO_FILES : readEnvFiles(realm, parsed.execArgv);
  if (envFiles.absent.length > 0) return { ...parsed, envFiles, errors: envFiles.absent.map((path) => `${path}: not found`) };
  const { NODE_OPTIONS } = envFiles.variables;
  if (NODE_OPTIONS === undefined || start.env['NODE_OPTIONS'] !== undefined) return { ...parsed, envFiles };
  const withFile: Pick<StartMessage, 'argv' | 'env'> = { argv: start.argv, env: { ...start.env, NODE_OPTIONS } };
  return { ...parseCommandLine(realm.data, withFile), envFiles };
}

const NO_FILES: EnvFiles = { variables: {}, absent: [], skipped: [] };
