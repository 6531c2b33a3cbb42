import { mustGet } from '../../boot/private-slots.ts';
import type { Realm } from '../../realm.ts';
import { arrowMessage, findSyntaxError } from '../language/syntax-errors.ts';

/** errors::DecorateErrorStack: the place of a SyntaxError stands above its stack. */
export function decorate(realm: Realm, file: string, source: string, error: unknown): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const isDecorated = mustGet(realm.privateSymbols, 'decorated_private_symbol');
  if (isDecorated.get(error) === true) return error;
  const place = findSyntaxError(source, 'script', realm.language.loadParse);
  if (place === undefined) return error;
  const arrow = arrowMessage(file, source, place);
  mustGet(realm.privateSymbols, 'arrow_message_private_symbol').set(error, arrow);
  error.stack = `${arrow}\n${error.stack ?? ''}`;
  isDecorated.set(error, true);
  return error;
}
