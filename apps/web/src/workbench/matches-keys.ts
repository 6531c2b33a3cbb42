/** What of a keyboard event decides; an event is one. */
export interface Keys {
  readonly key: string;
  /** The place of the key: with Alt held a Mac's keyboard makes other letters of it. */
  readonly code?: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * Whether these are the keys of a binding such as `Mod-s` or `Mod-Shift-p`. `Mod` is
 * control or command, whichever is pressed: no command of ours tells the two apart.
 */
export function matchesKeys(binding: string, keys: Keys): boolean {
  const parts = binding.split('-');
  const key = parts.pop() ?? '';
  const asks = (name: string): boolean => parts.includes(name);
  const pressed =
    keys.key.toLowerCase() === key.toLowerCase() ||
    // By its place where a held key changes what it means: Alt-w is "∑" on a Mac, Shift-\ is "|".
    ((keys.altKey || keys.shiftKey) && keys.code !== undefined && keys.code === codeOf(key));
  return (
    pressed &&
    (keys.ctrlKey || keys.metaKey) === asks('Mod') &&
    keys.altKey === asks('Alt') &&
    keys.shiftKey === asks('Shift')
  );
}

/** The name that UI Events gives to a key's place, of letters, digits and the backslash. */
function codeOf(key: string): string | undefined {
  if (/^[a-z]$/i.test(key)) return `Key${key.toUpperCase()}`;
  if (/^\d$/.test(key)) return `Digit${key}`;
  return key === '\\' ? 'Backslash' : undefined;
}

const MAC_NAMES: Readonly<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' };
const NAMES: Readonly<Record<string, string>> = {
  Mod: 'Ctrl',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
};

/** A binding as a person reads it: `Ctrl+Shift+P`, or `⇧⌘P` on a Mac. */
export function keysText(binding: string, mac: boolean): string {
  const parts = binding.split('-').map((part) => {
    const name = (mac ? MAC_NAMES[part] : undefined) ?? NAMES[part] ?? part;
    return name.length === 1 ? name.toUpperCase() : name;
  });
  return parts.join(mac ? '' : '+');
}
