import type { NodeData, PrivateSlot } from '@slipway/node-lib';
import type { Foreign, Realm } from '../realm/realm.ts';
import type { CommandLine } from '../realm/command-line.ts';
import { createEnvProxy } from '../realm/env-proxy.ts';
import { standInsOf } from '../realm/stand-ins.ts';
import { type BrowserDefaults, installProcessLocale } from '../locale/index.ts';

/**
 * The `process` object as C++ hands it to lib. Reference: node::CreateProcessObject
 * and node::PatchProcessObject, src/node_process_object.cc.
 *
 * It is made in two steps: what is the same for every process at preparation,
 * what the start message decides later.
 */
export function createProcessObject(data: NodeData, exitInfo: PrivateSlot): Foreign {
  // lib re-parents this prototype to EventEmitter.prototype; it needs to be process's own.
  const constructor = { process: function () {} }.process;
  const prototype = Object.create(Object.prototype, {
    constructor: { value: constructor, writable: true, enumerable: false, configurable: true },
  }) as object;
  constructor.prototype = prototype;
  const process = Object.create(prototype) as object;
  // READONLY_PROPERTY: enumerable, not writable.
  const constant = (name: string, value: unknown) =>
    Object.defineProperty(process, name, { value, writable: false, enumerable: true, configurable: true });
  constant('version', data.process.version);
  // What lets tools recognise a browser container; see architecture.md, "Native packages".
  constant('versions', readOnly({ ...data.process.versions, webcontainer: '1' }));
  constant('arch', 'x64');
  constant('platform', 'linux');
  constant('release', Object.assign({}, data.process.release));
  // [exiting, exit code, has an exit code]: shared with lib, read when the process ends.
  exitInfo.set(process, new Int32Array(3));
  return process;
}

/** READONLY_STRING_PROPERTY for each. The object stays open: yarn's Plug'n'Play adds its own version. */
function readOnly(values: Readonly<Record<string, string>>): object {
  const made = {};
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(made, name, { value, writable: false, enumerable: true, configurable: true });
  return made;
}

/** Called when it is known which process this is, before lib's pre-execution. */
export function completeProcessObject(realm: Realm, line: CommandLine, browser: BrowserDefaults): void {
  const { process } = realm;
  const { start } = realm.sys;
  const data = (name: string, value: unknown, writable = true) =>
    Object.defineProperty(process as object, name, { value, writable, enumerable: true, configurable: true });

  // Without effect outside: no list of processes shows it.
  let title = start.argv[0] ?? 'node';
  Object.defineProperty(process, 'title', {
    get: () => title,
    set: (value: unknown) => {
      title = String(value);
    },
    enumerable: true,
    configurable: true,
  });
  data('argv', [...line.argv]);
  data('execArgv', [...line.execArgv]);
  const locale = installProcessLocale(start.thread?.env ?? start.env, browser, (functions) => {
    for (const each of functions) standInsOf(realm).add(each);
  });
  data(
    'env',
    createEnvProxy(start.thread?.env ?? start.env, {
      proxies: realm.proxies,
      onOddValue: warnOfOddValues(realm),
      onTimeZone: (env) => locale.timeZoneChanged(env),
      shared: start.thread?.sharedEnv,
    }),
  );
  data('pid', start.pid, false);
  // A getter, as in C++, which asks the system each time.
  Object.defineProperty(process, 'ppid', { get: () => start.ppid, enumerable: true, configurable: true });
  data('execPath', start.execPath);
  let debugPort = 9229;
  Object.defineProperty(process, 'debugPort', {
    get: () => debugPort,
    set: (value: unknown) => {
      debugPort = Number(value);
    },
    enumerable: true,
    configurable: true,
  });
}

/** EnvSetter: DEP0104, with --pending-deprecation only and once. */
function warnOfOddValues(realm: Realm): () => void {
  let warned = false;
  return () => {
    if (warned || realm.requireBuiltin('internal/options').getOptionValue('--pending-deprecation') !== true) return;
    warned = true;
    realm.process.emitWarning(
      'Assigning any value other than a string, number, or boolean to a process.env property is deprecated. ' +
        'Please make sure to convert the value to a string before setting process.env with it.',
      'DeprecationWarning',
      'DEP0104',
    );
  };
}
