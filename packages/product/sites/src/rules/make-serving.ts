import type { BuildSettings, SiteServing } from '@slipway/contracts';
import { parseHeaderRules } from './parse-headers.ts';
import { parseRedirectRules } from './parse-redirects.ts';

/** Files of an output that say how the rest is served, and are not served themselves. */
export const RULE_FILES = ['_headers', '_redirects'] as const;

/**
 * How a version is served (ST-05), and what its owner should know of the rules' lines. `singlePage` is by detection.
 */
export function makeServing(
  settings: Pick<BuildSettings, 'singlePage' | 'trailingSlash'>,
  singlePage: boolean,
  ruleTexts: ReadonlyMap<string, string>,
): { serving: SiteServing; lines: string[] } {
  const headers = parseHeaderRules(ruleTexts.get('_headers') ?? '');
  const redirects = parseRedirectRules(ruleTexts.get('_redirects') ?? '');
  const lines: string[] = [];
  for (const [file, { errors }] of [
    ['_headers', headers],
    ['_redirects', redirects],
  ] as const)
    for (const { line, message } of errors) lines.push(`${file}, line ${line}: ${message}`);
  return {
    serving: {
      singlePage: settings.singlePage ?? (singlePage || redirects.singlePage),
      trailingSlash: settings.trailingSlash ?? 'auto',
      headers: headers.rules,
      redirects: redirects.rules,
    },
    lines,
  };
}
