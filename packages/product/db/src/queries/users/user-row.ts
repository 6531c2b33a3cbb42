import type { User } from '@slipway/contracts';
import { users } from '../../schema/index.ts';

/** The columns that may leave the server, and no others (AU-03). */
export const userColumns = {
  id: users.id,
  email: users.email,
  name: users.name,
  role: users.role,
  createdAt: users.createdAt,
} satisfies Record<keyof User, unknown>;
