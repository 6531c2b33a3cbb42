// The door of the room: the image itself, and the names under which the container installs it.
export { appletNames, shellNames, type AppletName } from './applets/applet-names.ts';
export { SHELL_MARKER } from './process/program-search.ts';
export { runShell } from './run-shell.ts';
