import type { User } from '@slipway/contracts';
import type { Db } from '@slipway/db';
import type { HttpBindings } from '@hono/node-server';
import type { Logger } from 'pino';
import type { TokenSigner } from '../auth/token-signer.ts';
import type { UserService } from '../auth/user-service.ts';
import type { Config } from '../config.ts';
import type { EventHub } from '../events/event-hub.ts';
import type { Hosts } from '../hosts/hosts.ts';
import type { RegistryMirror } from '../registry/registry-mirror.ts';

/** What a feature is built from. Made once in `start-server.ts`, handed down by argument. */
export interface Services {
  config: Config;
  hosts: Hosts;
  db: Db;
  log: Logger;
  signer: TokenSigner;
  users: UserService;
  events: EventHub;
  mirror: RegistryMirror;
  /** Folders of built browser files. */
  folders: { web: string; runtime: string };
}

/** Bindings are absent when a test calls `app.request()` without a socket. */
export interface ServerEnv {
  Bindings: Partial<HttpBindings>;
  Variables: Record<string, never>;
}

/** Behind `requireUser`. */
export interface UserEnv {
  Bindings: Partial<HttpBindings>;
  Variables: { user: User; owner: string; familyId: string };
}
