import { createEffect, createRoot, createSignal, type Accessor } from 'solid-js';

/** `system` follows the machine's setting while the page is open. */
export type ThemeChoice = 'system' | 'light' | 'dark';
/** In the order of the menu. */
export const THEME_CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

/** With the choice `system`, `dark` follows the system while the page is open. */
export interface Theme {
  readonly choice: Accessor<ThemeChoice>;
  /** Kept in this browser. */
  choose(choice: ThemeChoice): void;
  readonly dark: Accessor<boolean>;
}

const KEY = 'slipway.theme';

/** `undefined` and whatever was never a choice are the system's. */
export function parseThemeChoice(stored: unknown): ThemeChoice {
  return THEME_CHOICES.find((choice) => choice === stored) ?? 'system';
}

/** The theme of this page, for as long as the page is there: `data-theme` on the root element chooses the tokens. */
function createTheme(): Theme {
  const [choice, setChoice] = createSignal(parseThemeChoice(readStored()));
  const system = matchMedia('(prefers-color-scheme: dark)');
  const [systemDark, setSystemDark] = createSignal(system.matches);
  system.addEventListener('change', (event) => setSystemDark(event.matches));
  // Another tab of ours chose.
  addEventListener('storage', (event) => {
    if (event.key === KEY) setChoice(parseThemeChoice(event.newValue));
  });
  const dark = (): boolean => (choice() === 'system' ? systemDark() : choice() === 'dark');
  createEffect(() => (document.documentElement.dataset['theme'] = dark() ? 'dark' : 'light'));
  return {
    choice,
    dark,
    choose(next) {
      setChoice(next);
      try {
        localStorage.setItem(KEY, next);
      } catch (error) {
        console.warn('The theme is for this page alone:', error);
      }
    },
  };
}

function readStored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch (error) {
    console.warn('The stored theme cannot be read:', error);
    return null;
  }
}

let made: Theme | undefined;

/** The one theme of the page; made at the first call, so that tests can load this file without a page. */
export function pageTheme(): Theme {
  made ??= createRoot(createTheme);
  return made;
}
