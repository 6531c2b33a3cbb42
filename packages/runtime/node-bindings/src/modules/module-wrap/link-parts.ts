import { mustGet } from '../../realm/private-slots.ts';
import type { Realm } from '../../realm/realm.ts';
import { recaptureStack } from '../contextify/decorate-error.ts';
import { inScopes } from '../contextify/emulated-context.ts';
import { languageOf } from '../language/language-of.ts';
import { arrowMessage } from '../language/syntax-errors.ts';
import type { LinkFailure, LinkParts } from './instantiate.ts';
import type { SourceTextRecord } from './module-record.ts';
import type { NamespaceParts } from './namespace.ts';
import { findSpecifier } from './places.ts';

/** What linking needs of this realm; `symbolOf` gives the host-defined option of a module. */
export function createLinkParts(
  realm: Realm,
  namespaces: NamespaceParts,
  symbolOf: (record: SourceTextRecord) => symbol,
): LinkParts {
  const language = languageOf(realm);
  return {
    language,
    namespaces,
    liveBody: (source) => language.transforms.liveModule(source),
    importMeta(record) {
      // import.meta has no prototype (ECMA-262, 13.3.12.1); lib puts url, dirname and resolve there.
      const meta = Object.create(null) as object;
      language.importMetaCallback?.(symbolOf(record), meta, record.wrap);
      return meta;
    },
    helpers: (record) => language.helpers(symbolOf(record), record.url, record.prefix),
    failure: (failure) => linkFailure(failure, realm),
    compile(record, code, shifts) {
      const script = { file: record.url, lineOffset: 0, columnOffset: 0, shifts };
      if (record.scope === undefined)
        return language.compile(code.text, { ...script, firstLineShift: code.firstLineShift }) as (
          ...values: unknown[]
        ) => unknown;
      // A vm module of a context: its free names are the context's.
      const { text, shift } = inScopes(code.text, 1);
      return (
        language.compile(text, { ...script, firstLineShift: shift + code.firstLineShift }) as (
          scope: object,
        ) => (...values: unknown[]) => unknown
      )(record.scope);
    },
  };
}

/** The SyntaxError of v8::Module::InstantiateModule, with the place of the import. */
function linkFailure({ message, module, request, name }: LinkFailure, realm: Realm): SyntaxError {
  const error = new SyntaxError(message);
  recaptureStack(error);
  const source = module.source ?? '';
  const place = findSpecifier(source, module.requests[request]?.specifier ?? '', name, languageOf(realm).loadParse);
  if (place !== undefined)
    mustGet(realm.privateSymbols, 'arrow_message_private_symbol').set(error, arrowMessage(module.url, source, place));
  return error;
}
