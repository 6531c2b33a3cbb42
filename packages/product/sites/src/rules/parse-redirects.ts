import type { RedirectRule } from '@slipway/contracts';
import { readLines, type RuleError, ruleLimits } from './rule-errors.ts';
import { isPlainPath, parsePattern } from './url-pattern.ts';

const STATUSES = [200, 301, 302, 303, 307, 308] as const;

/**
 * The rules of a site's `_redirects`, as Cloudflare Pages reads them (ST-05): source,
 * destination and a status, 302 without one. 200 shows another page of the site under the
 * address. The first rule that fits wins. Everything to the single page is what a setting
 * does, and would hide every file: `singlePage` says that it was asked for.
 */
export function parseRedirectRules(text: string): { rules: RedirectRule[]; errors: RuleError[]; singlePage: boolean } {
  const errors: RuleError[] = [];
  const rules: RedirectRule[] = [];
  const seen = new Set<string>();
  let plain = 0;
  let dynamic = 0;
  let singlePage = false;
  for (const { line, number } of readLines(text, errors)) {
    const parsed = parseRedirect(line);
    if ('problem' in parsed) {
      errors.push({ line: number, message: parsed.problem });
      continue;
    }
    const { rule } = parsed;
    if (rule.status === 200 && rule.from === '/*' && /^\/(?:index(?:\.html)?)?$/.test(rule.to)) {
      singlePage = true;
      continue;
    }
    if (rule.from.endsWith('*') && /\/index(?:\.html)?$/.test(rule.to) && rule.to.startsWith('/')) {
      errors.push({ line: number, message: `"${rule.to}" is matched by the rule itself: it would go round for ever` });
      continue;
    }
    if (seen.has(rule.from)) {
      errors.push({ line: number, message: `there is a rule for "${rule.from}" already` });
      continue;
    }
    // Behind the first pattern every rule counts as one, since order decides.
    if (dynamic === 0 && isPlainPath(rule.from)) {
      if (++plain > ruleLimits.staticRedirects) {
        errors.push({ line: number, message: `only ${ruleLimits.staticRedirects} rules without a pattern are read` });
        continue;
      }
    } else if (++dynamic > ruleLimits.dynamicRedirects) {
      errors.push({
        line: number,
        message: `only ${ruleLimits.dynamicRedirects} rules with a pattern are read: the rest is left out`,
      });
      break;
    }
    seen.add(rule.from);
    rules.push(rule);
  }
  return { rules, errors, singlePage };
}

function parseRedirect(line: string): { rule: RedirectRule } | { problem: string } {
  const tokens = line.split(/\s+/);
  const comment = tokens.findIndex((token) => token.startsWith('#'));
  const [source, to, code = '302', ...more] = comment > 1 ? tokens.slice(0, comment) : tokens;
  if (source === undefined || to === undefined || more.length > 0)
    return { problem: 'it is not a source, a destination and perhaps a status' };
  const from = parsePattern(source, { pathOnly: true });
  if ('problem' in from) return from;
  const status = STATUSES.find((known) => String(known) === code);
  if (status === undefined) return { problem: `"${code}" is none of the statuses ${STATUSES.join(', ')}` };
  const local = to.startsWith('/') && !to.startsWith('//');
  if (!local && !/^https?:\/\/[^/]/.test(to)) return { problem: `"${to}" is neither a path nor an address` };
  if (status === 200 && !local) return { problem: `200 shows a page of the site itself, and "${to}" is elsewhere` };
  return { rule: { from: from.pattern, to, status } };
}
