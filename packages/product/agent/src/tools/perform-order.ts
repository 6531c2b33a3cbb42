import { checkPath, isInScope, isSecret, type Scope } from '../paths/scope.ts';
import { matchesGlob } from '../paths/match-glob.ts';
import { AGENT_LIMITS } from '../session/session-events.ts';
import { cutText } from '../text/cut-text.ts';
import type { ToolHost } from './tool-host.ts';
import { TOOL_LIMITS } from './tool-contracts.ts';
import type { ToolOrder, ToolReport } from './tool-order.ts';

const fail = (text: string): ToolReport => ({ ok: false, text: cutText(text, AGENT_LIMITS.resultChars) });
const give = (text: string, more: Partial<ToolReport> = {}): ToolReport => ({
  ok: true,
  text: cutText(text, AGENT_LIMITS.resultChars, 'ask for less at once'),
  ...more,
});

/**
 * Does what an order says in a folder, and reports it in words for a model. Never throws for what a model can cause.
 */
export async function performOrder(host: ToolHost, order: ToolOrder, signal: AbortSignal): Promise<ToolReport> {
  switch (order.name) {
    case 'Read':
      return await readFile(host, order);
    case 'Write':
      return await writeFile(host, order);
    case 'Edit':
      return await editFile(host, order);
    case 'Glob':
      return await listFiles(host, order);
    case 'Grep':
      return await findLines(host, order, signal);
    case 'Run': {
      const ran = await host.run(['sh', '-c', order.input.command], {
        seconds: order.input.seconds ?? TOOL_LIMITS.runSeconds,
        outputChars: TOOL_LIMITS.outputChars,
        signal,
      });
      return {
        ...give(`${ran.output}${ran.output.endsWith('\n') ? '' : '\n'}[${ran.end}]`),
        ok: ran.ok,
        changed: true,
      };
    }
    case 'Save':
      await host.save();
      return give('saved');
  }
}

type Found =
  | { readonly outcome: 'file'; readonly path: string; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly outcome: 'nothing'; readonly path: string }
  | { readonly outcome: 'refused'; readonly report: ToolReport };

/** What is at a path of the scope, no part of which is a link (AG-11): where it leads to is not looked at. */
async function find(host: ToolHost, scope: Scope, asked: string): Promise<Found> {
  const checked = checkPath(scope, asked);
  if (!checked.ok) return { outcome: 'refused', report: fail(checked.why) };
  const { path } = checked;
  const parts = path.split('/');
  const steps = await host.look(parts.map((_, at) => parts.slice(0, at + 1).join('/')));
  for (const [at, step] of steps.entries()) {
    const name = parts.slice(0, at + 1).join('/');
    if (step.kind === 'link')
      return { outcome: 'refused', report: fail(`"${name}" is a symbolic link: tools do not follow links`) };
    if (at === steps.length - 1) {
      if (step.kind === 'dir') return { outcome: 'refused', report: fail(`"${name}" is a folder`) };
      return step.kind === 'file'
        ? { outcome: 'file', path, bytes: step.bytes, mode: step.mode }
        : { outcome: 'nothing', path };
    }
    if (step.kind === 'file') return { outcome: 'refused', report: fail(`"${name}" is a file, no folder`) };
  }
  return { outcome: 'nothing', path };
}

/** The text of a file; undefined where it is none. */
function decode(bytes: Uint8Array): string | undefined {
  if (bytes.length > TOOL_LIMITS.fileBytes) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

async function readFile(host: ToolHost, { scope, input }: Extract<ToolOrder, { name: 'Read' }>): Promise<ToolReport> {
  const found = await find(host, scope, input.path);
  if (found.outcome === 'refused') return found.report;
  if (found.outcome === 'nothing') return fail(`There is no file "${found.path}"`);
  const text = decode(found.bytes);
  if (text === undefined)
    return fail(`"${found.path}" is no text in UTF-8, or larger than ${TOOL_LIMITS.fileBytes} bytes`);
  const lines = text.split('\n');
  const first = input.offset ?? 1;
  const shown = lines.slice(first - 1, first - 1 + (input.limit ?? TOOL_LIMITS.readLines));
  if (shown.length === 0) return fail(`"${found.path}" has ${lines.length} lines`);
  const numbered: string[] = [];
  let room = AGENT_LIMITS.resultChars - 200;
  for (const [at, line] of shown.entries()) {
    const next = `${first + at}\t${line}`;
    if (numbered.length > 0 && next.length + 1 > room) break;
    numbered.push(next);
    room -= next.length + 1;
  }
  const last = first + numbered.length - 1;
  const rest =
    last < lines.length ? `\n[lines ${first} to ${last} of ${lines.length}; go on with offset ${last + 1}]` : '';
  return give(numbered.join('\n') + rest, { version: await digestOf(found.bytes) });
}

async function writeFile(host: ToolHost, order: Extract<ToolOrder, { name: 'Write' }>): Promise<ToolReport> {
  const cursor = await host.cursor();
  const found = await find(host, order.scope, order.input.path);
  if (found.outcome === 'refused') return found.report;
  if (found.outcome === 'file') {
    if (order.version === null) return fail(`"${found.path}" is there already: read it before you replace it`);
    if (order.version !== (await digestOf(found.bytes))) return changedMeanwhile(found.path);
  }
  const mode = found.outcome === 'file' ? found.mode : 0o644;
  return await put(host, { cursor, path: found.path, mode, text: order.input.content });
}

async function editFile(host: ToolHost, order: Extract<ToolOrder, { name: 'Edit' }>): Promise<ToolReport> {
  const { input } = order;
  const cursor = await host.cursor();
  const found = await find(host, order.scope, input.path);
  if (found.outcome === 'refused') return found.report;
  if (found.outcome === 'nothing') return fail(`There is no file "${found.path}" any more`);
  if (order.version !== (await digestOf(found.bytes))) return changedMeanwhile(found.path);
  const text = decode(found.bytes);
  if (text === undefined) return fail(`"${found.path}" is no text in UTF-8`);
  const places = text.split(input.old).length - 1;
  if (places === 0) return fail(`The old text is not in "${found.path}", exactly as it was written`);
  if (places > 1 && input.all !== true)
    return fail(`The old text is ${places} times in "${found.path}": take more of what is around it, or all: true`);
  // Not `replace`, which gives `$&` in the new text a meaning.
  const edited = text.split(input.old).join(input.new);
  return await put(host, { cursor, path: found.path, mode: found.mode, text: edited });
}

/** Writes a file unless somebody else did since `cursor`. */
async function put(
  host: ToolHost,
  { cursor, path, mode, text }: { cursor: number; path: string; mode: number; text: string },
): Promise<ToolReport> {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > TOOL_LIMITS.fileBytes)
    return fail(`"${path}" would have more than ${TOOL_LIMITS.fileBytes} bytes`);
  if (!(await host.put(cursor, { path, mode, bytes }))) return changedMeanwhile(path);
  return give(`"${path}" has ${bytes.length} bytes now`, { version: await digestOf(bytes), changed: true });
}

const changedMeanwhile = (path: string): ToolReport =>
  fail(`"${path}" is another one than you read: somebody changed it. Read it again; nothing was written`);

async function listFiles(host: ToolHost, { scope, input }: Extract<ToolOrder, { name: 'Glob' }>): Promise<ToolReport> {
  const pattern = input.pattern.replace(/^(\.\/)+/, '');
  const all = (await host.files()).filter((path) => isInScope(scope, path) && matchesGlob(pattern, path));
  const rest = all.length > TOOL_LIMITS.matches ? `\n[${all.length - TOOL_LIMITS.matches} more: ask more closely]` : '';
  return give(all.length === 0 ? 'No file matches' : all.toSorted().slice(0, TOOL_LIMITS.matches).join('\n') + rest);
}

/**
 * By the container’s own `grep`, in a process that can be ended: an expression of a model’s may take for ever. It
 * follows no links below the folder.
 */
async function findLines(
  host: ToolHost,
  { scope, input }: Extract<ToolOrder, { name: 'Grep' }>,
  signal: AbortSignal,
): Promise<ToolReport> {
  const ignoreCase = input.ignoreCase === true ? ['-i'] : [];
  const ran = await host.run(
    ['grep', '-rnEI', ...ignoreCase, '--exclude-dir=node_modules', '--exclude-dir=.git', '-e', input.pattern, '.'],
    { seconds: 20, outputChars: 4 * AGENT_LIMITS.resultChars, signal },
  );
  const lines = ran.output
    .split('\n')
    .map((line) => line.replace(/^\.\//, ''))
    .filter((line) => {
      const path = /^(.*?):\d+:/.exec(line)?.[1];
      if (path === undefined || !isInScope(scope, path) || isSecret(path)) return false;
      return input.glob === undefined || matchesGlob(input.glob, path);
    });
  if (lines.length === 0 && ran.code !== 0 && ran.code !== 1) return fail(ran.output === '' ? ran.end : ran.output);
  const rest = lines.length > TOOL_LIMITS.matches ? `\n[${lines.length - TOOL_LIMITS.matches} more lines]` : '';
  return give(lines.length === 0 ? 'No line matches' : lines.slice(0, TOOL_LIMITS.matches).join('\n') + rest);
}

/** SHA-256 in hex. */
export async function digestOf(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
