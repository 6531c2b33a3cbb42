/** “1 job”, “2 jobs”; the plural is given where it is more than an s. */
export const countOf = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;
