/** Where a plugin runs in the tab: its answer is all that comes out, and whoever started it ends it. */
import { type CallResult, parseRecording, replayCall } from '@slipway/plugin-host';

/** What a call came to, as it can be posted and shown. */
export type TabAnswer =
  | { kind: 'called'; result: CallResult }
  /** No plugin, or no recording. */
  | { kind: 'refused'; message: string };

self.onmessage = ({ data }: MessageEvent<{ component: Uint8Array; recording: string }>) => {
  let answer: TabAnswer;
  try {
    answer = { kind: 'called', result: replayCall(data.component, parseRecording(data.recording)) };
  } catch (error) {
    answer = { kind: 'refused', message: error instanceof Error ? error.message : String(error) };
  }
  self.postMessage(answer);
};
