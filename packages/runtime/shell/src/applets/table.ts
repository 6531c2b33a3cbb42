import type { Applet } from './applet.ts';
import type { AppletName } from './applet-names.ts';
import * as commands from './commands.ts';

// A name without a command, or a command without a name, does not compile.
const byName: Readonly<Record<AppletName, Applet>> = commands satisfies Readonly<Record<AppletName, Applet>>;
const NAMELESS: Exclude<keyof typeof commands, AppletName> extends never ? true : never = true;

/** Every command by its name. */
export const applets: ReadonlyMap<string, Applet> = new Map(NAMELESS && Object.entries(byName));
