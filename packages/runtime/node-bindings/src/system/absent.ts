/**
 * Bindings for things that do not exist in a browser: they answer "no" where
 * lib asks, and refuse by name where a program wants them. Members left out
 * refuse through the registry.
 */
import type { Foreign, Realm } from '../realm/realm.ts';

/** internalBinding('mksnapshot'). Reference: src/node_snapshotable.cc. No snapshot is ever being built. */
export function createMksnapshotBinding(_realm: Realm): Foreign {
  return {
    // One byte, 0: no snapshot is being built, so lib keeps no callbacks for one.
    isBuildingSnapshotBuffer: new Uint8Array(1),
    setSerializeCallback() {},
    setDeserializeCallback() {},
    setDeserializeMainFunction() {},
  };
}

/** internalBinding('trace_events'). Reference: src/node_trace_events.cc. No category is ever enabled. */
export function createTraceEventsBinding(_realm: Realm): Foreign {
  return {
    getEnabledCategories: () => undefined,
    isTraceCategoryEnabled: () => false,
    setTraceCategoryStateUpdateHandler() {},
    // lib keeps the byte and looks whether it is 0 before each trace call.
    getCategoryEnabledBuffer: () => new Uint8Array(1),
    trace() {},
    CategorySet: class CategorySet {
      enable(): never {
        throw new Error('Cannot enable trace events: a browser has no tracing agent');
      }
      disable() {}
    },
  };
}

/**
 * internalBinding('permission'). Reference: src/permission/permission.cc. A program
 * that asks for --permission is not started (option-rules.ts).
 */
export function createPermissionBinding(_realm: Realm): Foreign {
  // Without --permission everything is allowed; with it no process starts.
  return { has: () => true };
}

/** internalBinding('sea'). Reference: src/node_sea.cc. This is no single-executable application. */
export function createSeaBinding(_realm: Realm): Foreign {
  return { isSea: () => false, isExperimentalSeaWarningNeeded: () => false, getAssetKeys: () => [] };
}

/**
 * internalBinding('inspector'). Reference: src/inspector_js_api.cc. `node:inspector`
 * loads, because programs ask it whether they are being debugged, and says no.
 */
export function createInspectorBinding(realm: Realm): Foreign {
  const refuse = (what: string) => (): never => {
    throw new Error(`Cannot ${what}: there is no inspector in a browser container`);
  };
  class Connection {
    /** Opening a session fails at once and not at its first command: a debugger must not wait for an answer. */
    constructor() {
      refuse('connect an inspector session')();
    }
  }
  return {
    isEnabled: () => false,
    url: () => undefined,
    open: refuse('open the inspector'),
    waitForDebugger: refuse('wait for a debugger'),
    /** `--inspect-brk`: stops where developer tools are open; a step into the call is the program's first line. */
    callAndPauseOnStart(start: (...values: unknown[]) => unknown, self: unknown, ...values: unknown[]): unknown {
      // eslint-disable-next-line no-debugger -- The point of the option.
      debugger;
      return Reflect.apply(start, self, values);
    },
    Connection,
    MainThreadConnection: class MainThreadConnection extends Connection {},
    // lib merges it with its own console: calls must reach something.
    console: realm.host.console,
    emitProtocolEvent() {},
    setupNetworkTracking() {},
    setConsoleExtensionInstaller() {},
    registerAsyncHook() {},
  };
}

/** internalBinding('internal_only_v8'). Reference: src/internal_only_v8.cc. The heap cannot be searched. */
export function createInternalOnlyV8Binding(_realm: Realm): Foreign {
  return {
    queryObjects(): never {
      throw new Error('Cannot query objects: a browser does not let a program search its heap');
    },
  };
}
