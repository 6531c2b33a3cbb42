import type { AppletCases } from '../../testing/applet-cases.ts';

/** Columns that are left out, and files that are not sorted. */
export const cases: AppletCases = {
  setup: String.raw`printf 'a\nb\nd\n' > x; printf 'b\nc\nd\ne' > y; printf 'b\na\n' > u; printf 'Z\na\n' > c`,
  same: String.raw`
comm x y
comm -12 x y
comm -3 x y
comm -23 x y
comm -13 x y
comm -123 x y
comm --total x y
comm --output-delimiter=, x y
comm - y < x
comm x nosuch
comm x u
comm u u
comm --check-order u u
comm --nocheck-order u x
comm c x
comm x
comm
comm x y u
`,
};
