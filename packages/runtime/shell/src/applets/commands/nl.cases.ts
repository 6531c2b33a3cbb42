import type { AppletCases } from '../../testing/applet-cases.ts';

/** Empty lines, which count only with `-ba`. */
export const cases: AppletCases = {
  setup: String.raw`printf 'a\n\nb\n' > t`,
  same: String.raw`
nl t
nl -ba t
nl -w3 -s' ' t
nl -v5 t
nl < t
nl nosuch
nl "" t
nl -Q
`,
};
