export { appletNames, shellNames, type AppletName } from './applet-names.ts';
export { SHELL_MARKER } from './run/program-search.ts';
export { runShell } from './run-shell.ts';
