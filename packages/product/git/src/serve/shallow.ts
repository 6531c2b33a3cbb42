import { readCommitLinks } from '../objects/commit.ts';
import type { Oid } from '../objects/oid.ts';
import type { CommitGraph } from './commit-graph.ts';
import type { ObjectSource } from './repository.ts';

/** `git fetch --unshallow` asks for so many commits. */
const INFINITE_DEPTH = 0x7fff_ffff;

/** How much of the history somebody asks for. */
export interface Deepen {
  depth?: number | undefined;
  /** The depth counts from where the history ends for them now. */
  relative: boolean;
  sinceSeconds?: number | undefined;
  /** Commits whose history is not wanted. */
  not: readonly Oid[];
}

/** Where the history ends for somebody, and what they are told of it. */
export interface ShallowChange {
  /** Commits behind which they have nothing from now on. */
  shallow: ReadonlySet<Oid>;
  /** Told: the ends that are new, and those that are no ends any more. */
  added: Oid[];
  removed: Oid[];
}

/** The ends of a history, as upload-pack.c has them: `current` are those that the asker has. */
export async function changeShallow(
  source: ObjectSource,
  graph: CommitGraph,
  wants: readonly Oid[],
  current: ReadonlySet<Oid>,
  deepen: Deepen,
): Promise<ShallowChange> {
  if (deepen.depth === undefined && deepen.sinceSeconds === undefined && deepen.not.length === 0)
    return { shallow: current, added: [], removed: [] };
  const { ends, inside } =
    deepen.depth === undefined
      ? await endsByRule(source, graph, wants, deepen)
      : endsByDepth(graph, deepen.relative ? reachableEnds(graph, wants, current) : wants, {
          depth: deepen.relative ? deepen.depth + 1 : deepen.depth,
        });
  const removed = [...current].filter((oid) => inside.has(oid));
  const added = [...ends].filter((oid) => !current.has(oid));
  return { shallow: new Set([...[...current].filter((oid) => !inside.has(oid)), ...ends]), added, removed };
}

interface Ends {
  ends: Set<Oid>;
  /** What is within reach and no end. */
  inside: Set<Oid>;
}

const reachableEnds = (graph: CommitGraph, wants: readonly Oid[], current: ReadonlySet<Oid>): Oid[] => {
  const reached = graph.reach(wants, { shallow: current });
  return [...current].filter((oid) => reached.has(oid));
};

function endsByDepth(graph: CommitGraph, from: readonly Oid[], { depth }: { depth: number }): Ends {
  const ends = new Set<Oid>();
  const inside = new Set<Oid>();
  let level = new Set(from.filter((oid) => graph.has(oid)));
  // In the order of depth, so that whoever was seen was seen at their least depth.
  for (let at = 1; level.size > 0; at++) {
    const next = new Set<Oid>();
    for (const oid of level) {
      if (depth < INFINITE_DEPTH && at >= depth) {
        ends.add(oid);
        continue;
      }
      inside.add(oid);
      for (const parent of graph.parentsOf(oid)) if (graph.has(parent) && !inside.has(parent)) next.add(parent);
    }
    level = next;
  }
  for (const oid of inside) ends.delete(oid);
  return { ends, inside };
}

/** By time and by what is not wanted: a commit with a parent outside is an end. */
async function endsByRule(
  source: ObjectSource,
  graph: CommitGraph,
  wants: readonly Oid[],
  deepen: Deepen,
): Promise<Ends> {
  const all = graph.reach(wants, { except: graph.reach(deepen.not) });
  const outside = new Set<Oid>();
  const { sinceSeconds } = deepen;
  if (sinceSeconds !== undefined) {
    const oids = [...all];
    for (let from = 0; from < oids.length; from += 1000)
      for (const [oid, { bytes }] of await source.read(oids.slice(from, from + 1000)))
        if (readCommitLinks(bytes).timeSeconds < sinceSeconds) outside.add(oid);
  }
  const kept = graph.reach(wants, { except: new Set([...outside, ...graph.reach(deepen.not)]) });
  const ends = new Set<Oid>();
  const inside = new Set<Oid>();
  for (const oid of kept) (graph.parentsOf(oid).some((parent) => !kept.has(parent)) ? ends : inside).add(oid);
  return { ends, inside };
}
