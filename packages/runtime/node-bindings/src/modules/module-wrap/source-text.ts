import { assembleModule, isParseError } from '@slipway/module-transform';
import { mustGet } from '../../realm/private-slots.ts';
import type { Realm } from '../../realm/realm.ts';
import type { KeptPlan } from '../cache/transforms.ts';
import { recaptureStack } from '../contextify/decorate-error.ts';
import { languageOf } from '../language/language-of.ts';
import type { Language } from '../language/language.ts';
import { arrowMessage, engineMessage, findSyntaxError, placeOf } from '../language/syntax-errors.ts';
import type { LinkParts } from './instantiate.ts';
import { SourceTextRecord } from './module-record.ts';

/** ParseModule (ECMA-262, 16.2.1.7.1): ModuleWrap::CompileSourceTextModule. */
export function createSourceText(
  url: string,
  source: string,
  link: LinkParts,
  language: Language,
  realm: Realm,
  kept?: KeptPlan,
  scope?: object,
): SourceTextRecord {
  try {
    const { tables, body } = language.transforms.module(source, kept);
    const record = new SourceTextRecord(url, source, tables, body);
    record.scope = scope;
    // The text of a file can be read again.
    if (!/^(?:file|node):/.test(url) || /\[eval\d+\]$/.test(url)) language.scripts.keepText(url, source, 0);
    // The usual variant is compiled at once: syntax errors belong here. Linking may still want the other one.
    record.code = link.compile(record, assembleModule(tables, body, 'once'), body.shifts);
    return record;
  } catch (error) {
    throw syntaxError(error, url, source, realm);
  }
}

/** Gives a SyntaxError V8's words and the place. */
function syntaxError(error: unknown, url: string, source: string, realm: Realm): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const place = isParseError(error)
    ? placeOf(source, error)
    : findSyntaxError(source, 'module', languageOf(realm).loadParse);
  const reported = isParseError(error) ? new SyntaxError(engineMessage(source, error)) : error;
  recaptureStack(reported);
  if (place !== undefined)
    mustGet(realm.privateSymbols, 'arrow_message_private_symbol').set(reported, arrowMessage(url, source, place));
  return reported;
}
