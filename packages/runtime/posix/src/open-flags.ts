/** O_* bits as on Linux x64. */
export const OpenFlags = {
  rdonly: 0,
  wronly: 1,
  rdwr: 2,
  accmode: 3,
  creat: 0o100,
  excl: 0o200,
  trunc: 0o1000,
  append: 0o2000,
  directory: 0o200000,
  nofollow: 0o400000,
} as const;
