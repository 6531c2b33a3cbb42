import { type ProductConfig, productConfig, type Project, project, type User, user } from '@slipway/contracts';
import * as z from 'zod';

/** A project that this browser keeps, with what its page must know to open it without a server. */
export interface KnownProject {
  readonly project: Project;
  readonly config: ProductConfig;
}

/**
 * What this browser knows of one person's projects. It holds no token and no text: the files are in the project's own
 * origin. Whoever signs in as somebody else, signs out, or is told by the server to sign in, begins with nothing.
 */
export interface KnownProjects {
  /** Whose they are. */
  user(): User | undefined;
  list(): readonly KnownProject[];
  find(projectId: string): KnownProject | undefined;
  /** Only while the browser is `owner`'s: the server has said so last. */
  remember(owner: User, known: KnownProject): void;
  forget(projectId: string): void;
  /** The server has said who is here; undefined: nobody. */
  belongTo(owner: User | undefined): void;
}

const KEY = 'slipway.known-projects';
const stored = z.object({ user, projects: z.array(z.unknown()) });
const storedProject = z.object({ project, config: productConfig });
interface Stored {
  readonly user: User;
  readonly projects: readonly KnownProject[];
}

/** `storage` may hold what an earlier build has written: of each project what is not understood is not known. */
export function makeKnownProjects(storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): KnownProjects {
  const read = (): Stored | undefined => {
    const text = allowed(() => storage().getItem(KEY)) ?? null;
    if (text === null) return undefined;
    const found = stored.safeParse(parse(text)).data;
    return found && { ...found, projects: found.projects.flatMap((each) => storedProject.safeParse(each).data ?? []) };
  };
  const write = (now: Stored): void => void allowed(() => storage().setItem(KEY, JSON.stringify(now)));
  const others = (projectId: string): readonly KnownProject[] =>
    read()?.projects.filter((each) => each.project.id !== projectId) ?? [];

  return {
    user() {
      const now = read();
      // Somebody of whom nothing is kept has nothing to open.
      return now === undefined || now.projects.length === 0 ? undefined : now.user;
    },
    list: () => read()?.projects ?? [],
    find: (projectId) => read()?.projects.find((each) => each.project.id === projectId),
    remember(owner, known) {
      // It took a while to keep it, and whose browser this is may be another's or nobody's by now.
      if (read()?.user.id !== owner.id) return;
      write({ user: owner, projects: [known, ...others(known.project.id)] });
    },
    forget(projectId) {
      const now = read();
      if (now !== undefined) write({ user: now.user, projects: others(projectId) });
    },
    belongTo(owner) {
      if (owner === undefined) allowed(() => storage().removeItem(KEY));
      else if (read()?.user.id !== owner.id) write({ user: owner, projects: [] });
    },
  };
}

/** A browser that blocks storage for the site throws at each touch, and a full one at writes: nothing is known then. */
function allowed<T>(touch: () => T): T | undefined {
  try {
    return touch();
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Of this browser. */
export const knownProjects = makeKnownProjects(() => localStorage);
