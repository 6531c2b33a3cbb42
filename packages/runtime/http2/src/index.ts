// A connection: its state, what comes in, what goes out.
export { Connection, type ConnectionEvents, type ReceivedFrame, type Verdict } from './connection.ts';
export { Receiver } from './receiver.ts';
export { type PaddingChoice, Sender } from './sender.ts';
export type { OutgoingData } from './stream-state.ts';

// Settings, and the bytes a session shares with lib.
export { defaultSettings, SettingId, type Settings } from './settings.ts';
export { SessionFields } from './session-fields.ts';

// Frames, header lists and errors by name.
export { encodeSettings, Flag, FrameType, latin1Bytes, type SettingEntry } from './frames.ts';
export { parseHeaderList } from './header-list.ts';
export type { HeaderField } from './hpack/hpack-encoder.ts';
export { ErrorCode, LibError, libErrorText, toErrorCode } from './errors.ts';
