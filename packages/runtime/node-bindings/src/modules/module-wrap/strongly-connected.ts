import { EVALUATION_PHASE } from '@slipway/module-transform';
import { Status, type ModuleRecord } from './module-record.ts';

/**
 * Marks the modules that lie in an import cycle (Tarjan's algorithm over the
 * not yet instantiated part of a graph). Returns that part, dependencies first.
 */
export function findCycles(root: ModuleRecord): ModuleRecord[] {
  const order: ModuleRecord[] = [];
  const index = new Map<ModuleRecord, number>();
  const low = new Map<ModuleRecord, number>();
  const stack: ModuleRecord[] = [];
  const onStack = new Set<ModuleRecord>();

  const visit = (module: ModuleRecord): void => {
    const own = index.size;
    index.set(module, own);
    low.set(module, own);
    stack.push(module);
    onStack.add(module);
    let lowest = own;
    for (const [k, required] of (module.dependencies ?? []).entries()) {
      // A module asked for its source only is neither linked nor run.
      if (module.requests[k]?.phase !== EVALUATION_PHASE) continue;
      // What was instantiated before cannot lead back here.
      if (required.status !== Status.uninstantiated) continue;
      if (required === module) module.isCyclic = true;
      // Recursive: as deep as the graph of imports, not as large.
      if (!index.has(required)) visit(required);
      if (onStack.has(required)) lowest = Math.min(lowest, low.get(required) as number);
    }
    low.set(module, lowest);
    if (lowest === own) {
      const size = stack.length - stack.indexOf(module);
      for (const member of stack.splice(stack.length - size)) {
        if (size > 1) member.isCyclic = true;
        onStack.delete(member);
      }
    }
    // A module is listed when all that it imports are.
    order.push(module);
  };

  visit(root);
  return order;
}
