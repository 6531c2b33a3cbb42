import type { OwnCommand } from './command.ts';

/** `%x09` and the like in a format, which the library does not know, become what they stand for. */
export const logFormat: OwnCommand = ({ args }) => {
  const replaced = args.map((arg) =>
    /^--(?:format|pretty)=/.test(arg)
      ? arg.replace(/%x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      : arg,
  );
  return replaced.some((arg, at) => arg !== args[at]) ? { args: replaced } : undefined;
};
