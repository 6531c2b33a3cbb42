import type { TrailingSlash } from '@slipway/contracts';
import { encodeSitePath } from './decode-path.ts';

/** What a path of a site is answered with. */
export type Resolution =
  | { kind: 'file'; path: string; status: 200 | 404 }
  /** To the one address of a page, encoded, without a query. */
  | { kind: 'moved'; location: string }
  /** Neither a file nor a page of the site's own that says so. */
  | { kind: 'missing' };

/** What a version of a site has, and how it wants to be read. */
export interface ResolvableSite {
  has(path: string): boolean;
  trailingSlash: TrailingSlash;
  /** Addresses that name no file get the first page, which routes them itself. */
  singlePage: boolean;
}

/** The two files that are rules and not pages (ST-05). */
const RULES = new Set(['_headers', '_redirects']);

/**
 * Finds the file for a decoded path (ST-06, ST-07): the file itself, the page without its
 * ".html", the folder's index; else the nearest 404.html, else for navigations the first
 * page. A page has one address, with the slash that makes its relative links work, or the
 * one that the policy wants.
 */
export function resolvePath(site: ResolvableSite, path: string, { navigation }: { navigation: boolean }): Resolution {
  const found = isPublic(path) ? findPage(site, path) : undefined;
  if (found !== undefined) return found;
  for (let folder = parentOf(path); ; folder = parentOf(folder)) {
    const page = folder === '' ? '404.html' : `${folder}/404.html`;
    if (site.has(page)) return { kind: 'file', path: page, status: 404 };
    if (folder === '') break;
  }
  if (site.singlePage && navigation && site.has('index.html')) return { kind: 'file', path: 'index.html', status: 200 };
  return { kind: 'missing' };
}

function findPage({ has, trailingSlash }: ResolvableSite, path: string): Resolution | undefined {
  const file = (name: string): Resolution => ({ kind: 'file', path: name, status: 200 });
  if (path === '') return has('index.html') ? file('index.html') : undefined;
  const slash = path.endsWith('/');
  const bare = slash ? path.slice(0, -1) : path;
  if (bare === '' || bare.endsWith('/')) return undefined;
  if (!slash && has(bare)) return file(bare);
  const page = has(`${bare}/index.html`) ? `${bare}/index.html` : has(`${bare}.html`) ? `${bare}.html` : undefined;
  if (page === undefined) return undefined;
  const wantsSlash = trailingSlash === 'auto' ? page.endsWith('/index.html') : trailingSlash === 'always';
  if (wantsSlash === slash) return file(page);
  return { kind: 'moved', location: encodeSitePath(wantsSlash ? `${bare}/` : bare) };
}

/** Whether a name is one that a site shows: no rules, and no dot files but those that are there to be found (ST-08). */
export function isPublic(path: string): boolean {
  if (RULES.has(path)) return false;
  return path
    .split('/')
    .every((part, at) => !part.startsWith('.') || part === '' || (at === 0 && part === '.well-known'));
}

const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
