import { assembleModule, isParseError } from '@slipway/module-transform';
import { speaksLikeV8 } from '../../engine/syntax-words.ts';
import { mustGet } from '../../realm/private-slots.ts';
import type { Realm } from '../../realm/realm.ts';
import type { KeptPlan } from '../cache/transforms.ts';
import { recaptureStack } from '../contextify/decorate-error.ts';
import { languageOf } from '../language/language-of.ts';
import type { Language } from '../language/language.ts';
import { arrowMessage, parsedMessage, parserError, placeOf } from '../language/syntax-errors.ts';
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
  const parsed = isParseError(error) ? error : parserError(source, 'module', languageOf(realm).loadParse);
  // The engine's own words where they are V8's.
  const isEngines = !isParseError(error) && speaksLikeV8(realm.host.indirectEval);
  const reported = isEngines ? error : new SyntaxError(parsedMessage(source, parsed, error.message));
  recaptureStack(reported);
  if (parsed !== undefined)
    mustGet(realm.privateSymbols, 'arrow_message_private_symbol').set(
      reported,
      arrowMessage(url, source, placeOf(source, parsed)),
    );
  return reported;
}
