import * as z from 'zod';

/**
 * What no text of people's may hold: controls, NUL first of all, which Postgres
 * cannot store; and what turns the direction of writing or breaks a line unseen, so
 * that a name looks like another one. Joiners stay: emoji and scripts need them.
 */
// eslint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/**
 * Every text that comes from outside and is stored or shown: one line of ordinary
 * characters. Names and addresses are made from this; the test beside this file
 * finds a body that takes another kind of string.
 */
export const plainText = z
  .string()
  // Half of a surrogate pair has no UTF-8 form: two different texts would be stored as one.
  .refine((text) => text.isWellFormed(), 'is not well-formed Unicode')
  .refine((text) => !HIDDEN.test(text), 'holds control characters or invisible ones');

/** A text that is only ever compared, such as a password: anything that can be typed. */
export const secretText = z
  .string()
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'is not well-formed Unicode');
