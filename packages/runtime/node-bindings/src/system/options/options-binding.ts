import type { OptionValue } from '@slipway/node-lib';
import type { Foreign, Realm } from '../../realm/realm.ts';
import { processOptions } from '../env-files.ts';
import { hasV8Flag } from '../v8-flags.ts';
import { OptionValues } from './option-values.ts';

const ABORT = '--abort-on-uncaught-exception';

/**
 * internalBinding('options'): what lib/internal/options.js reads.
 * Reference: src/node_options.cc (GetCLIOptionsValues, GetCLIOptionsInfo, …).
 */
export function createOptionsBinding(realm: Realm): Foreign {
  const tables = realm.data.options;
  // Bootstrap may ask before the process is known; lib drops its copy (`refreshOptions`) when it starts.
  const values = (): OptionValues => (realm.started ? processOptions(realm).values : new OptionValues(realm.data));

  return {
    getCLIOptionsValues() {
      // Without a prototype, so that an option named like a member of Object cannot answer by itself.
      const result: Record<string, OptionValue> = Object.create(null);
      for (const [name, value] of values().entries())
        // Copies: lib may change its lists.
        result[name] = Array.isArray(value) ? [...(value as readonly string[])] : value;
      // GetCLIOptionsValues: the one flag of V8 whose value Node keeps.
      if (realm.started) result[ABORT] = hasV8Flag(realm, 'abort-on-uncaught-exception');
      return result;
    },
    getCLIOptionsInfo() {
      return {
        options: new Map(tables.info.map(([name, info]) => [name, { ...info }])),
        aliases: new Map(tables.aliases.map(([name, expansion]) => [name, [...expansion]])),
      };
    },
    /** Every option that differs from its default, as the flag that sets it. */
    getOptionsAsFlags() {
      const flags: string[] = [];
      const current = values();
      for (const [name, info] of tables.info) {
        const value = current.get(name);
        // Values are booleans, numbers, strings, lists or { host, port }: their texts compare well enough.
        if (!name.startsWith('--') || JSON.stringify(value) === JSON.stringify(tables.values[name])) continue;
        if (info.type === tables.types['kBoolean']) flags.push(value === true ? name : `--no-${name.slice(2)}`);
        else if (info.type === tables.types['kStringList'])
          flags.push(...(value as readonly string[]).map((item) => `${name}=${item}`));
        else if (typeof value === 'string' || typeof value === 'number') flags.push(`${name}=${value}`);
      }
      return flags;
    },
    getEmbedderOptions: () => ({ ...tables.embedder }),
    getEnvOptionsInputType: () => inputTypes(realm),
    getNamespaceOptionsInputType() {
      throw new Error('Cannot describe node.config.json: configuration files are not supported here');
    },
    envSettings: { ...tables.envSettings },
    types: { ...tables.types },
  };
}

/** Options that a configuration file may set, with the JSON type each has there. */
function inputTypes(realm: Realm): Foreign {
  const { info, types, envSettings } = realm.data.options;
  const names: Readonly<Record<number, string>> = {
    [types['kBoolean']!]: 'boolean',
    [types['kInteger']!]: 'number',
    [types['kUInteger']!]: 'number',
    [types['kString']!]: 'string',
    [types['kHostPort']!]: 'number',
    [types['kStringList']!]: 'array',
  };
  const result: Record<string, { type: string; description: string }> = {};
  for (const [name, option] of info) {
    const type = names[option.type];
    if (type !== undefined && option.envVarSettings === envSettings['kAllowedInEnvvar']) {
      result[name] = Object.assign(Object.create(null), { type, description: option.helpText });
    }
  }
  return result;
}
