import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import type { RecipeLine, Rule, Rules } from './rules.ts';
import type { Ended, RecipeShell } from './run-recipe.ts';
import { runLine } from './run-recipe.ts';
import { stemOf } from './text.ts';
import type { Scope, Variables } from './variables.ts';

/** make(1): -n, -t, -q, -s and the like. */
export interface UpdateSettings {
  readonly dryRun: boolean;
  readonly touch: boolean;
  readonly question: boolean;
  readonly silent: boolean;
  readonly ignoreErrors: boolean;
  readonly keepGoing: boolean;
  readonly always: boolean;
  readonly jobs: number;
  readonly name: string;
  readonly print: (text: string) => void;
  readonly shellFor: (scope: Scope) => RecipeShell;
}

/** What became of a target. `remade`: a recipe ran, so that who needs it has to follow. */
export interface Outcome {
  readonly remade: boolean;
  readonly failed: boolean;
  readonly hadRecipe: boolean;
}

/** Pattern rules that need files which other pattern rules make. */
const MAX_CHAIN = 12;
/** Of a file that no rule is about: there, and as it was. */
const UNTOUCHED: Outcome = { remade: false, failed: false, hadRecipe: false };

/** One way to make a target, its rules put together. `stem` is what `%` stood for. */
interface Plan {
  readonly needs: readonly string[];
  readonly orderOnly: readonly string[];
  readonly recipe: readonly RecipeLine[];
  readonly stem: string;
}

/** Brings targets up to date, each once, what they need before. */
export class Updater {
  readonly #rules: Rules;
  readonly #variables: Variables;
  readonly #settings: UpdateSettings;
  readonly #outcomes = new Map<string, Promise<Outcome>>();
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #stopped = false;
  /** -q: something would have been done. */
  outOfDate = false;

  constructor(rules: Rules, variables: Variables, settings: UpdateSettings) {
    this.#rules = rules;
    this.#variables = variables;
    this.#settings = settings;
  }

  /** A target and all below it. `chain` are those that want it, to find circles. */
  update(target: string, parent: Scope, chain: readonly string[] = []): Promise<Outcome> {
    // The promise is kept, not its value: with -j two may want one target at once.
    const known = this.#outcomes.get(target);
    if (known !== undefined) return known;
    const outcome = this.#update(target, parent, chain);
    this.#outcomes.set(target, outcome);
    return outcome;
  }

  /** Two colons give several plans, which are followed one after the other until one fails. */
  async #update(target: string, parent: Scope, chain: readonly string[]): Promise<Outcome> {
    const scope = this.#scopeOf(target, parent);
    const rules = this.#rules.explicit.get(target) ?? [];
    const plans = this.#plans(target, rules, chain.length);
    if (plans.length === 0) {
      if (timeOf(target) !== undefined || rules.length > 0) return UNTOUCHED;
      const needed = chain.length === 0 ? '' : `, needed by '${chain.at(-1)}'`;
      return this.#fail(`*** No rule to make target '${target}'${needed}.`);
    }
    let result = UNTOUCHED;
    for (const plan of plans) {
      const one = await this.#follow(target, plan, scope, chain);
      result = {
        remade: result.remade || one.remade,
        failed: result.failed || one.failed,
        hadRecipe: result.hadRecipe || one.hadRecipe,
      };
      if (one.failed) break;
    }
    return result;
  }

  /** One plan of all its rules, or one of each where they have two colons. */
  #plans(target: string, rules: readonly Rule[], depth: number): Plan[] {
    if (rules.some(({ isDoubleColon }) => isDoubleColon))
      return rules.map(({ needs, orderOnly, recipe, stem = '' }) => ({ needs, orderOnly, recipe, stem }));
    const needs = [...new Set(rules.flatMap((rule) => rule.needs))];
    const orderOnly = [...new Set(rules.flatMap((rule) => rule.orderOnly))].filter((each) => !needs.includes(each));
    // The last recipe counts (GNU warns of the others).
    const own = rules.findLast(({ recipe }) => recipe.length > 0);
    if (own !== undefined) {
      // What stands first among the prerequisites is the rule's that has the recipe.
      const first = [...own.needs, ...needs.filter((each) => !own.needs.includes(each))];
      return [{ needs: [...new Set(first)], orderOnly, recipe: own.recipe, stem: own.stem ?? '' }];
    }
    const implicit = this.#rules.isMarked('.PHONY', target) ? undefined : this.#implicit(target, depth);
    if (implicit !== undefined)
      return [{ ...implicit, needs: [...implicit.needs, ...needs], orderOnly: [...implicit.orderOnly, ...orderOnly] }];
    if (rules.length > 0) return [{ needs, orderOnly, recipe: [], stem: '' }];
    const fallback = this.#rules.explicit.get('.DEFAULT')?.find(({ recipe }) => recipe.length > 0);
    if (fallback === undefined || timeOf(target) !== undefined) return [];
    return [{ needs: [], orderOnly: [], recipe: fallback.recipe, stem: '' }];
  }

  /** The first pattern rule whose prerequisites exist or can be made, GNU make, "Implicit Rule Search". */
  #implicit(target: string, depth: number): Plan | undefined {
    if (depth > MAX_CHAIN) return undefined;
    for (const { rule, stem, needs, orderOnly } of this.#rules.matching(target)) {
      if (rule.recipe.length === 0) continue;
      const isPossible = needs.every(
        (need) =>
          need !== target &&
          (timeOf(need) !== undefined ||
            this.#rules.explicit.has(need) ||
            this.#implicit(need, depth + 4) !== undefined),
      );
      if (isPossible) return { needs, orderOnly, recipe: rule.recipe, stem };
    }
    return undefined;
  }

  /** Makes what the plan needs, then decides whether its recipe is due. A circle is told and cut, as GNU make does. */
  async #follow(target: string, plan: Plan, scope: Scope, chain: readonly string[]): Promise<Outcome> {
    const below = [...chain, target];
    const outcomes = new Map<string, Outcome>();
    const visit = async (need: string): Promise<void> => {
      if (below.includes(need)) {
        process.stderr.write(`${this.#settings.name}: Circular ${target} <- ${need} dependency dropped.\n`);
        return;
      }
      if (!this.#stopped) outcomes.set(need, await this.update(need, scope, below));
    };
    const all = [...plan.needs, ...plan.orderOnly];
    // Without -j in their order, each with all below it, as makefiles rely on.
    if (this.#settings.jobs === 1) for (const need of all) await visit(need);
    else await Promise.all(all.map(visit));
    const failed = [...outcomes.values()].some((outcome) => outcome.failed);
    if (failed || this.#stopped) {
      if (this.#settings.keepGoing && chain.length === 0)
        process.stderr.write(`${this.#settings.name}: Target '${target}' not remade because of errors.\n`);
      return { remade: false, failed: true, hadRecipe: plan.recipe.length > 0 };
    }
    const time = timeOf(target);
    // Order-only prerequisites are made, but their times do not count.
    const newer = plan.needs.filter((need) => {
      if (outcomes.get(need)?.remade === true) return true;
      const needed = timeOf(need);
      return time !== undefined && needed !== undefined && needed > time;
    });
    const isPhony = this.#rules.isMarked('.PHONY', target);
    const isDue = isPhony || time === undefined || newer.length > 0 || this.#settings.always;
    const hadRecipe = plan.recipe.length > 0;
    if (!isDue) return { remade: false, failed: false, hadRecipe };
    if (!hadRecipe) return { remade: isPhony || newer.length > 0 || time === undefined, failed: false, hadRecipe };
    const automatic = this.#automatic(target, plan, isPhony || time === undefined ? plan.needs : newer, scope);
    return await this.#run(target, plan, automatic);
  }

  /**
   * Expands the whole recipe before its first line runs, as GNU make does: a $(shell) in the last line runs
   * before the first line.
   */
  async #run(target: string, plan: Plan, scope: Scope): Promise<Outcome> {
    this.outOfDate = true;
    if (this.#settings.question) return { remade: true, failed: false, hadRecipe: true };
    if (this.#settings.touch) {
      this.#touch(target);
      return { remade: true, failed: false, hadRecipe: true };
    }
    const texts = plan.recipe.map(({ text, file, line }) => ({
      text: this.#variables.expandAt(text, scope, `${file}:${line}`),
      file,
      line,
    }));
    const lines = this.#rules.explicit.has('.ONESHELL')
      ? [{ text: texts.map(({ text }) => text).join('\n'), file: texts[0]?.file ?? '', line: texts[0]?.line ?? 0 }]
      : texts.flatMap(({ text, file, line }) => splitRecipe(text).map((each) => ({ text: each, file, line })));
    for (const { text, file, line } of lines) {
      const [, marks = '', command = ''] = /^([\s@+-]*)(.*)$/s.exec(text) ?? [];
      if (command.trim() === '') continue;
      // `+` and $(MAKE): run even with -n, so that a dry run shows what a make below would do.
      const isForced =
        marks.includes('+') || /\$[({]MAKE[)}]/.test(plan.recipe.find((each) => each.line === line)?.text ?? '');
      const isSilent = marks.includes('@') || this.#settings.silent || this.#rules.isMarked('.SILENT', target);
      if (this.#settings.dryRun || !isSilent) this.#settings.print(`${command}\n`);
      if (this.#settings.dryRun && !isForced) continue;
      const ended = await this.#inTurn(() => runLine(command, this.#settings.shellFor(scope)));
      if ('status' in ended && ended.status === 0) continue;
      const place = `[${file}:${line}: ${target}]`;
      if (marks.includes('-') || this.#settings.ignoreErrors || this.#rules.isMarked('.IGNORE', target)) {
        if (!this.#settings.silent)
          process.stderr.write(`${this.#settings.name}: ${place} ${describe(ended)} (ignored)\n`);
        continue;
      }
      // A signal always takes the target away: nobody knows how far its recipe was.
      if (this.#rules.explicit.has('.DELETE_ON_ERROR') || 'signal' in ended) this.#delete(target);
      return this.#fail(`*** ${place} ${describe(ended)}`, '');
    }
    return { remade: true, failed: false, hadRecipe: true };
  }

  /** No more lines at a time than -j says. */
  async #inTurn<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#settings.jobs) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      return await task();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  /** Reports once; without -k everything that has not begun stays undone. */
  #fail(message: string, end = '  Stop.'): Outcome {
    const stops = !this.#settings.keepGoing;
    // What another job has found first is what is told.
    if (!this.#stopped) process.stderr.write(`${this.#settings.name}: ${message}${stops ? end : ''}\n`);
    this.#stopped ||= stops;
    return { remade: false, failed: true, hadRecipe: false };
  }

  /** -t; a target that does not exist is made, empty. */
  #touch(target: string): void {
    if (this.#rules.isMarked('.PHONY', target)) return;
    this.#settings.print(`touch ${target}\n`);
    if (timeOf(target) === undefined) writeFileSync(target, '');
    else utimesSync(target, new Date(), new Date());
  }

  /** A file that is half made would look up to date. */
  #delete(target: string): void {
    if (timeOf(target) === undefined || this.#rules.isMarked('.PHONY', target)) return;
    process.stderr.write(`${this.#settings.name}: *** Deleting file '${target}'\n`);
    rmSync(target, { force: true });
  }

  /** Variables of the target, which what it needs inherits: a child of the parent's scope. */
  #scopeOf(target: string, parent: Scope): Scope {
    const matching = this.#rules.targetVariables.filter(({ pattern }) => stemOf(pattern, target) !== undefined);
    const scope: Scope = { own: new Map(), parent };
    for (const { name, operator, text, origin } of matching)
      this.#variables.assign(name, operator, text, origin, scope);
    return scope;
  }

  /** $@, $<, $^, $+, $?, $*, $| and their D and F forms. */
  #automatic(target: string, plan: Plan, newer: readonly string[], parent: Scope): Scope {
    const values: Readonly<Record<string, string>> = {
      '@': target,
      '<': plan.needs[0] ?? '',
      '^': [...new Set(plan.needs)].join(' '),
      '+': plan.needs.join(' '),
      '?': newer.join(' '),
      '*': plan.stem,
      '|': plan.orderOnly.join(' '),
    };
    const scope: Scope = { own: new Map(), parent };
    const set = (name: string, value: string): void => {
      scope.own.set(name, { value, isSimple: true, origin: 'automatic' });
    };
    for (const [name, value] of Object.entries(values)) {
      set(name, value);
      const parts = value.split(' ').filter((part) => part !== '');
      set(`${name}D`, parts.map((part) => part.slice(0, Math.max(0, part.lastIndexOf('/'))) || '.').join(' '));
      set(`${name}F`, parts.map((part) => part.slice(part.lastIndexOf('/') + 1)).join(' '));
    }
    return scope;
  }
}

/** Lines of a recipe's text; a backslash at the end of one holds the next. */
function splitRecipe(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const before = lines.at(-1);
    if (before !== undefined && /(?:^|[^\\])(?:\\\\)*\\$/.test(before)) lines[lines.length - 1] = `${before}\n${line}`;
    else lines.push(line);
  }
  return lines;
}

/** strsignal(3), of those that end a recipe. */
const SIGNALS: Readonly<Record<string, string>> = {
  SIGHUP: 'Hangup',
  SIGINT: 'Interrupt',
  SIGKILL: 'Killed',
  SIGTERM: 'Terminated',
};

const describe = (ended: Ended): string =>
  'status' in ended ? `Error ${ended.status}` : (SIGNALS[ended.signal] ?? ended.signal);

/** When a file was changed, undefined where there is none. */
function timeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
