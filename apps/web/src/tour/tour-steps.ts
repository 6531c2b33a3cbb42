/** Of `at` the first that is on the screen is pointed at. */
export interface TourStep {
  readonly title: string;
  readonly text: string;
  /** The panel that is brought to the front for it. */
  readonly panel?: string;
  /** What is pointed at, the first that is seen. */
  readonly at: readonly string[];
}

/** What somebody needs who is here for the first time, in the order in which they need it. */
export const TOUR_STEPS: readonly TourStep[] = [
  {
    title: 'Your files',
    text:
      'Everything of the project is in this tree. Right-click, drag, or drop files from your desktop. ' +
      '“Search” beside it finds and replaces in all of them.',
    panel: 'files',
    at: ['#panel-files'],
  },
  {
    title: 'The editor',
    text:
      'Type: what you type is saved by itself, and “Saved” means on the server. Ctrl+P opens a file by ' +
      'name, F1 has every command, Ctrl+. shows what can be mended.',
    at: ['.editor', '.welcome'],
  },
  {
    title: 'Run and preview',
    text:
      '“Run” installs the packages and starts the dev server, in this tab. The page is shown here and ' +
      'follows your edits; an error in it leads to its line.',
    panel: 'preview',
    at: ['#panel-preview'],
  },
  {
    title: 'The terminal',
    text:
      'A real shell with Node, npm, pnpm, yarn and git. Problems of your code and the timeline of all saves ' +
      'are in the tabs beside it.',
    panel: 'shell',
    at: ['#panel-shell'],
  },
  {
    title: 'Show it to others',
    text:
      '“Share” makes links: to a copy, a live preview, a frame of another site. “Publish” builds the ' +
      'project and gives it an address of its own.',
    at: ['.bar .primary', '.bar'],
  },
];

/** The step after this one; undefined behind the last. */
export const stepAfter = (step: number): number | undefined => (step + 1 < TOUR_STEPS.length ? step + 1 : undefined);
