/**
 * The scanner is not sure. The text then takes the slow path through a real
 * parser: guessing is never worth it.
 */
export class Bail extends Error {
  override readonly name = 'Bail';
}
