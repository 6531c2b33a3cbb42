import type { StartMessage } from '@slipway/kernel';
import type { Realm } from '../realm/realm.ts';
import { parseDotenv } from '../realm/dotenv.ts';
import { parseCommandLine, type ParsedCommandLine } from './options/command-line.ts';

/** With `=`, or with the path as the next word. `s`: a path may hold a line feed. */
const FLAG = /^(--env-file|--env-file-if-exists)(?:=(.*))?$/s;

/**
 * `--env-file` and `--env-file-if-exists`. Reference: Dotenv::GetDataFromArgs,
 * src/node_dotenv.cc, and InitializeNodeWithArgsInternal, src/node.cc: a later
 * file wins over an earlier one, the real environment over all of them.
 */
export interface EnvFiles {
  readonly variables: Readonly<Record<string, string>>;
  readonly absent: readonly string[];
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
    if (typeof bytes !== 'number')
      Object.assign(variables, parseDotenv(new realm.host.classes.TextDecoder().decode(bytes)));
    else (flag === '--env-file' ? absent : skipped).push(path);
  }
  return { variables, absent, skipped };
}

/** Values of `--env-file` are beside the environment, which comes before them. */
export interface ProcessOptions extends ParsedCommandLine {
  readonly envFiles: EnvFiles;
}

/** The command line of this process, with NODE_OPTIONS from an env file where the environment has none. */
export function processOptions(realm: Realm): ProcessOptions {
  const { start } = realm.sys;
  const parsed = parseCommandLine(realm.data, start);
  // A thread gets its parent's environment, files included.
  const envFiles = start.thread ? NO_FILES : readEnvFiles(realm, parsed.execArgv);
  if (envFiles.absent.length > 0)
    return { ...parsed, envFiles, errors: envFiles.absent.map((path) => `${path}: not found`) };
  const { NODE_OPTIONS } = envFiles.variables;
  // The real environment wins over the file, also here.
  if (NODE_OPTIONS === undefined || start.env['NODE_OPTIONS'] !== undefined) return { ...parsed, envFiles };
  // Parsed again from the beginning: NODE_OPTIONS comes before the command line.
  const withFile: Pick<StartMessage, 'argv' | 'env'> = { argv: start.argv, env: { ...start.env, NODE_OPTIONS } };
  return { ...parseCommandLine(realm.data, withFile), envFiles };
}

const NO_FILES: EnvFiles = { variables: {}, absent: [], skipped: [] };
