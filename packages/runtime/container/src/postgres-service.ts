/**
 * PostgreSQL in the container (TC-09), started by the first who connects to its port.
 *
 *   none ──connect──▶ starting ──it listens──▶ serving ──it ends──▶ none
 *                        └──────it cannot──────────────────────────▶┘
 *
 * Whoever connects meanwhile waits in the kernel, and is sent away when it cannot start.
 */
import type { AsyncVfs } from '@slipway/vfs';
import { imageEntries } from './base-image.ts';
import type { HostProcess, HostSpawn } from './host/container-host.ts';

/** Where the image of `build/postgres-image.ts` is unpacked. */
export const POSTGRES_HOME = '/usr/local/lib/slipway/postgres';
/** PostgreSQL's port, assigned by IANA. */
export const POSTGRES_PORT = 5432;

export interface PostgresParts {
  readonly fs: Pick<AsyncVfs, 'importEntries'>;
  /** Folder for the databases; it outlives the page where `/home` does, and is in no snapshot. */
  readonly folder: string;
  /** The image; rejects where it cannot be had. */
  image(): Promise<ArrayBuffer>;
  spawn(request: HostSpawn): HostProcess | number;
  /** Sends away who waits for the port. */
  refuse(port: number): void;
}

/** The service; one in a container. */
export class PostgresService {
  readonly #parts: PostgresParts;
  #running = false;
  #unpacked: Promise<void> | undefined;

  constructor(parts: PostgresParts) {
    this.#parts = parts;
  }

  /** True where that port is its own, false elsewhere; it is being started from here on. */
  demand(port: number): boolean {
    if (port !== POSTGRES_PORT) return false;
    if (this.#running) return true;
    this.#running = true;
    this.#serve()
      .catch((error: unknown) => console.error(`Cannot start the database: ${String(error)}`))
      .finally(() => {
        this.#running = false;
        this.#parts.refuse(POSTGRES_PORT);
      });
    return true;
  }

  async #serve(): Promise<void> {
    this.#unpacked ??= this.#unpack();
    try {
      await this.#unpacked;
    } catch (error) {
      // The next who connects asks again: the server may have been away.
      this.#unpacked = undefined;
      throw error;
    }
    let said = '';
    const started = this.#parts.spawn({
      command: 'node',
      args: [`${POSTGRES_HOME}/postgres.cjs`, this.#parts.folder],
      cwd: '/',
      env: {},
      stdio: { kind: 'merged' },
      onOutput: (_, bytes) => {
        said = (said + new TextDecoder().decode(bytes)).slice(-4096);
      },
    });
    if (typeof started === 'number') throw new Error(`errno ${started}`);
    started.endInput();
    const { code } = await started.exit;
    if (code !== 0) throw new Error(`it ended: ${said}`);
  }

  async #unpack(): Promise<void> {
    const errno = await this.#parts.fs.importEntries('/', imageEntries(await this.#parts.image()));
    if (errno < 0) throw new Error(`it cannot be unpacked: errno ${errno}`);
  }
}
