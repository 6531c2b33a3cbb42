import { type StemPattern, stemOf, stemPattern, withStem } from './text.ts';
import type { Variable } from './variables.ts';

/** With its place, which make names when the line fails. */
export interface RecipeLine {
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

/** One for each target: `a b: c` makes two. */
export interface Rule {
  readonly target: string;
  readonly needs: string[];
  readonly orderOnly: string[];
  readonly recipe: RecipeLine[];
  /** What `%` stood for, of a static pattern rule. */
  readonly stem: string | undefined;
  readonly isDoubleColon: boolean;
}

/** Tried only for a target without a recipe of its own. */
export interface PatternRule {
  readonly targets: readonly string[];
  readonly needs: readonly string[];
  readonly orderOnly: readonly string[];
  readonly recipe: RecipeLine[];
}

/** An assignment for one target, or all that match. */
export interface TargetVariable {
  readonly pattern: StemPattern;
  readonly name: string;
  readonly operator: string;
  readonly text: string;
  readonly origin: Variable['origin'];
}

/** What makefiles said, apart from variables. */
export class Rules {
  readonly explicit = new Map<string, Rule[]>();
  readonly patterns: PatternRule[] = [];
  readonly targetVariables: TargetVariable[] = [];
  /** The first target that is no special name. */
  firstTarget: string | undefined;

  /** Prerequisites of a special target such as .PHONY. */
  special(name: string): ReadonlySet<string> | undefined {
    const rules = this.explicit.get(name);
    return rules === undefined ? undefined : new Set(rules.flatMap(({ needs }) => needs));
  }

  /** What `.PHONY` or `.SILENT` say of one target; without prerequisites they speak of all. */
  isMarked(name: string, target: string): boolean {
    const targets = this.special(name);
    return targets !== undefined && (targets.has(target) || (targets.size === 0 && name !== '.PHONY'));
  }

  add(rule: Rule): void {
    const rules = this.explicit.get(rule.target);
    if (rules === undefined) this.explicit.set(rule.target, [rule]);
    else rules.push(rule);
    // A name that begins with a dot and has no slash is none that one would want.
    if (!/^\.[^/]*$/.test(rule.target)) this.firstTarget ??= rule.target;
  }

  /** `.c.o:` is `%.o: %.c`. */
  suffixRules(): PatternRule[] {
    return [...this.explicit].flatMap(([target, rules]) => {
      const [, from, to] = /^(\.[A-Za-z0-9_+]+)(\.[A-Za-z0-9_+]+)$/.exec(target) ?? [];
      const recipe = rules.find((rule) => rule.recipe.length > 0)?.recipe;
      if (from === undefined || to === undefined || recipe === undefined) return [];
      return [{ targets: [`%${to}`], needs: [`%${from}`], orderOnly: [], recipe }];
    });
  }

  /** Pattern rules for a target, those with the shortest stem first (GNU make, "How Patterns Match"). */
  matching(
    target: string,
  ): { readonly rule: PatternRule; readonly stem: string; readonly needs: string[]; readonly orderOnly: string[] }[] {
    const slash = target.lastIndexOf('/') + 1;
    return [...this.patterns, ...this.suffixRules()]
      .flatMap((rule) =>
        rule.targets.flatMap((text) => {
          const pattern = stemPattern(text);
          // A pattern without a slash is matched with the file's name alone, and its folder comes back before the rest.
          const whole = text.includes('/');
          const stem = stemOf(pattern, whole ? target : target.slice(slash));
          if (stem === undefined || stem === '') return [];
          const folder = whole ? '' : target.slice(0, slash);
          const fill = (need: string): string => (need.includes('%') ? folder + withStem(need, stem) : need);
          return [{ rule, stem: folder + stem, needs: rule.needs.map(fill), orderOnly: rule.orderOnly.map(fill) }];
        }),
      )
      .toSorted((a, b) => a.stem.length - b.stem.length);
  }
}
