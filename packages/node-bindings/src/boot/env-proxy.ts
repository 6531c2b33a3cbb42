/**
 * process.env: names and values are strings, assignment converts, symbols are
 * not accepted. Reference: EnvSetter, EnvDefiner and friends, src/node_env_var.cc.
 */
import type { ProxyTracker } from './track-proxies.ts';

export function createEnvProxy(initial: Readonly<Record<string, string>>, proxies: ProxyTracker, onOddValue: () => void): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(initial)) env[name] = String(value);

  return proxies.invisible(env, {
    // EnvSetter: a missing conversion (symbol) throws, anything else becomes text.
    set(target, name, value) {
      if (typeof name === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
      if (!['string', 'number', 'boolean'].includes(typeof value)) onOddValue();
      return Reflect.set(target, name, toText(value), target);
    },
    // EnvDefiner accepts data properties with all attributes set, nothing else.
    defineProperty(target, name, descriptor) {
      if (typeof name === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string');
      if ('value' in descriptor) {
        if (!descriptor.configurable || !descriptor.writable || !descriptor.enumerable) {
          throw coded("'process.env' only accepts a configurable, writable, and enumerable data descriptor");
        }
        return Reflect.defineProperty(target, name, { ...descriptor, value: toText(descriptor.value) });
      }
      if ('get' in descriptor || 'set' in descriptor) {
        throw coded("'process.env' does not accept an accessor(getter/setter) descriptor");
      }
      throw coded("'process.env' only accepts a configurable, writable, and enumerable data descriptor");
    },
  });
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
