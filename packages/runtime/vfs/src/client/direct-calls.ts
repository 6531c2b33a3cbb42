import { type Argument, type DirectCalls, directOperations, type Operation } from '../protocol/operations.ts';
import type { VfsView } from './view.ts';

/** Blocks or returns a promise, as the kind of client does. */
export type Ask<Client> = (
  client: Client,
  name: keyof typeof directOperations,
  operation: Operation,
  args: Argument[],
) => unknown;

/** A view on which `addDirectCalls` puts the calls that are one request each. */
export type ViewWithCalls<R extends 'sync' | 'async'> = new (
  ...args: ConstructorParameters<typeof VfsView>
) => VfsView & DirectCalls<R>;

/** Gives a class of clients a method for each operation that is one request; `DirectCalls` is their type. */
export function addDirectCalls<Client extends DirectCalls<'sync'> | DirectCalls<'async'>>(
  prototype: Client,
  ask: Ask<Client>,
): void {
  for (const name of Object.keys(directOperations) as (keyof typeof directOperations)[]) {
    const operation: Operation = directOperations[name];
    Object.defineProperty(prototype, name, {
      configurable: true,
      writable: true,
      value(this: Client, ...args: Argument[]) {
        return ask(this, name, operation, args);
      },
    });
  }
}
