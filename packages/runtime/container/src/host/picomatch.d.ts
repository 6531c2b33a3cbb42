/** The part of picomatch 4 in use; the package carries no types. */
declare module 'picomatch' {
  interface Options {
    readonly dot?: boolean;
    readonly nocase?: boolean;
  }
  function picomatch(patterns: string | string[], options?: Options): (path: string) => boolean;
  namespace picomatch {
    function scan(pattern: string): { base: string; glob: string; isGlob: boolean };
  }
  export default picomatch;
}
