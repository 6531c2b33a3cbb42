/**
 * `node --run <script>`: runs a script of the nearest package.json, without npm
 * and without booting lib. Reference: task_runner::ProcessRunner, src/node_task_runner.cc.
 */
import type { Realm } from '../realm/realm.ts';

/** node::ExitCode::kGenericUserError: no package.json, no such script, or a script that failed. */
const GENERIC_USER_ERROR = 1;

/** Ends this process with the script's code, or with 1 and a line on stderr where there is none to run. */
export function runTask(realm: Realm, name: string, args: readonly string[]): never {
  const { sys } = realm;
  const fail = (text: string): never => {
    sys.descriptors.write(2, new realm.host.classes.TextEncoder().encode(text), null);
    return sys.exit({ code: GENERIC_USER_ERROR, signal: null });
  };

  const found = findPackage(realm, sys.cwd());
  if (found === undefined) return fail(`Can't find package.json for directory ${sys.cwd()}\n`);
  const scripts = parseScripts(found.text);
  if (scripts === 'unreadable') return fail(`Can't parse ${found.path}\n`);
  if (scripts === 'none') return fail(`Can't find "scripts" field in ${found.path}\n`);
  const command = scripts[name];
  if (typeof command !== 'string') {
    const available = Object.entries(scripts).filter(([, text]) => typeof text === 'string');
    return fail(
      `Missing script: "${name}" for ${found.path}\n\nAvailable scripts are:\n` +
        available.map(([key, text]) => `  ${key}: ${text as string}\n`).join(''),
    );
  }

  const { errno, pid } = sys.kernel.spawn({
    file: '/bin/sh',
    // The script's text goes to sh as it stands, arguments are quoted and appended.
    argv: ['/bin/sh', '-c', [command, ...args.map(escapeForShell)].join(' ')],
    env: {
      ...sys.start.env,
      // Binaries of the package and of those above it come first, as with npm.
      PATH: [...binFolders(realm, found.directory), sys.start.env['PATH'] ?? ''].join(':'),
      NODE_RUN_SCRIPT_NAME: name,
      NODE_RUN_PACKAGE_JSON_PATH: found.path,
    },
    cwd: found.directory,
    descriptors: [0, 1, 2].map((fd) => sys.descriptors.endOf(fd)),
    // This process sleeps until the script ends; it is waited for by nobody else.
    reap: 'wait',
    group: 'inherit',
  });
  if (errno !== 0) return fail(`Can't start /bin/sh: ${errno}\n`);
  const { status } = sys.kernel.wait(pid);
  // Node reports any failure of the script as 1.
  return sys.exit({ code: status?.code === 0 ? 0 : GENERIC_USER_ERROR, signal: null });
}

/** Every argument as one word of sh. */
export function escapeForShell(argument: string): string {
  if (argument === '') return "''";
  return /^[A-Za-z0-9_/:=@.,+%-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

/** From `directory` up to the root, where a package.json may stand: an absolute path without a slash at its end. */
function* ancestors(directory: string): Generator<string> {
  for (let here = directory; ; here = here.slice(0, here.lastIndexOf('/')) || '/') {
    yield here;
    if (here === '/') return;
  }
}

function findPackage(
  realm: Realm,
  directory: string,
): { readonly directory: string; readonly path: string; readonly text: string } | undefined {
  for (const here of ancestors(directory)) {
    const path = here === '/' ? '/package.json' : `${here}/package.json`;
    const bytes = realm.sys.fs.readFile(path);
    if (typeof bytes !== 'number')
      return { directory: here, path, text: new realm.host.classes.TextDecoder().decode(bytes) };
  }
  return undefined;
}

/** The `node_modules/.bin` folders above the script, nearest first. */
function binFolders(realm: Realm, directory: string): string[] {
  return [...ancestors(directory)]
    .map((here) => `${here === '/' ? '' : here}/node_modules/.bin`)
    .filter((folder) => realm.sys.fs.lookup(folder, true) >= 0);
}

function parseScripts(text: string): Readonly<Record<string, unknown>> | 'unreadable' | 'none' {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return 'unreadable';
    throw error;
  }
  const scripts = (parsed as { scripts?: unknown } | null)?.scripts;
  return typeof scripts === 'object' && scripts !== null ? (scripts as Record<string, unknown>) : 'none';
}
