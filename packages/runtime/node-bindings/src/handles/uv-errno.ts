/** Error numbers of libuv that no system has (uv.h). */
export const UvErrno = {
  EOF: -4095,
  EAI_NONAME: -3008,
  EAI_NODATA: -3007,
} as const;
