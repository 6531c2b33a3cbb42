import type { Database } from '@slipway/db';

/** The driver of `@slipway/db`, for LISTEN. */
export type Sql = Database['client'];
