import { type Accessor, createEffect, createSignal, onCleanup } from 'solid-js';
import { messageOf } from '../api/api-error.ts';

/** `failed` has a sentence for people. */
export type Asked<T> =
  | { readonly name: 'asking' }
  | { readonly name: 'told'; readonly value: T }
  | { readonly name: 'failed'; readonly message: string };

/**
 * Asks, and again when what the question reads is another. Not a resource: one that loads takes all that is around it
 * off the page, up to the next `Suspense`, and the keyboard with it.
 */
export function createAsked<T>(ask: () => Promise<T>): Accessor<Asked<T>> {
  const [asked, setAsked] = createSignal<Asked<T>>({ name: 'asking' });
  createEffect(() => {
    let gone = false;
    onCleanup(() => (gone = true));
    ask().then(
      (value) => gone || setAsked({ name: 'told', value }),
      (error: unknown) => gone || setAsked({ name: 'failed', message: messageOf(error) }),
    );
  });
  return asked;
}
