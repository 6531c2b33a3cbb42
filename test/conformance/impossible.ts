/**
 * Files that cannot pass in a browser, each with its cause. They stay in the
 * denominator: this list explains failures, it never removes one.
 */
export const IMPOSSIBLE: Readonly<Record<string, string>> = {
};
