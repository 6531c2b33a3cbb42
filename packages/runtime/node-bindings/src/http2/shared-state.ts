import type { Foreign } from '../realm/realm.ts';
import { type SettingEntry, defaultSettings, SettingId, type Settings } from '@slipway/http2';

/** Places in the arrays lib shares with the binding (src/node_http2_state.h). */
export const SessionIndex = {
  effectiveLocalWindow: 0,
  effectiveReceived: 1,
  nextStreamId: 2,
  localWindow: 3,
  lastProcessedId: 4,
  remoteWindow: 5,
  queueLength: 6,
  encoderTable: 7,
  decoderTable: 8,
} as const;

/**
 * IDX_STREAM_STATE_*: fields of `streamState`; the weights are constants since
 * priorities are not signalled any more.
 */
export const StreamIndex = {
  state: 0,
  weight: 1,
  sumWeight: 2,
  localClose: 3,
  remoteClose: 4,
  localWindow: 5,
} as const;

const OptionIndex = {
  maxEncoderTable: 0,
  maxReservedStreams: 1,
  maxSendHeaderBytes: 2,
  peerMaxConcurrentStreams: 3,
  padding: 4,
  maxHeaderPairs: 5,
  maxPings: 6,
  maxSettings: 7,
  maxSessionMemory: 8,
  maxSettingsEntries: 9,
  resetRate: 10,
  resetBurst: 11,
  laxSpace: 12,
} as const;
/** Place of the bits that say which options lib has set. */
const OPTION_FLAGS = 13;

/** Order of the settings in `settingsBuffer`; behind them the flags, then the custom ones. */
const SETTINGS: readonly (keyof Settings)[] = [
  'headerTableSize',
  'enablePush',
  'initialWindowSize',
  'maxFrameSize',
  'maxConcurrentStreams',
  'maxHeaderListSize',
  'enableConnectProtocol',
];
const SETTINGS_FLAGS = SETTINGS.length;
const CUSTOM_COUNT = SETTINGS_FLAGS + 1;
/** MAX_ADDITIONAL_SETTINGS of node_http2.h. */
const MOST_CUSTOM = 10;

/** Functions lib registers, in the order of `setCallbackFunctions`. */
export const CALLBACKS = [
  'error',
  'priority',
  'settings',
  'ping',
  'headers',
  'frameError',
  'goaway',
  'altsvc',
  'origin',
  'trailers',
  'streamClose',
] as const;
/** One of the functions that lib hands over once. */
export type CallbackName = (typeof CALLBACKS)[number];

/** One custom setting; `known` once it has a value from the peer. */
export interface CustomSetting {
  readonly id: number;
  value: number;
  known: boolean;
}

/**
 * `Http2State` of src/node_http2_state.h: one per realm. The arrays are the interface: lib writes settings and
 * options before a call and reads states after one.
 */
export class Http2State {
  readonly sessionState = new Float64Array(9);
  readonly streamState = new Float64Array(6);
  readonly settingsBuffer = new Uint32Array(CUSTOM_COUNT + 1 + 2 * MOST_CUSTOM);
  readonly optionsBuffer = new Uint32Array(OPTION_FLAGS + 1);
  readonly streamStats = new Float64Array(6);
  readonly sessionStats = new Float64Array(9);
  readonly #callbacks: Partial<Record<CallbackName, Foreign>> = {};

  setCallbacks(functions: readonly Foreign[]): void {
    for (const [at, name] of CALLBACKS.entries()) this.#callbacks[name] = functions[at];
  }

  callback(name: CallbackName): Foreign {
    return this.#callbacks[name];
  }

  /** An option lib has given, else `fallback`. */
  option(name: keyof typeof OptionIndex, fallback: number): number {
    const at = OptionIndex[name];
    return (this.optionsBuffer[OPTION_FLAGS]! & (1 << at)) === 0 ? fallback : this.optionsBuffer[at]!;
  }

  /** What lib has put into the buffer, as entries of a SETTINGS frame. */
  readSettings(): SettingEntry[] {
    const buffer = this.settingsBuffer;
    const entries = SETTINGS.flatMap((name, at) =>
      (buffer[SETTINGS_FLAGS]! & (1 << at)) === 0 ? [] : [{ id: SettingId[name], value: buffer[at]! }],
    );
    return [...entries, ...this.customEntries()];
  }

  customEntries(): SettingEntry[] {
    const buffer = this.settingsBuffer;
    return Array.from({ length: Math.min(buffer[CUSTOM_COUNT]!, MOST_CUSTOM) }, (_, at) => ({
      id: buffer[CUSTOM_COUNT + 1 + 2 * at]!,
      value: buffer[CUSTOM_COUNT + 2 + 2 * at]!,
    }));
  }

  /** Only custom settings the peer has given a value appear. */
  writeSettings(settings: Settings, custom: readonly CustomSetting[]): void {
    const buffer = this.settingsBuffer;
    for (const [at, name] of SETTINGS.entries()) buffer[at] = settings[name];
    const known = custom.filter((setting) => setting.known);
    buffer[CUSTOM_COUNT] = known.length;
    for (const [at, { id, value }] of known.entries()) {
      buffer[CUSTOM_COUNT + 1 + 2 * at] = id;
      buffer[CUSTOM_COUNT + 2 + 2 * at] = value;
    }
  }

  /** Http2Settings::RefreshDefaults: what `http2.getDefaultSettings()` shows. */
  writeDefaults(): void {
    // nghttp2 sets no limit here, the documented default is a window's worth.
    this.writeSettings({ ...defaultSettings(), maxHeaderListSize: 65_535 }, []);
    this.settingsBuffer[SETTINGS_FLAGS] = (1 << SETTINGS.length) - 1;
  }
}
