import type { SerializedDockview } from 'dockview-core';

/** `view` is missing for a tab that nobody has looked at. */
export interface StoredFile {
  /** The tab's id in the layout: a file that moved keeps it. */
  readonly id: string;
  readonly path: string;
  readonly view?:
    | { readonly anchor: number; readonly head: number; readonly top: number; readonly above: number }
    | undefined;
}

/** The workbench of one project as it comes back after a reload. */
export interface StoredWorkbench {
  readonly files: readonly StoredFile[];
  readonly layout?: SerializedDockview | undefined;
  readonly active?: string | undefined;
}

/** Raised when the shape changes: what was stored in another is forgotten. */
const VERSION = 1;
const MOST_FILES = 100;
const MOST_CHARACTERS = 400_000;
const MOST_DEPTH = 24;
/** Far beyond any screen, so that no number of the layout leads nowhere. */
const MOST_PX = 100_000;

/** With a version, since a later page may read it; files beyond MOST_FILES are left out. */
export function encodeWorkbench(workbench: StoredWorkbench): string {
  return JSON.stringify({ version: VERSION, ...workbench, files: workbench.files.slice(0, MOST_FILES) });
}

/**
 * What was stored, as far as it can be believed: undefined where nothing can. A layout
 * of which one part does not fit is left out as a whole, the files without it stay.
 */
export function parseWorkbench(stored: string | null): StoredWorkbench | undefined {
  if (stored === null || stored.length > MOST_CHARACTERS) return undefined;
  const value = parseJson(stored);
  if (!isRecord(value) || value['version'] !== VERSION || !Array.isArray(value['files'])) return undefined;
  const files = value['files'].slice(0, MOST_FILES).flatMap((file: unknown) => parseFile(file) ?? []);
  const { layout, active } = value;
  return {
    files,
    ...(isLayout(layout) ? { layout } : {}),
    ...(typeof active === 'string' ? { active } : {}),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parseFile(value: unknown): StoredFile | undefined {
  if (!isRecord(value) || typeof value['path'] !== 'string' || value['path'] === '') return undefined;
  const { id, path, view } = value;
  if (typeof id !== 'string' || !/^file-\d{1,9}$/.test(id)) return undefined;
  if (!isRecord(view)) return { id, path };
  const { anchor, head, top, above } = view;
  if (!isCount(anchor) || !isCount(head) || !isCount(top) || !isLength(above)) return { id, path };
  return { id, path, view: { anchor, head, top, above } };
}

/** The parts of dockview's own format that its reader trusts: groups in a grid of limited depth, and their tabs. */
function isLayout(value: unknown): value is SerializedDockview {
  if (!isRecord(value) || !isRecord(value['grid']) || !isRecord(value['panels'])) return false;
  const { grid, panels } = value;
  if (value['floatingGroups'] !== undefined || value['popoutGroups'] !== undefined) return false;
  const known = new Set(Object.keys(panels));
  for (const [id, panel] of Object.entries(panels)) if (!isRecord(panel) || panel['id'] !== id) return false;
  const seen: string[] = [];
  const fits =
    isLength(grid['width']) &&
    isLength(grid['height']) &&
    (grid['orientation'] === 'HORIZONTAL' || grid['orientation'] === 'VERTICAL') &&
    isNode(grid['root'], MOST_DEPTH, seen);
  // Every tab once, and no tab that is none.
  return fits && seen.length === known.size && new Set(seen).size === seen.length && seen.every((id) => known.has(id));
}

function isNode(value: unknown, depth: number, seen: string[]): boolean {
  if (depth === 0 || !isRecord(value)) return false;
  if (value['size'] !== undefined && !isLength(value['size'])) return false;
  const { type, data } = value;
  if (type === 'branch') return Array.isArray(data) && data.every((node) => isNode(node, depth - 1, seen));
  if (type !== 'leaf' || !isRecord(data) || typeof data['id'] !== 'string' || !Array.isArray(data['views']))
    return false;
  for (const id of data['views']) {
    if (typeof id !== 'string') return false;
    seen.push(id);
  }
  return data['activeView'] === undefined || data['views'].includes(data['activeView']);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isLength = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= MOST_PX;
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
