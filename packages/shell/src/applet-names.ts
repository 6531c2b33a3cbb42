/**
 * The commands of this image. For each of them the container makes a file (in
 * /usr/bin, or /bin for the shells) whose only line is `#!slipway:shell`.
 */
export const shellNames = ['sh', 'jsh', 'bash', 'dash'] as const;

export const appletNames = [
  '[', 'arch', 'awk', 'base64', 'basename', 'cat', 'chgrp', 'chmod', 'chown', 'clear', 'cmp', 'code', 'cp', 'cut', 'date', 'df', 'diff', 'dirname', 'du', 'echo', 'egrep',
  'env', 'expr', 'false', 'fgrep', 'find', 'grep', 'head', 'hostname', 'id', 'kill', 'killall', 'ln', 'ls', 'md5sum', 'mkdir', 'mktemp', 'mv', 'nl', 'nproc', 'open', 'paste', 'pgrep', 'pkill',
  'printenv', 'printf', 'ps', 'pwd', 'readlink', 'realpath', 'rev', 'rm', 'rmdir', 'sed', 'seq', 'sha1sum', 'sha256sum', 'sleep', 'sort', 'stat', 'stty', 'sync',
  'tac', 'tail', 'tee', 'test', 'timeout', 'touch', 'tr', 'true', 'tty', 'uname', 'uniq', 'wc', 'which', 'whoami', 'xargs', 'xdg-open', 'yes',
] as const;

export type AppletName = (typeof appletNames)[number];
