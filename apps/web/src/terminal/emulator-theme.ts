import type { ITheme } from '@xterm/xterm';

/** The page's colours by the names of its CSS variables; the first that is set counts. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  background: ['--editor-ground', '--ground'],
  foreground: ['--text'],
  cursor: ['--cursor', '--accent'],
  cursorAccent: ['--editor-ground', '--ground'],
  selectionBackground: ['--selection', '--line'],
  black: ['--ansi-black', '--muted'],
  red: ['--ansi-red', '--danger'],
  green: ['--ansi-green', '--good'],
  yellow: ['--ansi-yellow'],
  blue: ['--ansi-blue'],
  magenta: ['--ansi-magenta'],
  cyan: ['--ansi-cyan', '--accent'],
};

/**
 * The colours of a terminal, as the page has them now. Bright colours are the plain ones: contrast is seen to by
 * xterm.js.
 */
export function readTheme(root: Element = document.documentElement): ITheme {
  const style = getComputedStyle(root);
  const theme: Record<string, string> = {};
  for (const [name, variables] of Object.entries(VARIABLES)) {
    const value = variables.map((variable) => style.getPropertyValue(variable).trim()).find((text) => text !== '');
    if (value !== undefined) theme[name] = value;
  }
  return theme;
}

/** The colour in which matches of a search are marked: `#rrggbb`, as xterm.js wants it. */
export function readMatchColor(root: Element = document.documentElement): string {
  const value = getComputedStyle(root).getPropertyValue('--match').trim();
  return /^#[\da-f]{6}$/i.test(value) ? value : '#2b4a3f';
}

/** Calls back when the page's colours may have changed; returns what ends that. */
export function followTheme(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'style'] });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', onChange);
  return () => {
    observer.disconnect();
    system.removeEventListener('change', onChange);
  };
}
