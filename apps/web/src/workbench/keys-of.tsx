import { keysText } from './matches-keys.ts';

/** Whether this is a keyboard with a command key. */
const MAC = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '');

/** The keys of a command, the first where several do the same, as they are printed on this keyboard. */
export function KeysOf(props: { binding: string }) {
  return <kbd class="keys">{keysText(props.binding.split(' ')[0] ?? '', MAC)}</kbd>;
}
