/** One holder's time with a thing. A later term has a higher epoch, and a write of an earlier one changes nothing. */
export interface LeaseTerm {
  readonly holder: string;
  readonly epoch: number;
}
