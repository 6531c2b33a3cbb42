import { logicalDirectory } from '../builtins/directories.ts';
import { expandString } from '../expand/expand.ts';
import { parseHereText } from '../syntax/parser.ts';
import type { Interpreter } from '../run/interpreter.ts';

/**
 * `~/path`, a new line and an arrow that says by its colour
 * how the last command ended (NO_COLOR: no-color.org).
 */
function defaultPrompt(sh: Interpreter): string {
  const plain = sh.state.variables.get('TERM') === 'dumb' || sh.state.variables.get('NO_COLOR') !== undefined;
  const paint = (text: string, code: string): string => (plain ? text : `\x1b[${code}m${text}\x1b[0m`);
  return `${paint(shortDirectory(sh), '1;36')}\n${paint('❯', sh.state.status === 0 ? '35' : '31')} `;
}

function shortDirectory(sh: Interpreter): string {
  const directory = logicalDirectory(sh);
  const home = sh.state.variables.get('HOME')?.replace(/\/+$/, '');
  if (home === undefined || home === '') return directory;
  return directory === home || directory.startsWith(`${home}/`) ? `~${directory.slice(home.length)}` : directory;
}

/**
 * PS1 with its expansions (XCU 2.5.3), and bash's escapes where bash's language
 * is spoken. A script's `$(…)` in it runs each time and leaves `$?` alone.
 */
export function promptText(sh: Interpreter): string {
  const given = sh.state.variables.get('PS1');
  return given === undefined ? defaultPrompt(sh) : expandPrompt(sh, given);
}

/** PS2, before the second line of a command and those after it. */
export const continuationPrompt = (sh: Interpreter): string => expandPrompt(sh, sh.state.variables.get('PS2') ?? '> ');

/** Keeps `$?`: a command substitution in the prompt must not change what the next command sees. */
function expandPrompt(sh: Interpreter, text: string): string {
  const { status } = sh.state;
  // bash's PROMPTING, the ones in use; an escape nobody knows stays as it is.
  const escaped =
    sh.dialect === 'posix'
      ? text
      : text.replace(/\\([0-7]{3}|[wWuh$nes\\[\]])/g, (_, c: string) => promptEscape(sh, c));
  const expanded = expandString(sh, parseHereText(escaped, 1, { dialect: sh.dialect }), 'none');
  sh.state.status = status;
  return expanded;
}

function promptEscape(sh: Interpreter, c: string): string {
  switch (c) {
    case 'w':
      return shortDirectory(sh);
    case 'W':
      return shortDirectory(sh).split('/').at(-1) || '/';
    case 'u':
      return sh.state.variables.get('USER') ?? 'root';
    case 'h':
      return sh.state.variables.get('HOSTNAME') ?? 'localhost';
    case '$':
      // Quoted again: the expansion that follows must not take it for a parameter.
      return '\\$';
    case 'n':
      return '\n';
    case 'e':
      return '\x1b';
    case 's':
      return sh.name;
    case '\\':
      return '\\\\';
    // They tell readline what takes no room; the screen measures by itself.
    case '[':
    case ']':
      return '';
    default:
      return String.fromCharCode(parseInt(c, 8));
  }
}
