import type { AppletCases } from '../../testing/applet-cases.ts';

/** No case sleeps long enough to notice; it is the durations that are read. */
export const cases: AppletCases = {
  same: String.raw`
sleep 0
sleep 0.01 0s
sleep 0m
sleep
sleep x
sleep ""
sleep 1q
sleep -Q
sleep -- 0
`,
};
