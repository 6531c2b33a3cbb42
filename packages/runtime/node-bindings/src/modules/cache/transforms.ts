import {
  EditList,
  type EncodedEdits,
  makeBody,
  mayNeedTransform,
  planLiveModule,
  planModule,
  planScript,
  type LoadParse,
  type ModulePlan,
  type Plan,
  type TransformedScript,
  type ModuleBody,
  type ModuleTables,
} from '@slipway/module-transform';
import { textHash } from './text-hash.ts';
import type { TransformCache } from './transform-cache.ts';

/** Changes whenever the same text would be transformed differently. */
export const PLAN_VERSION = 3;
/**
 * Below this many characters a look into the cache costs as much as the work. The
 * work is dear in a fresh worker, where the scanner has never run: 3 ms for a
 * module of 900 characters, and 25 more where it takes the parser.
 */
const WORTH_CACHING = 100;

interface StoredPlan {
  readonly prefix: string;
  readonly edits: EncodedEdits;
  readonly tables?: ModuleTables;
}

/** A plan that somebody else keeps: `known` is used where it is there, else `made` hears what is worth keeping. */
export interface KeptPlan {
  readonly known: string | undefined;
  made(plan: string): void;
}

/**
 * Transformation with memory. What is remembered is the plan, not the text: a
 * few numbers that are applied to the source again.
 */
export class Transforms {
  readonly #loadParse: LoadParse;
  readonly #cache: () => TransformCache | undefined;

  /** Whether direct eval must be found in scripts that need nothing else. */
  readonly #watchesEval: () => boolean;

  constructor(loadParse: LoadParse, cache: () => TransformCache | undefined, watchesEval: () => boolean = () => false) {
    this.#loadParse = loadParse;
    this.#cache = cache;
    this.#watchesEval = watchesEval;
  }

  module(source: string, kept?: KeptPlan): { readonly tables: ModuleTables; readonly body: ModuleBody } {
    const make = (): ModulePlan => this.#remember('module', source, () => planModule(source, this.#loadParse));
    const plan = kept === undefined ? make() : fromKept(kept, make);
    return { tables: plan.tables, body: makeBody(plan, source) };
  }

  liveModule(source: string): ModuleBody {
    return makeBody(
      this.#remember('live', source, () => planLiveModule(source, this.#loadParse)),
      source,
    );
  }

  script(source: string, kept?: KeptPlan): TransformedScript | undefined {
    if (!mayNeedTransform(source) && !(source.includes('eval') && this.#watchesEval())) {
      // Also worth keeping: the next process need not even look.
      kept?.made(NOTHING_TO_DO);
      return undefined;
    }
    const make = (): Plan => this.#remember('script', source, () => planScript(source, this.#loadParse));
    const plan = kept === undefined ? make() : fromKept(kept, make);
    return plan.edits.length === 0 ? undefined : makeBody(plan, source);
  }

  #remember<Made extends Plan>(kind: string, source: string, make: () => Made): Made {
    const cache = source.length < WORTH_CACHING ? undefined : this.#cache();
    if (cache === undefined) return make();
    // The version is part of the key: a cache written by another version is not found, and needs no removal.
    const key = `${kind}-${PLAN_VERSION}-${textHash(source)}`;
    const known = cache.get(key);
    if (known !== undefined) return decodePlan(known) as Made;
    const plan = make();
    cache.put(key, encodePlan(plan), source.length);
    return plan;
  }
}

/** No edits, and still worth keeping: it spares the parse. */
export const NOTHING_TO_DO = encodePlan({ prefix: '', edits: new EditList() });

function fromKept<Made extends Plan>(kept: KeptPlan, make: () => Made): Made {
  if (kept.known !== undefined) return decodePlan(kept.known) as Made;
  const plan = make();
  kept.made(encodePlan(plan));
  return plan;
}

/** A plan as JSON: prefix, edits as numbers, tables. Readable only by the same PLAN_VERSION. */
export function encodePlan(plan: Plan | ModulePlan): string {
  const stored: StoredPlan = {
    prefix: plan.prefix,
    edits: plan.edits.encode(),
    ...('tables' in plan && { tables: plan.tables }),
  };
  return JSON.stringify(stored);
}

/** The plan that `encodePlan` wrote; the text was checked by its cache, so nothing is checked here. */
export function decodePlan(text: string): Plan | ModulePlan {
  const { prefix, edits, tables } = JSON.parse(text) as StoredPlan;
  return { prefix, edits: EditList.decode(edits), ...(tables !== undefined && { tables }) };
}
