import type { Foreign, Realm } from '../realm/realm.ts';
import { persistCompileCache } from '../modules/index.ts';
import { environmentOf } from './child-descriptors.ts';
import { traceExit } from './trace-exit.ts';

/** How a process ends itself: ReallyExit, Abort, CauseSegfault, Execve. Reference: Node src/node_process_methods.cc. */
export function createEndMethods(realm: Realm): Foreign {
  return {
    /** ReallyExit: 'exit' was emitted by lib; what is still queued never runs. */
    reallyExit(code: unknown): never {
      traceExit(realm, Number(code ?? 0) | 0);
      persistCompileCache(realm);
      return realm.sys.exit({ code: Number(code ?? 0) | 0, signal: null });
    },
    abort(): never {
      return realm.sys.exit({ code: null, signal: 'SIGABRT' });
    },
    causeSegfault(): never {
      return realm.sys.exit({ code: null, signal: 'SIGSEGV' });
    },

    /** Execve, src/node_process_methods.cc: only the standard descriptors survive; what fails aborts. */
    execve(path: string, args: readonly string[], envPairs: readonly string[]): never {
      const { sys } = realm;
      // Returns only when it failed; on success this worker is gone.
      const errno = sys.kernel.exec({
        file: sys.absolute(path),
        argv: args.length === 0 ? [path] : args,
        env: environmentOf(realm, envPairs),
        cwd: sys.cwd(),
        descriptors: [0, 1, 2].map((fd) => sys.descriptors.endOf(fd)),
        umask: sys.umask(),
      });
      const code = realm.requireBuiltin('util').getSystemErrorName(errno);
      // The frames alone: the first line would be that of the error made here.
      const stack = String(new Error().stack).split('\n').slice(1).join('\n');
      sys.descriptors.write(
        2,
        new realm.host.classes.TextEncoder().encode(`process.execve failed with error code ${code}\n${stack}\n`),
        null,
      );
      return sys.exit({ code: null, signal: 'SIGABRT' });
    },
  };
}
