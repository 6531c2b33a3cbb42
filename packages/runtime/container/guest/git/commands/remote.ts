import { type OwnCommand, parseOptions } from './command.ts';

/** `git remote` and `git remote -v`: what the configuration says. All else of remote is the library's. */
export const remote: OwnCommand = ({ repository, args, out }) => {
  const parsed = parseOptions(args, ['-v', '--verbose']);
  if (parsed === undefined || parsed.words.length > 0) return undefined;
  const names = Object.keys(repository.settings).flatMap((key) => /^remote\.(.+)\.url$/.exec(key)?.[1] ?? []);
  for (const name of names.toSorted()) {
    const url = repository.config(`remote.${name}.url`) ?? '';
    if (parsed.options.size === 0) out(`${name}\n`);
    else out(`${name}\t${url} (fetch)\n${name}\t${repository.config(`remote.${name}.pushurl`) ?? url} (push)\n`);
  }
  return 0;
};
