import { writeSync } from 'node:fs';
import { Errno, errnoName, strerror } from '@slipway/posix';
import { HelpRequest, UsageError } from '@slipway/shell/options';

/** A program that ends with this status and says why; thrown from anywhere in it. */
export class Failure extends Error {
  readonly status: number;

  constructor(message: string, status: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** Of programs that write to a pipe nobody reads: 128 and SIGPIPE. */
const BROKEN_PIPE = 141;

/**
 * Runs a program of ours: its status becomes the process's, `--help` prints `usage`, what it throws is a message
 * with its name before it; after a wrong usage comes `hint`.
 */
export function runProgram(
  name: string,
  usage: string,
  main: (args: readonly string[]) => number | Promise<number>,
  hint = `Try '${name} --help' for more information.`,
): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? BROKEN_PIPE : complain(name, errorText(error), 1));
  });
  // When the module stands whole: programs call this at their top.
  const started = Promise.resolve().then(() => main(process.argv.slice(2)));
  started.then(
    (status) => (process.exitCode = status),
    (error: unknown) => {
      if (error instanceof HelpRequest) process.stdout.write(usage);
      else if (error instanceof Failure) process.exitCode = complain(name, error.message, error.status);
      else if (error instanceof UsageError) {
        process.exitCode = complain(name, error.message, error.status);
        if (error.hint) writeSync(2, `${hint}\n`);
      } else process.exitCode = complain(name, errorText(error), 1);
    },
  );
}

/** Prints `<name>: <message>`, and is `status`. Written at once, so that it stands before what comes after. */
export function complain(name: string, message: string, status: number): number {
  // What begins with a line of its own has said who speaks.
  if (message !== '') writeSync(2, message.startsWith('\n') || name === '' ? `${message}\n` : `${name}: ${message}\n`);
  return status;
}

/** strerror(3) of an error of the system; the message of any other. */
export function errorText(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  const number = Object.values(Errno).find((each) => errnoName(each) === code);
  return number === undefined ? (error instanceof Error ? error.message : String(error)) : strerror(number);
}

/** Writes all of it, waiting while the reader is slow. */
export function print(data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(data, (error) => (error ? reject(error) : resolve()));
  });
}
