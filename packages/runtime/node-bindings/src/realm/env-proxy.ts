import { SharedText } from '@slipway/kernel';
import type { Realm } from './realm.ts';
import type { ProxyTracker } from './track-proxies.ts';

type Environment = Record<string, string>;

/** Asked for on a `process.env`: the memory through which threads share it. */
const SHARE = Symbol('slipway.shareEnvironment');

/** The realm's side of an environment: how the proxy is made invisible, and whom to warn. */
export interface EnvProxyOptions {
  readonly proxies: ProxyTracker;
  /** A value was assigned that is neither a string, a number nor a boolean. */
  onOddValue(): void;
  /** TZ was set or deleted (EnvSetter tells V8 of it). */
  onTimeZone?(env: Readonly<Environment>): void;
  /** Shared by the thread that made this one. */
  readonly shared?: SharedArrayBuffer | undefined;
}

/** `worker_threads.SHARE_ENV`: from now on this thread's environment lies in memory that others read as well. */
export function shareEnvironment(realm: Realm): SharedArrayBuffer {
  return (realm.process.env as { [SHARE]: SharedArrayBuffer })[SHARE];
}

/**
 * process.env: names and values are strings, assignment converts, symbols are not accepted. Reference: EnvSetter,
 * EnvDefiner and friends, src/node_env_var.cc. An environment begins as an object of its own. Once a thread asks to
 * share it (SHARE_ENV), its text also lies in shared memory as JSON; each access then first looks whether another
 * thread has written there.
 */
export function createEnvProxy(
  initial: Readonly<Environment>,
  { proxies, onOddValue, onTimeZone, shared: given }: EnvProxyOptions,
): Environment {
  const env: Environment = {};
  for (const [name, value] of Object.entries(initial)) env[name] = String(value);
  // A thread made with SHARE_ENV has it from the beginning, its maker from the first such thread on.
  let shared = given === undefined ? undefined : new SharedText(given);

  // Cheap when nothing changed: one number in shared memory is compared.
  const follow = (): void => {
    const text = shared?.changed();
    if (text !== undefined) replace(env, JSON.parse(text) as Environment);
  };
  /** Changes names one by one, so that two threads that change different ones do not undo each other. */
  const publish = (change: (all: Environment) => void): void =>
    shared?.update((text) => {
      const all = JSON.parse(text) as Environment;
      change(all);
      replace(env, all);
      return JSON.stringify(all);
    });

  // `util.inspect(process.env)` shows an object in Node: the proxy must not show.
  return proxies.invisible(env, {
    get(target, name, receiver): unknown {
      // The one way to the memory from outside, by a symbol no program has.
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
      // No symbol is ever stored, so there is none to take from the others.
      if (typeof name === 'string') publish((all) => delete all[name]);
      if (name === 'TZ') onTimeZone?.(env);
      return deleted;
    },
    // EnvSetter: a missing conversion (symbol) throws, anything else becomes text.
    set(target, name, value) {
      if (typeof name === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
      // DEP0104, when pending deprecations are shown.
      if (!['string', 'number', 'boolean'].includes(typeof value)) onOddValue();
      const text = toText(value);
      // setenv(3) knows no such name, and nobody looks at its answer.
      if (name === '') return true;
      publish((all) => {
        all[name] = text;
      });
      // With the target as receiver: through the proxy it would come in again as defineProperty.
      const isSet = Reflect.set(target, name, text, target);
      if (name === 'TZ') onTimeZone?.(env);
      return isSet;
    },
    // EnvDefiner accepts data properties with all attributes set, nothing else.
    defineProperty(target, name, descriptor) {
      if (typeof name === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
      if ('value' in descriptor) {
        if (!descriptor.configurable || !descriptor.writable || !descriptor.enumerable) {
          throw coded("'process.env' only accepts a configurable, writable, and enumerable data descriptor");
        }
        const text = toText(descriptor.value);
        publish((all) => {
          all[name] = text;
        });
        return Reflect.defineProperty(target, name, { ...descriptor, value: text });
      }
      if ('get' in descriptor || 'set' in descriptor) {
        throw coded("'process.env' does not accept an accessor(getter/setter) descriptor");
      }
      throw coded("'process.env' only accepts a configurable, writable, and enumerable data descriptor");
    },
  });
}

/** The object stays the same, its members change: programs keep references to process.env. */
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
