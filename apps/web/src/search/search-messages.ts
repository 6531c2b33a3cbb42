import * as z from 'zod';

/** `regex` is JavaScript's. */
export interface SearchQuery {
  readonly text: string;
  readonly matchCase: boolean;
  readonly wholeWord: boolean;
  readonly regex: boolean;
  /** Globs with commas between them, as `.gitignore` has them; empty for all files. */
  readonly include: string;
  readonly exclude: string;
  /** Whether files that `.gitignore` names are passed over. */
  readonly useIgnoreFiles: boolean;
}

/** A file in which something is replaced: at these places alone, or at all. */
export interface ReplaceTarget {
  readonly path: string;
  readonly places?: readonly { readonly line: number; readonly column: number }[];
}

/** What the search program is asked, one JSON text a line. The answers carry the same id. */
export type SearchRequest =
  | { readonly type: 'search'; readonly id: number; readonly query: SearchQuery }
  | {
      readonly type: 'replace';
      readonly id: number;
      readonly query: SearchQuery;
      readonly replacement: string;
      readonly targets: readonly ReplaceTarget[];
    }
  /** What is being done for an earlier id is given up. */
  | { readonly type: 'cancel'; readonly id: number };

const place = z.object({
  /** Both from 1, the column in UTF-16 units. */
  line: z.int().positive(),
  column: z.int().positive(),
  /** How much of the text it is. */
  length: z.int().positive(),
  /** A piece of the line around the match, and where the match is in it. */
  preview: z.string().max(1000),
  from: z.int().nonnegative(),
  to: z.int().nonnegative(),
});
/** With a piece of its line alone: a whole one may be very long. */
export type SearchMatch = z.infer<typeof place>;

const fileMatches = z.object({ path: z.string(), matches: z.array(place) });
/** Told as soon as there is something, so that the results grow. */
export type FileMatches = z.infer<typeof fileMatches>;

/** What the search program says, one JSON text a line. */
export const searchAnswer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('found'), id: z.int(), files: z.array(fileMatches) }),
  /** A sign of life: how many files were looked through. */
  z.object({ type: z.literal('progress'), id: z.int(), files: z.int() }),
  z.object({
    type: z.literal('replaced'),
    id: z.int(),
    path: z.string(),
    count: z.int(),
    /** The whole texts, so that it can be undone. Absent where nothing was changed. */
    before: z.string().optional(),
    after: z.string().optional(),
    problem: z.string().optional(),
  }),
  z.object({
    type: z.literal('done'),
    id: z.int(),
    files: z.int(),
    /** True: the search ended at MOST_MATCHES, and there are more. */
    limited: z.boolean(),
    /** How many files were not looked into, as they are too large to be text that people wrote. */
    skipped: z.int(),
  }),
  z.object({ type: z.literal('failed'), id: z.int(), message: z.string() }),
]);
/** `id` says to which request it belongs; those to an earlier one are passed over. */
export type SearchAnswer = z.infer<typeof searchAnswer>;

/** More matches are no list for people. */
export const MOST_MATCHES = 10_000;
