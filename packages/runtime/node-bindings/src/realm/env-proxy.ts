/**
 * process.env: names and values are strings, assignment converts, symbols are
 * not accepted. Reference: EnvSetter, EnvDefiner and friends, src/node_env_var.cc.
 */
import { SharedText } from '@slipway/kernel';
import type { Realm } from '../realm.ts';
import type { ProxyTracker } from './track-proxies.ts';

type Environment = Record<string, string>;

/** Asked for on a `process.env`: the memory through which threads share it. */
const SHARE = Symbol('slipway.shareEnvironment');

export interface EnvProxyOptions {
  readonly proxies: ProxyTracker;
  /** A value was assigned that is neither a string, a number nor a boolean. */
  onOddValue(): void;
  /** Shared by the thread that made this one. */
  readonly shared?: SharedArrayBuffer | undefined;
}

/** `worker_threads.SHARE_ENV`: from now on this thread's environment lies in memory that others read as well. */
export function shareEnvironment(realm: Realm): SharedArrayBuffer {
  return (realm.process.env as { [SHARE]: SharedArrayBuffer })[SHARE];
}

export function createEnvProxy(initial: Readonly<Environment>, { proxies, onOddValue, shared: given }: EnvProxyOptions): Environment {
  const env: Environment = {};
  for (const [name, value] of Object.entries(initial)) env[name] = String(value);
  let shared = given === undefined ? undefined : new SharedText(given);

  const follow = (): void => {
    const text = shared?.changed();
    if (text !== undefined) replace(env, JSON.parse(text) as Environment);
  };
  /** Changes names one by one, so that two threads that change different ones do not undo each other. */
  const publish = (change: (all: Environment) => void): void => shared?.update((text) => {
    const all = JSON.parse(text) as Environment;
    change(all);
    replace(env, all);
    return JSON.stringify(all);
  });

  return proxies.invisible(env, {
    get(target, name, receiver): unknown {
      if (name === SHARE) return (shared ??= SharedText.create(JSON.stringify(env))).memory;
      if (shared !== undefined) follow();
      return Reflect.get(target, name, receiver);
    },
    has(target, name) {
      follow();
      return Reflect.has(target, name);
    },
    ownKeys(target) {
      follow();
      return Reflect.ownKeys(target);
    },
    getOwnPropertyDescriptor(target, name) {
      follow();
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    deleteProperty(target, name) {
      const deleted = Reflect.deleteProperty(target, name);
      if (typeof name === 'string') publish((all) => delete all[name]);
      return deleted;
    },
    // EnvSetter: a missing conversion (symbol) throws, anything else becomes text.
    set(target, name, value) {
      if (typeof name === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
      if (!['string', 'number', 'boolean'].includes(typeof value)) onOddValue();
      const text = toText(value);
      // setenv(3) knows no such name, and nobody looks at its answer.
      if (name === '') return true;
      publish((all) => { all[name] = text; });
      return Reflect.set(target, name, text, target);
    },
    // EnvDefiner accepts data properties with all attributes set, nothing else.
    defineProperty(target, name, descriptor) {
      if (typeof name === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
      if ('value' in descriptor) {
        if (!descriptor.configurable || !descriptor.writable || !descriptor.enumerable) {
          throw coded("'process.env' only accepts a configurable, writable, and enumerable data descriptor");
        }
        const text = toText(descriptor.value);
        publish((all) => { all[name] = text; });
        return Reflect.defineProperty(target, name, { ...descriptor, value: text });
      }
      if ('get' in descriptor || 'set' in descriptor) {
        throw coded("'process.env' does not accept an accessor(getter/setter) descriptor");
      }
      throw coded("'process.env' only accepts a configurable, writable, and enumerable data descriptor");
    },
  });
}

function replace(env: Environment, by: Environment): void {
  for (const name of Object.keys(env)) if (!Object.hasOwn(by, name)) delete env[name];
  Object.assign(env, by);
}

function toText(value: unknown): string {
  if (typeof value === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
  return String(value);
}

function coded(message: string): TypeError {
  const error = new TypeError(message) as TypeError & { code: string };
  error.code = 'ERR_INVALID_OBJECT_DEFINE_PROPERTY';
  return error;
}
