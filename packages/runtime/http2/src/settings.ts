/** Identifiers of RFC 9113, 6.5.2 and RFC 8441, 3. */
export const SettingId = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
  enableConnectProtocol: 8,
} as const;

/** A setting that has not been sent: no limit (RFC 9113, 6.5.2). */
export const UNLIMITED = 0xffffffff;
/** RFC 9113, 6.9.1: a flow-control window never gets larger. */
export const LARGEST_WINDOW = 0x7fffffff;
/** RFC 9113, 6.9.2: initial window of connection and streams. */
export const DEFAULT_WINDOW = 65_535;

/** One side's SETTINGS (RFC 9113, 6.5.2): each limits what the *other* side may send. */
export interface Settings {
  /** Bytes of the HPACK table by which the other side may compress. */
  headerTableSize: number;
  /** 0 or 1; 0 of a client forbids PUSH_PROMISE. */
  enablePush: number;
  maxConcurrentStreams: number;
  /** Bytes. Changes also move the windows of streams that are open (6.9.2), but never the connection's. */
  initialWindowSize: number;
  /** Bytes of payload, without the nine of the header. */
  maxFrameSize: number;
  /** Bytes, 32 more for each field (RFC 9113, 6.5.2). Advice: the sender is not held to it. */
  maxHeaderListSize: number;
  enableConnectProtocol: number;
}

/** The values both sides begin with (RFC 9113, 6.5.2). */
export function defaultSettings(): Settings {
  return {
    headerTableSize: 4096,
    enablePush: 1,
    maxConcurrentStreams: UNLIMITED,
    initialWindowSize: DEFAULT_WINDOW,
    maxFrameSize: 16_384,
    maxHeaderListSize: UNLIMITED,
    enableConnectProtocol: 0,
  };
}

const NAMES: Readonly<Record<number, keyof Settings>> = Object.fromEntries(
  Object.entries(SettingId).map(([name, id]) => [id, name as keyof Settings]),
);

/** The member a SETTINGS entry is about; `undefined` for one that is not ours to know. */
export function settingName(id: number): keyof Settings | undefined {
  return NAMES[id];
}
