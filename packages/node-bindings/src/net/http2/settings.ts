/** Identifiers of RFC 9113, 6.5.2 and RFC 8441, 3. */
export const SettingId = { headerTableSize: 1, enablePush: 2, maxConcurrentStreams: 3, initialWindowSize: 4, maxFrameSize: 5, maxHeaderListSize: 6, enableConnectProtocol: 8 } as const;

export const UNLIMITED = 0xffffffff;
export const LARGEST_WINDOW = 0x7fffffff;
export const DEFAULT_WINDOW = 65_535;

/** What one side demands of the other. */
export interface Settings {
  headerTableSize: number;
  enablePush: number;
  maxConcurrentStreams: number;
  initialWindowSize: number;
  maxFrameSize: number;
  maxHeaderListSize: number;
  enableConnectProtocol: number;
}

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

const NAMES: Readonly<Record<number, keyof Settings>> = Object.fromEntries(Object.entries(SettingId).map(([name, id]) => [id, name as keyof Settings]));

/** The member a SETTINGS entry is about; `undefined` for one that is not ours to know. */
export function settingName(id: number): keyof Settings | undefined {
  return NAMES[id];
}
