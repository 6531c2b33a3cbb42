/** A place in a script, as a stack of V8 names it; line and column from 1. */
export interface StackFrame {
  readonly url: URL;
  readonly line: number;
  readonly column: number;
}

/** More frames say nothing more about where the error is. */
const MAX_FRAMES = 30;
/** A longer line is data that a program put there. */
const MAX_LINE_CHARACTERS = 2000;
const FRAME = /^\s*at .*?\(?(https?:\/\/[^\s()]+):(\d{1,7}):(\d{1,7})\)?\s*$/;
/** Not of the project: what its tools and ours put into every page. */
const TOOLS = /^\/(?:node_modules\/|@vite\/|@react-refresh|@id\/|__slip\/)|\/node_modules\//;

/** The frames of a stack in scripts of `origin` that are the project's own, the innermost first. */
export function projectFrames(stack: string, origin: string): readonly StackFrame[] {
  const frames: StackFrame[] = [];
  for (const text of stack.split('\n')) {
    if (frames.length === MAX_FRAMES) break;
    const match = text.length > MAX_LINE_CHARACTERS ? null : FRAME.exec(text);
    const [, address = '', line, column] = match ?? [];
    if (!URL.canParse(address)) continue;
    const url = new URL(address);
    if (url.origin !== origin || TOOLS.test(url.pathname)) continue;
    frames.push({ url, line: Number(line), column: Number(column) });
  }
  return frames;
}

const PROJECT = '/home/project/';

/** The project's file behind an address of its dev server; Vite serves what is outside its root below `/@fs/`. */
export function pathOfAddress(url: URL): string {
  const path = decodeURIComponent(url.pathname).replace(/^\/@fs(?=\/)/, '');
  return path.startsWith(PROJECT) ? path.slice(PROJECT.length) : path.replace(/^\/+/, '');
}
