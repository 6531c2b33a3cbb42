/** In the order of both texts. */
export interface Edit {
  readonly kind: 'same' | 'remove' | 'add';
  /** Index in the first text, for `add` in the second. */
  readonly line: number;
}

/** A run of edits with equal lines around; lines are counted from 0. */
export interface Hunk {
  readonly startA: number;
  readonly startB: number;
  readonly edits: readonly Edit[];
}

/**
 * Edits between the texts. Where the shortest way would take too
 * much memory (the square of this), the rest is shown as replaced.
 */
const MAX_DISTANCE = 4000;

/** The shortest edit script (Myers, 1986), as hunks with `context` equal lines around. */
export function diffLines(a: readonly string[], b: readonly string[], context: number): Hunk[] {
  return groupHunks(shortestEdits(a, b), context);
}

/** Every line of both texts is in the result, those that are equal once. */
function shortestEdits(a: readonly string[], b: readonly string[]): Edit[] {
  // What is equal at both ends needs no search, and most files differ in the middle.
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const edits: Edit[] = [];
  for (let i = 0; i < start; i++) edits.push({ kind: 'same', line: i });
  edits.push(...middle(a, b, start, endA, endB));
  for (let i = endA; i < a.length; i++) edits.push({ kind: 'same', line: i });
  return edits;
}

/** Myers' greedy algorithm, in time and memory of the square of the number of edits. */
function middle(a: readonly string[], b: readonly string[], start: number, endA: number, endB: number): Edit[] {
  const n = endA - start;
  const m = endB - start;
  const limit = Math.min(n + m, MAX_DISTANCE);
  const offset = limit + 1;
  const furthest = new Int32Array(2 * limit + 3);
  // furthest[k] is how far a path on diagonal k = x - y has come; each round adds
  // one edit to the best of the two beside it. Rounds are kept to walk back.
  const trace: Int32Array[] = [];
  for (let d = 0; d <= limit; d++) {
    trace.push(furthest.slice(offset - d - 1, offset + d + 2));
    for (let k = -d; k <= d; k += 2) {
      let x =
        k === -d || (k !== d && (furthest[offset + k - 1] ?? 0) < (furthest[offset + k + 1] ?? 0))
          ? (furthest[offset + k + 1] ?? 0)
          : (furthest[offset + k - 1] ?? 0) + 1;
      while (x < n && x - k < m && a[start + x] === b[start + x - k]) x++;
      furthest[offset + k] = x;
      if (x >= n && x - k >= m) return walkBack(trace, d, n, m, start);
    }
  }
  // Too far apart: all that lies between is shown as replaced.
  const edits: Edit[] = [];
  for (let i = start; i < endA; i++) edits.push({ kind: 'remove', line: i });
  for (let i = start; i < endB; i++) edits.push({ kind: 'add', line: i });
  return edits;
}

/** From the end to the beginning: each round's row tells from which diagonal its path came. */
function walkBack(trace: readonly Int32Array[], distance: number, n: number, m: number, start: number): Edit[] {
  const edits: Edit[] = [];
  let x = n;
  let y = m;
  for (let d = distance; d > 0; d--) {
    const row = trace[d];
    const at = (k: number): number => row?.[k + d + 1] ?? 0;
    const k = x - y;
    const previousK = k === -d || (k !== d && at(k - 1) < at(k + 1)) ? k + 1 : k - 1;
    const previousX = at(previousK);
    const previousY = previousX - previousK;
    // Along the diagonal lines are the same; then one step to the side.
    while (x > previousX && y > previousY) {
      y--;
      edits.push({ kind: 'same', line: start + --x });
    }
    if (x === previousX) edits.push({ kind: 'add', line: start + --y });
    else edits.push({ kind: 'remove', line: start + --x });
  }
  while (x > 0 && y > 0) {
    y--;
    edits.push({ kind: 'same', line: start + --x });
  }
  return edits.reverse();
}

/** Lines that two hunks would share belong to the first of them. */
function groupHunks(edits: readonly Edit[], context: number): Hunk[] {
  const ordered = removalsFirst(edits);
  const hunks: Hunk[] = [];
  let a = 0;
  let b = 0;
  const positions = ordered.map((edit) => {
    const position = { a, b };
    if (edit.kind !== 'add') a++;
    if (edit.kind !== 'remove') b++;
    return position;
  });
  for (let i = 0; i < ordered.length;) {
    if (ordered[i]?.kind === 'same') {
      i++;
      continue;
    }
    const from = Math.max(0, i - context);
    let last = i;
    // Changes with no more between them than their contexts cover share a hunk.
    for (let j = i; j < ordered.length && j - last <= context * 2 + 1; j++) if (ordered[j]?.kind !== 'same') last = j;
    const to = Math.min(ordered.length, last + 1 + context);
    hunks.push({ startA: positions[from]?.a ?? 0, startB: positions[from]?.b ?? 0, edits: ordered.slice(from, to) });
    i = to;
  }
  return hunks;
}

/** Inside a run of changes what was removed comes before what was added. */
function removalsFirst(edits: readonly Edit[]): Edit[] {
  const result: Edit[] = [];
  let added: Edit[] = [];
  for (const edit of edits) {
    if (edit.kind === 'add') added.push(edit);
    else {
      if (edit.kind === 'same') {
        result.push(...added);
        added = [];
      }
      result.push(edit);
    }
  }
  return [...result, ...added];
}
