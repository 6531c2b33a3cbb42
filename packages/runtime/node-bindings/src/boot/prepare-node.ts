import type { ProcessSystem } from '@slipway/kernel';
import { parseNodeData, type LateSetName, type LazySet } from '@slipway/node-lib';
import { installLanguageHooks, readCommandLine, startCompileCache } from './collaborators.ts';
import type { BindingMembers } from './registry.ts';
import { completeProcessObject } from './process-object.ts';
import { captureHostGlobals, type HostGlobals } from '../realm/host-globals.ts';
import { hideBrowserGlobals } from './hide-browser-globals.ts';
import { chooseMainScript } from './main-script.ts';
import { createRealm, type RealmControl } from './create-realm.ts';
import { holdDuringWebAssembly } from './hold-webassembly.ts';
import { keepLargeModules } from './keep-modules.ts';
import { browserDefaults } from '../locale/index.ts';

/** What the build made of Node's lib; see packages/runtime/node-lib/README.md. */
export interface NodeAssets {
  /** `lazy.bin`: Node's builtins. */
  readonly lazy: LazySet;
  /** Sets that few programs need, fetched synchronously by the one that does. */
  readonly late?: (name: LateSetName) => LazySet;
  /** `nodeDataText` of generated/data.js. As text: parsing JSON in the worker is faster than cloning the object. */
  readonly nodeDataText: string;
  /** `bindingMembersText` of generated/members.js. */
  readonly bindingMembersText: string;
}

/** `scope` has its browser names still: boot takes what it needs, then hides them. */
export interface NodeIo {
  /** The worker's global object, with all its browser names still there. */
  readonly scope: DedicatedWorkerGlobalScope;
  /** lib itself could not boot: a defect of ours. Raw text, not through lib's streams. */
  onBootFailure(text: string): void;
}

/** What has to be known before there is a command line. */
export interface PrepareOptions {
  /** `thread`: a worker_threads thread; its bootstrap differs. */
  readonly kind: 'process' | 'thread';
}

/** A bootstrapped Node that waits for its command line. */
export interface PreparedNode {
  /** Becomes the process that `sys.start` describes. Once only. */
  start(sys: ProcessSystem): void;
  /** Members of bindings that were used and do not exist here. */
  missingBindings(): readonly string[];
}

/**
 * Boots Node's lib in this worker, in two stages.
 *
 *   prepareNode(...)      everything that is the same for every process:
 *                         realm, bootstrap/node, the web globals, the switches
 *   prepared.start(sys)   argv, env and cwd are known: pre-execution and main
 *
 * A spare worker is prepared long before it is needed and starts in a few
 * milliseconds. Reference: node::Realm::BootstrapRealm (src/node_realm.cc),
 * node::LoadEnvironment and StartExecution (src/node.cc).
 */
export function prepareNode(
  assets: NodeAssets,
  io: NodeIo,
  options: PrepareOptions = { kind: 'process' },
): PreparedNode {
  try {
    return new Preparation(assets, io, options);
  } catch (error) {
    io.onBootFailure(describeFailure('prepare', error));
    throw error;
  }
}

const O_RDWR = 2;

class Preparation implements PreparedNode {
  readonly #control: RealmControl;
  readonly #browser = browserDefaults();
  #started = false;

  constructor(assets: NodeAssets, io: NodeIo, options: PrepareOptions) {
    const host = captureHostGlobals(io.scope);
    const isMainThread = options.kind === 'process';
    this.#control = createRealm({
      host,
      data: parseNodeData(assets.nodeDataText),
      members: JSON.parse(assets.bindingMembersText) as BindingMembers,
      sources: { lazy: assets.lazy, late: assets.late },
      isMainThread,
      onBootFailure: (text) => io.onBootFailure(text),
    });
    bootstrap(this.#control, host, io.scope, isMainThread);
  }

  start(sys: ProcessSystem): void {
    if (this.#started) throw new Error('Cannot start the process: it was started before');
    this.#started = true;
    const { realm, loop } = this.#control;
    this.#control.become(sys);
    // PlatformInit: a standard descriptor that is closed would be given to the first file opened.
    if (realm.isMainThread)
      for (const fd of [0, 1, 2])
        if (sys.descriptors.get(fd) === undefined) sys.descriptors.open('/dev/null', O_RDWR, 0);
    const line = readCommandLine(realm);
    if (line.errors.length > 0) {
      this.#control.print(
        line.errors.map((complaint) => `${sys.start.argv[0] ?? sys.start.execPath}: ${complaint}\n`).join(''),
      );
      this.#control.exit(EXIT_INVALID_COMMAND_LINE);
    }
    if (line.show !== undefined) {
      sys.descriptors.write(1, new realm.host.classes.TextEncoder().encode(line.show), null);
      this.#control.exit(0);
    }
    completeProcessObject(realm, line, this.#browser);
    startCompileCache(realm);
    const option = (name: string): unknown => realm.requireBuiltin('internal/options').getOptionValue(name);
    loop.start(() => {
      // StartExecution's callback scope: the main script is async id 1.
      realm.asyncHooks.push(MAIN_ASYNC_ID, 0, {});
      if (realm.isMainThread && line.argv[1] === 'inspect') {
        this.#control.print(
          'node: Cannot run "node inspect": V8\u2019s inspector is out of a page\u2019s reach; ' +
            'use the developer tools of the browser\n',
        );
        this.#control.exit(EXIT_REFUSED);
      }
      const main = chooseMainScript({
        isMainThread: realm.isMainThread,
        firstArgument: line.argv[1] ?? '',
        stdinIsTty: isTty(sys),
        option,
      });
      this.#control.runMain(main);
      // Not when main throws: the handler of the exception clears the stack.
      realm.asyncHooks.pop(MAIN_ASYNC_ID);
    });
  }

  missingBindings(): readonly string[] {
    return this.#control.missingBindings();
  }
}

const MAIN_ASYNC_ID = 1;
const EXIT_REFUSED = 1;
/** ExitCode::kInvalidCommandLineArgument: also for a bad NODE_OPTIONS. */
const EXIT_INVALID_COMMAND_LINE = 9;

function bootstrap(
  control: RealmControl,
  host: HostGlobals,
  scope: DedicatedWorkerGlobalScope,
  isMainThread: boolean,
): void {
  const { realm } = control;
  // Before primordials: lib's own promises have to carry the frame as well.
  installLanguageHooks(realm);
  holdDuringWebAssembly(host, realm.loop);
  keepLargeModules(realm);
  /** After everything that still needs a browser name, before lib takes its primordials. */
  hideBrowserGlobals(scope);
  // InitializeContextRuntime: Node takes away what V8 has beyond the standard.
  Reflect.deleteProperty(Intl, 'v8BreakIterator');
  control.runPerContextScripts();
  control.bootstrapRealm();
  control.runMain('internal/bootstrap/node');
  control.runMain('internal/bootstrap/web/exposed-wildcard');
  control.runMain('internal/bootstrap/web/exposed-window-or-worker');
  control.runMain(`internal/bootstrap/switches/${isMainThread ? 'is_main_thread' : 'is_not_main_thread'}`);
  control.runMain(
    `internal/bootstrap/switches/${isMainThread ? 'does_own_process_state' : 'does_not_own_process_state'}`,
  );
}

function isTty(sys: ProcessSystem): boolean {
  const descriptor = sys.descriptors.get(0);
  return descriptor?.kind === 'stream' && descriptor.end.as === 'tty';
}

/** What to print when lib could not boot: `stage` is the step, as a verb. */
export function describeFailure(stage: string, error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  return `Cannot ${stage} Node: ${text}\n`;
}
