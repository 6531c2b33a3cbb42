import ignore from 'ignore';

const MOST_GLOBS = 100;

/**
 * Whether a path fits one of the globs; undefined where there is none. They are `.gitignore`'s, with `{a,b}` besides,
 * and one with a slash in it is looked for at any depth, unless it begins with `/` or `./`.
 */
export function makeGlobs(text: string): ((path: string) => boolean) | undefined {
  const globs = splitGlobs(text).flatMap(expandBraces).slice(0, MOST_GLOBS);
  if (globs.length === 0) return undefined;
  const rules = ignore({ ignorecase: false }).add(globs.map(anywhere));
  return (path) => rules.ignores(path);
}

const anywhere = (glob: string): string =>
  /^\.?\//.test(glob) ? glob.replace(/^\.\//, '/') : glob.startsWith('**/') ? glob : `**/${glob}`;

/** A comma inside of braces belongs to its glob: `*.{ts,tsx}` is one. */
function splitGlobs(text: string): string[] {
  const globs = [''];
  let depth = 0;
  for (const letter of text) {
    if (letter === '{') depth++;
    if (letter === '}') depth = Math.max(0, depth - 1);
    if (letter === ',' && depth === 0) globs.push('');
    else globs[globs.length - 1] += letter;
  }
  return globs.map((glob) => glob.trim()).filter((glob) => glob !== '');
}

/** One glob for each alternative; braces within braces are taken one after the other. */
function expandBraces(glob: string): string[] {
  let globs = [glob];
  for (let turn = 0; turn < 5; turn++) {
    globs = globs.flatMap((each) => {
      const [whole, inside] = /\{([^{}]*)\}/.exec(each) ?? [];
      return whole === undefined || inside === undefined
        ? [each]
        : inside.split(',').map((one) => each.replace(whole, () => one));
    });
    if (globs.length > MOST_GLOBS) return globs.slice(0, MOST_GLOBS);
  }
  return globs;
}
