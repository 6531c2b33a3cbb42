/**
 * `timeout` of a vm module's `evaluate`: modules that have still to run are
 * compiled once more with looks at the clock in their loops and functions, as
 * scripts are (contextify/script-timeout.ts).
 * Reference: ModuleWrap::Evaluate, src/module_wrap.cc; Watchdog, src/node_watchdog.cc.
 */
import { guardScript } from '../contextify/script-timeout.ts';
import { assembleModule, EVALUATION_PHASE } from '@slipway/module-transform';
import { nodeError } from './errors.ts';
import type { LinkParts } from './instantiate.ts';
import { Status, type ModuleRecord, type SourceTextRecord } from './module-record.ts';

/**
 * Gives the modules that look at the clock now. `sourceOf` gives the text of a module that a program made. Throws
 * ERR_FEATURE_UNAVAILABLE_ON_PLATFORM where a module could not be stopped.
 */
export function guardGraph(
  root: ModuleRecord,
  sourceOf: (record: SourceTextRecord) => string | undefined,
  parts: LinkParts,
  check: () => void,
): readonly SourceTextRecord[] {
  const seen = new Set<ModuleRecord>();
  const found: [SourceTextRecord, string][] = [];
  const visit = (record: ModuleRecord): void => {
    // What has run already needs no limit.
    if (seen.has(record) || record.status !== Status.instantiated) return;
    seen.add(record);
    if (record.kind === 'source-text') {
      const source = sourceOf(record);
      // Half of it has run: others hold its bindings.
      if (record.generator !== undefined || source === undefined) throw cannotStop(record);
      found.push([record, source]);
    }
    record.requests.forEach(({ phase }, k) => {
      const dependency = record.dependencies?.[k];
      if (phase === EVALUATION_PHASE && dependency !== undefined) visit(dependency);
    });
  };
  visit(root);
  // Only after all were looked at: a graph that is refused stays as it was.
  for (const [record, source] of found) guardModule(record, source, parts, check);
  return found.map(([record]) => record);
}

function guardModule(record: SourceTextRecord, source: string, parts: LinkParts, check: () => void): void {
  const { language } = parts;
  let guard = '__slipwayLimit';
  // A name the text does not have.
  while (source.includes(guard)) guard += '_';
  const guarded = guardScript(source, language.loadParse(), guard, 'module');
  if (guarded === undefined) return;
  const { tables, body } = language.transforms.module(guarded);
  const { text, firstLineShift } = assembleModule(tables, body, 'once');
  const opening = `(${guard}=>`;
  const make = parts.compile(
    record,
    { text: `${opening}${text})`, firstLineShift: opening.length + firstLineShift },
    body.shifts,
  );
  record.code = make(check) as SourceTextRecord['code'];
}

function cannotStop({ url }: SourceTextRecord): Error {
  return nodeError(
    Error,
    'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM',
    `Cannot evaluate "${url}" with a timeout: it is part of a cycle or imports what may change, ` +
      'and such a module cannot be stopped in this runtime',
  );
}
