import type { Continuation } from '../language/continuation.ts';
import {
  DONE,
  Status,
  UNSET,
  type ModuleRecord,
  type SourceTextRecord,
  type TopLevelCapability,
} from './module-record.ts';
import { EVALUATION_PHASE } from '@slipway/module-transform';
import { markHandled, whenSettled } from '../../realm/when-settled.ts';

/** What evaluation needs of its realm: the engine's promises, and how a body is called. */
export interface EvaluationParts {
  readonly Promise: PromiseConstructor;
  readonly then: Promise<unknown>['then'];
  readonly continuation: Continuation;
  /** Calls the body of a module without top-level await. */
  execute(module: ModuleRecord): void;
  executeAsync(module: SourceTextRecord): Promise<unknown>;
  /** The module has run without error. */
  evaluated(module: ModuleRecord): void;
}

/**
 * Evaluation of a module graph: ECMA-262 16.2.1.5.3 (Cyclic Module Records).
 * Step numbers are those of that text.
 */
export class Evaluator {
  readonly #parts: EvaluationParts;
  /** The agent's [[ModuleAsyncEvaluationCount]]. Grows for ever: only the order counts. */
  #asyncCount = 0;
  /** Modules suspended in a top-level await. */
  readonly suspended = new Set<SourceTextRecord>();

  constructor(parts: EvaluationParts) {
    this.#parts = parts;
  }

  /** 16.2.1.5.3 Evaluate: a promise of the whole graph, the same one each time. Never throws. */
  evaluate(start: ModuleRecord): Promise<unknown> {
    return this.#evaluate(start).promise;
  }

  /** Evaluates a graph that has no top-level await; throws what a module threw. */
  evaluateSync(start: ModuleRecord): void {
    const { promise } = this.#evaluate(start);
    // The error is thrown below: as a rejection it is handled.
    markHandled(this.#parts.then, promise);
    // A member of a cycle keeps no promise of its own; its root has the error.
    const module = start.cycleRoot ?? start;
    if (module.status === Status.errored) throw module.error;
  }

  #evaluate(start: ModuleRecord): TopLevelCapability {
    // 3. A module that ran as a part of a cycle answers for the whole cycle.
    const module =
      start.status === Status.evaluated || start.status === Status.errored ? (start.cycleRoot ?? start) : start;
    // 4. Whoever asks again gets the same promise.
    if (module.topLevelCapability !== undefined) return module.topLevelCapability;
    // 5. An empty stack; 6. a new capability, 7. kept for whoever asks again.
    const stack: ModuleRecord[] = [];
    const capability = this.#newCapability();
    module.topLevelCapability = capability;
    try {
      // 8. Depth first through the graph.
      this.#inner(module, stack);
    } catch (error) {
      // 9. Everything on the stack failed with it.
      for (const member of stack) fail(member, error);
      capability.reject(error);
      return capability;
    }
    // 10. Asynchronous ones are settled when their last dependency is.
    if (module.asyncOrder === UNSET || module.asyncOrder === DONE) {
      if (module.status === Status.errored) capability.reject(module.error);
      else capability.resolve(undefined);
    }
    return capability;
  }

  /**
   * 16.2.1.5.3.1 InnerModuleEvaluation, with its recursion as a list: a module's
   * body runs at the same stack depth however deep the graph is.
   */
  #inner(root: ModuleRecord, stack: ModuleRecord[]): void {
    const path: { readonly module: ModuleRecord; next: number }[] = [];
    let index = 0;
    // 2-3. Evaluated before: its error again, or nothing to do. 4. On the stack already: a cycle.
    // 5-9. Marked as evaluating and given its place in the search, 10. pushed. False when it was met before.
    const enter = (module: ModuleRecord): boolean => {
      if (module.status === Status.errored) throw module.error;
      if (module.status === Status.evaluated || module.status === Status.evaluating) return false;
      module.status = Status.evaluating;
      module.dfsIndex = index;
      module.dfsAncestorIndex = index;
      module.pendingDependencies = 0;
      index++;
      stack.push(module);
      path.push({ module, next: 0 });
      return true;
    };
    enter(root);
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const { module } = frame;
      // 11. One dependency after the other, those of the source phase left out; 11.c is `join`.
      const k = frame.next++;
      const request = module.requests[k];
      if (request !== undefined) {
        if (request.phase !== EVALUATION_PHASE) continue;
        const required = module.dependencies?.[k] as ModuleRecord;
        if (!enter(required)) join(module, required);
        continue;
      }
      // 12. A module that waits, for itself or a dependency, takes its place among the asynchronous
      // ones and begins if it waits for nobody; 13. any other runs now.
      if (module.pendingDependencies > 0 || module.hasTopLevelAwait) {
        module.asyncOrder = this.#asyncCount++;
        if (module.pendingDependencies === 0) this.#executeAsync(module as SourceTextRecord);
      } else {
        this.#parts.execute(module);
      }
      // 14-16. Back at the root of its cycle the whole cycle is done; then its importer goes on.
      if (module.dfsAncestorIndex === module.dfsIndex) this.#closeComponent(module, stack);
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) join(parent.module, module);
    }
  }

  /** The root of a strongly connected component is done: so are its members. */
  #closeComponent(root: ModuleRecord, stack: ModuleRecord[]): void {
    for (;;) {
      const member = stack.pop() as ModuleRecord;
      member.status = Status.evaluated;
      member.cycleRoot = root;
      // The others are told when they have run (`#finish`).
      if (member.asyncOrder === UNSET) this.#parts.evaluated(member);
      if (member === root) return;
    }
  }

  /** 16.2.1.5.3.2 ExecuteAsyncModule: runs up to the first await; what follows comes in microtasks. */
  #executeAsync(module: SourceTextRecord): void {
    const { then, continuation } = this.#parts;
    this.suspended.add(module);
    const promise = this.#parts.executeAsync(module);
    // In the frame in which the import was asked for, not in that of whatever settled the promise.
    const rejected = continuation.carry((error: unknown) => this.#rejected(module, error));
    whenSettled(
      then,
      promise,
      continuation.carry(() => this.#fulfilled(module)),
      rejected,
    );
  }

  /** 16.2.1.5.3.3 GatherAvailableAncestors: importers that waited for this module alone, and theirs. */
  #gather(module: ModuleRecord, list: Set<ModuleRecord>): void {
    for (const parent of module.asyncParents) {
      if (list.has(parent) || (parent.cycleRoot ?? parent).status === Status.errored) continue;
      // Ready when the last of its dependencies is.
      parent.pendingDependencies--;
      if (parent.pendingDependencies > 0) continue;
      list.add(parent);
      // It will run at once, so those that wait for it may be ready as well.
      if (!parent.hasTopLevelAwait) this.#gather(parent, list);
    }
  }

  /** 16.2.1.5.3.4 AsyncModuleExecutionFulfilled: those that waited run now, in this very job. */
  #fulfilled(module: ModuleRecord): void {
    // 1. It failed through a sibling of its cycle.
    if (module.status === Status.errored) return;
    // 2-3. are assertions. 4-7. Evaluated; whoever asked for the module itself is told.
    this.#finish(module);
    // 8-11. Importers that waited for this one alone.
    const ready = new Set<ModuleRecord>();
    this.#gather(module, ready);
    // 12. In the order in which they became asynchronous.
    for (const member of [...ready].sort((a, b) => a.asyncOrder - b.asyncOrder)) {
      if (member.status === Status.errored) continue;
      if (member.hasTopLevelAwait) {
        this.#executeAsync(member as SourceTextRecord);
        continue;
      }
      try {
        this.#parts.execute(member);
      } catch (error) {
        this.#rejected(member, error);
        continue;
      }
      this.#finish(member);
    }
  }

  #finish(module: ModuleRecord): void {
    module.asyncOrder = DONE;
    this.suspended.delete(module as SourceTextRecord);
    this.#parts.evaluated(module);
    module.topLevelCapability?.resolve(undefined);
  }

  /** 16.2.1.5.3.5 AsyncModuleExecutionRejected: the same error for all that import it, however far away. */
  #rejected(module: ModuleRecord, error: unknown): void {
    // 1. It failed before, through another dependency.
    if (module.status === Status.errored) return;
    // 2-3. are assertions. 4-7. Its error is kept, and it counts as done.
    fail(module, error);
    module.asyncOrder = DONE;
    this.suspended.delete(module as SourceTextRecord);
    // 8. Importers fail with it; 9. whoever asked for the module itself is told.
    for (const parent of module.asyncParents) this.#rejected(parent, error);
    module.topLevelCapability?.reject(error);
  }

  #newCapability(): TopLevelCapability {
    let capability: TopLevelCapability | undefined;
    const promise: Promise<unknown> = new this.#parts.Promise((resolve, reject) => {
      capability = {
        get promise() {
          return promise;
        },
        resolve,
        reject,
      };
    });
    return capability as TopLevelCapability;
  }
}

/** 11.c: what a dependency, visited now or before, means for its importer. */
function join(module: ModuleRecord, dependency: ModuleRecord): void {
  let required = dependency;
  if (required.status === Status.evaluating) {
    module.dfsAncestorIndex = Math.min(module.dfsAncestorIndex, required.dfsAncestorIndex);
  } else {
    required = required.cycleRoot ?? required;
    if (required.status === Status.errored) throw required.error;
  }
  if (required.asyncOrder >= 0) {
    module.pendingDependencies++;
    required.asyncParents.push(module);
  }
}

function fail(module: ModuleRecord, error: unknown): void {
  module.status = Status.errored;
  module.error = error;
}
