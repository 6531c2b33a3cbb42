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
  const answer = ask(realm, path);
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

function ask(realm: Realm, path: string): { readonly module: string } | { readonly refusal: string } {
  const { execPath, env } = realm.process as { execPath: string; env: Record<string, string> };
  const { status, output, error } = spawnAndWait(realm, {
    file: execPath,
    args: [execPath, NATIVE_LAUNCHER, 'load', path],
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
