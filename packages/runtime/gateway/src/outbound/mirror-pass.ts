/** What opens the registry mirror for a container, and how to get another where that is refused. */
export interface MirrorPass {
  current(): string | null;
  /** Another one than was refused; null where there is none. All who ask at once have one answer. */
  renew(refused: string | null): Promise<string | null>;
}

/** `ask` gets a pass from the host, or null. */
export function makeMirrorPass(first: string | null, ask: () => Promise<string | null>): MirrorPass {
  let pass = first;
  let asking: Promise<string | null> | undefined;
  return {
    current: () => pass,
    renew(refused) {
      // Somebody has renewed it while this request was under way.
      if (pass !== refused) return Promise.resolve(pass);
      asking ??= ask()
        .then((next) => {
          pass = next ?? pass;
          return next;
        })
        .finally(() => (asking = undefined));
      return asking;
    },
  };
}
