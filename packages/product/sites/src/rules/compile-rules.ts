import type { HeaderRule, RedirectRule } from '@slipway/contracts';
import { compilePattern, decodePattern, fillPlaceholders, isPlainPath, type PatternMatcher } from './url-pattern.ts';

/** Where a request is sent by `_redirects`. `rewrite`: another path of the site answers under this address. */
export type RedirectAnswer =
  | { kind: 'redirect'; status: 301 | 302 | 303 | 307 | 308; location: string }
  | { kind: 'rewrite'; path: string };

/** The rules of one version of a site, ready to be asked. */
export interface CompiledRules {
  /** The first rule that fits. `path` is decoded and has its first slash; `search` is as it came, with its "?". */
  redirect(host: string, path: string, search: string): RedirectAnswer | undefined;
  headers(host: string, path: string, defaults: Readonly<Record<string, string>>): Record<string, string>;
}

/** Compiles once what is asked on every request. */
export function compileRules(rules: {
  headers: readonly HeaderRule[];
  redirects: readonly RedirectRule[];
}): CompiledRules {
  const plain = new Map<string, RedirectRule>();
  const patterns: { matches: PatternMatcher; rule: RedirectRule }[] = [];
  for (const rule of rules.redirects) {
    if (patterns.length === 0 && isPlainPath(rule.from)) plain.set(decodePattern(rule.from), rule);
    else patterns.push({ matches: compilePattern(rule.from), rule });
  }
  const headerRules = rules.headers.map((rule) => ({ ...rule, matches: compilePattern(rule.pattern) }));
  return {
    redirect: (host, path, search) => {
      const exact = plain.get(path);
      if (exact !== undefined) return answerOf(exact, {}, search);
      for (const { matches, rule } of patterns) {
        const captures = matches(host, path);
        if (captures !== undefined) return answerOf(rule, captures, search);
      }
      return undefined;
    },
    headers: (host, path, defaults) => {
      const headers: Record<string, string> = { ...defaults };
      /** What a rule has said, to which another rule adds; a default is replaced. */
      const said = new Set<string>();
      for (const { matches, set, unset } of headerRules) {
        const captures = matches(host, path);
        if (captures === undefined) continue;
        for (const name of unset) delete headers[name];
        for (const [name, value] of set) {
          const filled = fillPlaceholders(value, captures);
          headers[name] = said.has(name) && headers[name] !== undefined ? `${headers[name]}, ${filled}` : filled;
          said.add(name);
        }
      }
      return headers;
    },
  };
}

function answerOf(rule: RedirectRule, captures: Readonly<Record<string, string>>, search: string): RedirectAnswer {
  const filled = fillPlaceholders(rule.to, captures);
  // A header carries no other characters, and an address means these by them.
  const sendable = (text: string): string => text.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
  // What was taken from the address must not make another host of a path of this one.
  const to = rule.to.startsWith('/') ? filled.replace(/^\/+/, '/') : filled;
  const [, path = '', query = '', hash = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(to) ?? [];
  if (rule.status === 200) return { kind: 'rewrite', path: sendable(path) };
  // A destination's own query replaces the one that came.
  return {
    kind: 'redirect',
    status: rule.status,
    location: `${sendable(path)}${query === '' ? search : sendable(query)}${sendable(hash)}`,
  };
}
