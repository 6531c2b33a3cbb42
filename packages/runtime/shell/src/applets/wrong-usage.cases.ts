import type { AppletCases } from '../testing/applet-cases.ts';

/** Wrong options, over many commands. */
export const cases: AppletCases = {
  sessions: [
    String.raw`ls -q 2>/dev/null
ls --nosuch 2>&1 | head -1
cat -Q 2>&1 | head -1
cp 2>&1 | head -1
mv a 2>&1 | head -1
head -n x 2>&1 | head -1
mkdir 2>&1 | head -1
basename 2>&1 | head -1
touch 2>&1 | head -1
ln 2>&1 | head -1
chmod 2>&1 | head -1`,
  ],
  neverFails: 'each session prints the statuses it saw',
};
