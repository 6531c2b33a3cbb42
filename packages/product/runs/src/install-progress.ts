/** How far an install is, by what npm says that it has fetched. */
export interface InstallProgress {
  /** Packages whose versions were looked up; an install from a lockfile looks none up. */
  readonly found: number;
  /** Packages that were fetched, from the registry or npm's cache. */
  readonly fetched: number;
  /** How many will be fetched, where the lockfile says it. */
  readonly total: number | undefined;
  readonly current: string | undefined;
}

/** Before anything was fetched. */
export function makeProgress(total: number | undefined): InstallProgress {
  return { found: 0, fetched: 0, total, current: undefined };
}

// With colours npm wraps the words of a line in escapes.
// eslint-disable-next-line no-control-regex
const ESCAPES = /\x1b\[[\d;]*m/g;
const FETCHED = /^npm http (?:fetch GET 200|cache) (\S+)/;
const NPM_HTTP = /^npm http /;

/** pnpm's count, printed again and again: `Progress: resolved 75, reused 6, downloaded 23, added 8`. */
const COUNTED = /^Progress: resolved (\d{1,9}), reused (\d{1,9}), downloaded (\d{1,9}), added \d{1,9}/;

/** Whether a line is about a single fetch: it makes the progress, and is no line for people. */
export function isFetchLine(line: string): boolean {
  const text = line.replace(ESCAPES, '');
  return NPM_HTTP.test(text) || COUNTED.test(text);
}

/** The progress after one line of npm's or pnpm's; the same where the line says nothing about it. Pure. */
export function nextProgress(progress: InstallProgress, line: string): InstallProgress {
  const text = line.replace(ESCAPES, '');
  const [, resolved, reused, downloaded] = COUNTED.exec(text) ?? [];
  if (resolved !== undefined)
    return {
      ...progress,
      found: Number(resolved),
      fetched: Number(reused) + Number(downloaded),
      total: Number(resolved),
    };
  const address = FETCHED.exec(text)?.[1];
  if (address === undefined) return progress;
  // `name@https://…` for what comes from the cache.
  const url = address.slice(Math.max(address.indexOf('http://'), address.indexOf('https://'), 0));
  const path = URL.canParse(url) ? decodePath(new URL(url).pathname) : undefined;
  if (path === undefined) return progress;
  const tarball = path.indexOf('/-/');
  const current = packageName(tarball === -1 ? path : path.slice(0, tarball));
  return tarball === -1
    ? { ...progress, found: progress.found + 1, current }
    : { ...progress, fetched: progress.fetched + 1, current };
}

/** Most text of a name that is shown: names are shorter, and a registry may say anything. */
const NAME_LIMIT = 100;

/** The last part of a path, with the scope before it. */
function packageName(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  const scope = parts.at(-2)?.startsWith('@') ? `${parts.at(-2)}/` : '';
  return `${scope}${parts.at(-1) ?? ''}`.slice(0, NAME_LIMIT);
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** How many packages of a lockfile are for this platform: the others are never fetched. */
export function lockedPackages(lockfile: string | undefined): number | undefined {
  if (lockfile === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(lockfile);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const packages = (value as { packages?: unknown } | null)?.packages;
  if (typeof packages !== 'object' || packages === null) return undefined;
  return Object.entries(packages).filter(([path, entry]) => path !== '' && isForHere(entry)).length;
}

function isForHere(entry: unknown): boolean {
  const { os, cpu, link, inBundle } = (entry ?? {}) as Record<string, unknown>;
  if (link === true || inBundle === true) return false;
  return names(os, ['linux']) && names(cpu, ['wasm32', 'x64']);
}

/** Without a list every platform is meant; `!x` is all but x. */
function names(list: unknown, here: readonly string[]): boolean {
  if (!Array.isArray(list)) return true;
  if (list.some((name) => here.includes(String(name)))) return true;
  return list.length > 0 && list.every((name) => String(name).startsWith('!') && !here.includes(String(name).slice(1)));
}

/** Where more came than `total` said, what came is shown as the whole. */
export function progressText({ found, fetched, total, current }: InstallProgress): string {
  const most = total === undefined ? undefined : Math.max(total, fetched);
  const counts =
    fetched > 0 || most !== undefined
      ? `${fetched}${most === undefined ? '' : ` of ${most}`} ${packages(most ?? fetched)} fetched`
      : `${found} ${packages(found)} looked up`;
  return current === undefined ? counts : `${counts}, ${current}`;
}

function packages(count: number): string {
  return count === 1 ? 'package' : 'packages';
}
