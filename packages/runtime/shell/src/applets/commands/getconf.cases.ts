import type { AppletCases } from '../../testing/applet-cases.ts';

/** The names that scripts ask for; of what differs by machine, that it is a number. */
export const cases: AppletCases = {
  same: String.raw`
getconf PAGE_SIZE; getconf PAGESIZE; getconf LONG_BIT; getconf CHAR_BIT; getconf INT_MAX; getconf UINT_MAX; getconf ARG_MAX
getconf _POSIX_VERSION; getconf POSIX2_VERSION; getconf CLK_TCK; getconf HOST_NAME_MAX; getconf IOV_MAX; getconf LINE_MAX
getconf NAME_MAX /; getconf PATH_MAX .; getconf PIPE_BUF /tmp
getconf _NPROCESSORS_ONLN | grep -c '^[0-9][0-9]*$'; getconf _NPROCESSORS_CONF | grep -c .
getconf INT_MIN; getconf SHRT_MAX; getconf USHRT_MAX; getconf WORD_BIT; getconf UCHAR_MAX; getconf LOGIN_NAME_MAX
getconf -a | grep -c '^PAGE_SIZE  *4096$'
getconf NOPE
getconf PATH_MAX
getconf NAME_MAX /nosuch
getconf
getconf A B C
`,
  ours: [
    {
      script: 'PATH=$(getconf PATH); command -v ls',
      prints: '/usr/bin/ls\n',
      why: "PATH is the container's own",
    },
  ],
};
