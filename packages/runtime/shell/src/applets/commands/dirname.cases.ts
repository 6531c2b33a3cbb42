import type { AppletCases } from '../../testing/applet-cases.ts';

/** Doubled slashes and slashes at the end, where dirname(3) is often wrong. */
export const cases: AppletCases = {
  same: String.raw`
dirname a/b/c
dirname a
dirname /
dirname //a//b//
dirname a/b c/d
dirname ""
dirname -z a/b | tr '\0' '!'
dirname
dirname -Q
`,
};
