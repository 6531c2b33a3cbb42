export type { LeaseTerm } from './lease-term.ts';
