import type { HeaderRule } from '@slipway/contracts';
import { readLines, type RuleError, ruleLimits } from './rule-errors.ts';
import { parsePattern } from './url-pattern.ts';

/** Headers that say how an answer travels: they are the server's alone. */
const OURS = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'date',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What a header's name and value may hold: anything else would break every answer of the site. */
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * The rules of a site's `_headers`, as Cloudflare Pages reads them (ST-05): a pattern,
 * below it headers `Name: value` or `! Name`, which takes one away. A line that is wrong
 * is left out and told.
 */
export function parseHeaderRules(text: string): { rules: HeaderRule[]; errors: RuleError[] } {
  const errors: RuleError[] = [];
  const rules: HeaderRule[] = [];
  let rule: (HeaderRule & { line: number }) | undefined;
  /** Headers below a pattern that was refused are its own, and not told again. */
  let refused = false;
  const finish = (): void => {
    if (rule === undefined) return;
    const { line, ...own } = rule;
    rule = undefined;
    if (own.set.length === 0 && own.unset.length === 0) errors.push({ line, message: 'no header follows the pattern' });
    else rules.push(own);
  };
  for (const { line, number } of readLines(text, errors)) {
    if (/^(?:\/|[^\s]+:\/\/)/.test(line)) {
      finish();
      if (rules.length === ruleLimits.headerRules) {
        errors.push({ line: number, message: `only ${ruleLimits.headerRules} rules are read: the rest is left out` });
        break;
      }
      const parsed = parsePattern(line, { pathOnly: false });
      refused = 'problem' in parsed;
      if ('problem' in parsed) errors.push({ line: number, message: parsed.problem });
      else rule = { pattern: parsed.pattern, set: [], unset: [], line: number };
      continue;
    }
    const header = parseHeader(line);
    if ('problem' in header) errors.push({ line: number, message: header.problem });
    else if (rule === undefined) {
      if (!refused) errors.push({ line: number, message: 'a header stands before the first pattern' });
    } else if (header.value === undefined) rule.unset.push(header.name);
    else rule.set.push([header.name, header.value]);
  }
  finish();
  return { rules, errors };
}

function parseHeader(line: string): { name: string; value: string | undefined } | { problem: string } {
  const taken = /^!\s*(\S+)$/.exec(line)?.[1]?.toLowerCase();
  const colon = line.indexOf(':');
  if (taken === undefined && colon === -1) return { problem: 'it is neither "Name: value" nor "! Name"' };
  const name = taken ?? line.slice(0, colon).trim().toLowerCase();
  if (!NAME.test(name)) return { problem: `"${name}" is no name of a header` };
  if (OURS.has(name)) return { problem: `"${name}" is the server's own to set` };
  if (taken !== undefined) return { name, value: undefined };
  const value = line.slice(colon + 1).trim();
  if (value === '') return { problem: `"${name}" has no value` };
  if (!VALUE.test(value)) return { problem: `the value of "${name}" holds characters that no header can carry` };
  if (name === 'set-cookie' && /;\s*domain\s*=/i.test(value))
    return { problem: 'a cookie with a Domain would reach other sites' };
  return { name, value };
}
