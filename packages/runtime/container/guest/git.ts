/**
 * `git` of a container: the library just-git on the container's files, fetched when it is first used, and what its
 * command line lacks: options before the command, the user's own configuration, executable bits, `ls-remote`.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { fetchPackage } from './fetch-package.ts';
import { type CommandCall, FATAL, Refusal, USAGE } from './git/commands/command.ts';
import { ownCommands } from './git/commands/own-commands.ts';
import { ConfigFile } from './git/config-file.ts';
import { keepMemory } from './git/keep-memory.ts';
import { parseGlobalOptions, UnknownOption, type GitCommandLine } from './git/global-options.ts';
import { listRemote, matchesPattern } from './git/ls-remote.ts';
import { mendModes } from './git/mend-modes.ts';
import { nodeFileSystem } from './git/node-file-system.ts';
import { takeQuiet } from './git/quiet.ts';
import { findRepository } from './git/repository.ts';
import { restoreModes } from './git/restore-modes.ts';

const LIBRARY = { name: 'just-git', version: '1.7.1' };
/** The git whose behaviour the library follows; programs compare it. */
const SHOWN_VERSION = '2.47.0';
/** Commands that talk with a remote, and tell how far they are. */
const EXCHANGES = /^(?:clone|fetch|pull|push)$/;
/** Commands that read standard input when it is no terminal. */
const READS_INPUT = /^(?:commit|tag|apply)$/;

/** The part of just-git that is used here. */
interface Library {
  createGit(options: object): {
    execute(args: readonly string[], context: object): Promise<{ stdout: string; stderr: string; exitCode: number }>;
  };
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) =>
    (process.exitCode = complain(`fatal: ${error instanceof Error ? error.message : String(error)}`, FATAL)),
);

/** `version`, `config --global` and `ls-remote` need no repository; all else is `runOwn`'s. */
async function main(argv: readonly string[]): Promise<number> {
  let line: GitCommandLine;
  try {
    line = parseGlobalOptions(argv);
  } catch (error) {
    if (!(error instanceof UnknownOption)) throw error;
    return complain(error.message, USAGE);
  }
  // git(1): each -C is relative to the one before.
  const cwd = line.folders.reduce((folder, each) => resolve(folder, each), process.cwd());
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true)
    return complain(`fatal: cannot change to '${line.folders.join('/')}': No such file or directory`, FATAL);
  switch (line.command) {
    case 'version':
      process.stdout.write(`git version ${SHOWN_VERSION} (${LIBRARY.name} ${LIBRARY.version})\n`);
      return 0;
    case 'config':
      return line.args.includes('--global') ? configure(line.args.filter((arg) => arg !== '--global')) : run(line, cwd);
    case 'ls-remote':
      return await showRemote(line.args, cwd);
    default:
      return await runOwn(line, cwd);
  }
}

/** What is done here; the library does the rest, and what no repository is around. */
async function runOwn(line: GitCommandLine, cwd: string): Promise<number> {
  const own = Object.hasOwn(ownCommands, line.command ?? '') ? ownCommands[line.command ?? ''] : undefined;
  const repository = own === undefined ? undefined : findRepository(cwd, line.config);
  if (own === undefined) return await run(line, cwd);
  if (repository === undefined && !isBare(cwd))
    return complain('fatal: not a git repository (or any of the parent directories): .git', FATAL);
  if (repository === undefined) return await run(line, cwd);
  // Kept until it is known whether the command was done here: the library would write it once more.
  const written: (string | Uint8Array)[] = [];
  const call: CommandCall = {
    repository,
    args: line.args,
    input: () => readFileSync(0),
    out(text) {
      written.push(text);
    },
    err(text) {
      process.stderr.write(text);
    },
  };
  try {
    const result = own(call);
    if (typeof result === 'number') {
      process.stdout.write(Buffer.concat(written.map((each) => (typeof each === 'string' ? Buffer.from(each) : each))));
      return result;
    }
    return await run(result === undefined ? line : { ...line, args: result.args }, cwd);
  } catch (error) {
    if (error instanceof Refusal) return complain(error.message, error.code);
    throw error;
  } finally {
    repository.objects.close();
  }
}

/**
 * The library's part. It knows neither `-C` nor `-c`, progress options nor the modes of files: these are done
 * around it.
 */
async function run({ command, args, config }: GitCommandLine, cwd: string): Promise<number> {
  const fetched = fetchPackage(LIBRARY.name, LIBRARY.version, (spec) =>
    process.stderr.write(`slipway: fetching ${spec} …\n`),
  );
  if ('failure' in fetched) return complain(`fatal: git cannot be fetched: ${fetched.failure}`, FATAL);
  const entry = pathToFileURL(join(fetched.folder, 'dist', 'index.js')).href;
  const { createGit } = (await import(entry)) as Library;
  const git = createGit({
    fs: nodeFileSystem,
    cwd,
    config: { locked: config, defaults: { 'init.defaultbranch': 'main', ...globalConfig().values() } },
    credentials: credentialsFor,
    onProgress: (message: string) => {
      if (process.stderr.isTTY || args.includes('--progress')) process.stderr.write(message);
    },
  });
  // Read only where it is used: another command would wait for the end of a terminal's input.
  const stdin = READS_INPUT.test(command ?? '') && !process.stdin.isTTY ? await text(process.stdin) : '';
  const { rest, quiet } = takeQuiet(
    command ?? '',
    args.filter((arg) => !EXCHANGES.test(command ?? '') || !/^--(?:no-)?progress$/.test(arg)),
  );
  const words = command === undefined || command === 'help' ? ['--help'] : [command, ...rest];
  const environment = new Map(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));
  // The library writes the index without what it remembers of files; it is put back, or each status would read
  // them all.
  const memory = keepMemory(findRepository(cwd, config)?.indexPath);
  const result = await git.execute(words, { fs: nodeFileSystem, cwd, env: environment, stdin });
  if (!quiet) process.stdout.write(result.stdout);
  process.stderr.write(result.stderr);
  memory.putBack();
  const after = command === 'reset' && result.exitCode === 0 ? findRepository(cwd, config) : undefined;
  if (after !== undefined && !args.includes('--soft')) mendModes(after);
  const workTree = command === 'clone' ? undefined : findWorkTree(cwd);
  if (workTree !== undefined) restoreModes(workTree);
  if (command === 'clone' && result.exitCode === 0) restoreModes(resolve(cwd, cloneFolder(args)));
  return result.exitCode;
}

/** A repository without a working tree, which the library knows. */
function isBare(folder: string): boolean {
  return existsSync(join(folder, 'HEAD')) && existsSync(join(folder, 'objects'));
}

/** The user's own configuration, which outlives projects and not the tab. */
function globalConfig(): ConfigFile {
  const path = join(homedir(), '.gitconfig');
  return new ConfigFile(existsSync(path) ? readFileSync(path, 'utf8') : '');
}

/** git config --global: get, set, --unset, --list. */
function configure(args: readonly string[]): number {
  const file = globalConfig();
  const words = args.filter((arg) => !arg.startsWith('-') && !['get', 'set', 'list', 'unset'].includes(arg));
  const [name, value] = words;
  const asks = (...names: readonly string[]): boolean => names.some((each) => args.includes(each));
  if (asks('--list', '-l', 'list')) {
    for (const [key, each] of Object.entries(file.values())) process.stdout.write(`${key}=${each}\n`);
    return 0;
  }
  if (name === undefined || !name.includes('.'))
    return complain(`error: key does not contain a section: ${name ?? ''}`, name === undefined ? USAGE : 1);
  if (asks('--unset', '--unset-all', 'unset')) {
    // git-config(1): 5 where there was nothing to take out.
    if (!file.unset(name)) return 5;
  } else if (value === undefined || asks('--get', 'get')) {
    const found = file.get(name);
    if (found !== undefined) process.stdout.write(`${found}\n`);
    return found === undefined ? 1 : 0;
  } else file.set(name, value);
  writeFileSync(join(homedir(), '.gitconfig'), file.text());
  return 0;
}

/** git-ls-remote(1), of a remote's name or an address. */
async function showRemote(args: readonly string[], cwd: string): Promise<number> {
  const [named = 'origin', ...patterns] = args.filter((arg) => !arg.startsWith('-'));
  const url = /^https?:\/\//.test(named) ? named : remoteUrl(named, cwd);
  if (url === undefined || !/^https?:\/\//.test(url))
    return complain(
      `fatal: '${url ?? named}' is no repository that can be reached: only http and https leave the tab`,
      FATAL,
    );
  try {
    const { address, authorization } = splitCredentials(url);
    for (const { oid, name } of await listRemote(address, authorization))
      if (matchesPattern(name, patterns)) process.stdout.write(`${oid}\t${name}\n`);
    return 0;
  } catch (error) {
    return complain(`fatal: ${error instanceof Error ? error.message : String(error)}`, FATAL);
  }
}

/** Undefined outside of a repository, and for a name that its configuration lacks. */
function remoteUrl(name: string, cwd: string): string | undefined {
  const workTree = findWorkTree(cwd);
  const path = workTree === undefined ? '' : join(workTree, '.git', 'config');
  return existsSync(path) ? new ConfigFile(readFileSync(path, 'utf8')).get(`remote.${name}.url`) : undefined;
}

/** A name and password in the address go into a header: fetch(2) of a browser refuses such an address. */
function splitCredentials(url: string): { readonly address: string; readonly authorization: string | undefined } {
  const parsed = new URL(url);
  const { username, password } = parsed;
  parsed.username = '';
  parsed.password = '';
  const own = username === '' ? undefined : `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    address: parsed.href,
    authorization: own === undefined ? undefined : `Basic ${Buffer.from(own).toString('base64')}`,
  };
}

/** From the environment, by the names that the library has for them too. */
function credentialsFor(): object | null {
  const { GIT_HTTP_BEARER_TOKEN: token, GIT_HTTP_USER: username, GIT_HTTP_PASSWORD: password } = process.env;
  if (token !== undefined) return { type: 'bearer', token };
  return username === undefined ? null : { type: 'basic', username, password: password ?? '' };
}

/** The nearest folder with a `.git`, from there up to the root. */
function findWorkTree(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The folder that `git clone` makes: the one that is named, else the end of the address. */
function cloneFolder(args: readonly string[]): string {
  const words = args.filter(
    (arg, at) => !arg.startsWith('-') && !/^(?:-b|--branch|--depth|-o|--origin)$/.test(args[at - 1] ?? ''),
  );
  return (
    words[1] ??
    (words[0] ?? '')
      .replace(/\/+$/, '')
      .replace(/\.git$/, '')
      .replace(/^.*[/:]/, '')
  );
}

function complain(message: string, code: number): number {
  process.stderr.write(`${message}\n`);
  return code;
}
