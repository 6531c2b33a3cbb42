import type { Foreign, Realm } from '../realm/realm.ts';
import { spawnAndWait } from './spawn-sync.ts';

/** What the base image has for native files; it is asked in a process of its own, since it may have to fetch. */
const NATIVE_LAUNCHER = '/usr/local/lib/slipway/native.cjs';
const FETCH_LIMIT_MS = 150_000;
const ANSWER_LIMIT_BYTES = 64 * 1024;

/**
 * process.dlopen: no addon runs in a browser, but many have a build for WebAssembly with the same exports, which is
 * loaded in its place. Throws ERR_DLOPEN_FAILED with what to do where there is none. Reference: DLOpen,
 * src/node_binding.cc.
 */
export function loadAddon(realm: Realm, module: { exports: unknown }, filename: string): void {
  const path = realm.sys.absolute(filename);
  if (realm.sys.fs.lookup(path, true) < 0)
    throw failure(`${filename}: cannot open shared object file: No such file or directory`);
  const answer = ask(realm, ['load', path]);
  if ('refusal' in answer) throw failure(`Cannot load "${filename}": ${answer.refusal}`);
  const { createRequire } = realm.requireBuiltin('module') as { createRequire(from: string): (id: string) => unknown };
  module.exports = withoutNote(createRequire(answer.module)(answer.module));
}

/**
 * Loaders that napi-rs generates (seen in rolldown 1.3.3) note on a module which build they have loaded, and refuse
 * one that has another note: a build for WebAssembly comes with its own loader's, an addon has none.
 */
export function withoutNote(exports: unknown): unknown {
  if (typeof exports === 'object' && exports !== null) Reflect.deleteProperty(exports, '__napiBindingTarget');
  return exports;
}

/** A build for WebAssembly as napi-rs calls it, or a program in a package that is for one platform alone. */
const MAY_HAVE_STAND_IN = /-wasm32-wasi$|(?:^|[/-])linux-(?:x64|64|arm64)[\w-]*\/[\w/-]+$/;

/**
 * What stands in for a module that is not there because no package manager has installed it in a browser: a build for
 * WebAssembly, or a program that says why it cannot run. Looked for once in a process: loaders resolve a module before
 * they load it. `undefined` where nothing does, as for nearly all.
 */
export function createStandIns(realm: Realm): (request: string, from: unknown) => string | undefined {
  const found = new Map<string, string | undefined>();
  return (request, from) => {
    // Whoever has no file is not part of a package.
    if (typeof from !== 'string' || !MAY_HAVE_STAND_IN.test(request)) return undefined;
    const key = `${request}\0${from}`;
    if (!found.has(key)) {
      const answer = ask(realm, ['missing', request, from]);
      found.set(key, 'module' in answer ? answer.module : undefined);
    }
    return found.get(key);
  };
}

function ask(realm: Realm, question: readonly string[]): { readonly module: string } | { readonly refusal: string } {
  const { execPath, env } = realm.process as { execPath: string; env: Record<string, string> };
  const { status, output, error } = spawnAndWait(realm, {
    file: execPath,
    args: [execPath, NATIVE_LAUNCHER, ...question],
    envPairs: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    stdio: [{ type: 'ignore' }, { type: 'pipe', readable: true, writable: true }, { type: 'inherit', fd: 2 }],
    timeout: FETCH_LIMIT_MS,
    maxBuffer: ANSWER_LIMIT_BYTES,
  }) as { status: number | null; output: readonly (Foreign | null)[] | null; error?: number };
  const text = String(output?.[1] ?? '');
  if (status !== 0 || error !== undefined || text === '')
    return { refusal: 'no addon runs in a browser, and what runs in its place could not be looked for' };
  return JSON.parse(text) as { module: string } | { refusal: string };
}

const failure = (message: string): Error => Object.assign(new Error(message), { code: 'ERR_DLOPEN_FAILED' });
