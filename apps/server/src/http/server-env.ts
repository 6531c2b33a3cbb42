import type { HttpBindings } from '@hono/node-server';
import type { User } from '@slipway/contracts';
import type { Access } from './access.ts';

/** Node's part is absent when a test calls `app.request()` without a socket. */
type Bindings = Partial<HttpBindings> & {
  /** Label or domain of the published site that is asked for; `app.ts` has read it from the Host header. */
  siteHost?: string;
  /** Under which the log has this request; the answer carries it. */ requestId?: string;
  /** Behind the operator's proxies; without it, the peer. */ clientAddress?: string;
};

/** Behind no sign-in: nobody is known yet. */
export interface ServerEnv {
  Bindings: Bindings;
  Variables: Record<string, never>;
}

/** Behind `requireUser`: `owner` is whose things the routes read and write. */
export interface UserEnv {
  Bindings: Bindings;
  Variables: { user: User; owner: string; access: Access };
}
