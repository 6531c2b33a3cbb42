import type { Connection } from './connection.ts';
import { LibError } from './errors.ts';
import type { SettingEntry } from './frames.ts';
import { LARGEST_WINDOW, SettingId, settingName, UNLIMITED } from './settings.ts';

/** Ours, now that the peer has acknowledged them (nghttp2_session_update_local_settings). */
export function applyLocalSettings(connection: Connection, entries: readonly SettingEntry[]): void {
  for (const { id, value } of entries) {
    const name = settingName(id);
    if (name === undefined) continue;
    if (name === 'initialWindowSize') {
      // The window of every stream moves by the difference; it may become negative (RFC 9113, 6.9.2).
      const change = value - connection.localSettings.initialWindowSize;
      for (const stream of connection.streams.values()) stream.receiveWindow.size += change;
    }
    if (name === 'headerTableSize') connection.decoder.setTableLimit(value);
    connection.localSettings[name] = value;
  }
}

/** The peer's; the LibError where one is not allowed (RFC 9113, 6.5.2). */
export function applyRemoteSettings(connection: Connection, entries: readonly SettingEntry[]): number {
  const remote = connection.remoteSettings;
  // Until then the program's guess holds (`peerMaxConcurrentStreams`); a peer that says nothing sets no limit.
  if (!connection.remoteSettingsReceived) {
    connection.remoteSettingsReceived = true;
    remote.maxConcurrentStreams = UNLIMITED;
  }
  for (const { id, value } of entries) {
    const name = settingName(id);
    if (name === undefined) continue;
    // The first wrong one ends the connection; entries before it have taken effect, as in nghttp2.
    const wrong = breachOf(connection, id, value);
    if (wrong !== 0) return wrong;
    if (name === 'initialWindowSize') {
      const change = value - remote.initialWindowSize;
      for (const stream of connection.streams.values()) {
        // An error of the connection, though it is a stream's window (6.9.2).
        if (stream.sendWindow + change > LARGEST_WINDOW) return LibError.flowControl;
        stream.sendWindow += change;
      }
    }
    if (name === 'headerTableSize') connection.encoder.setTableLimit(value);
    remote[name] = value;
  }
  return 0;
}

function breachOf(connection: Connection, id: number, value: number): number {
  switch (id) {
    case SettingId.enablePush:
      // A server that sends 1 breaks RFC 9113, 6.5.2: pushes come from servers, so it has nothing to allow.
      return value > 1 || (value === 1 && !connection.isServer) ? LibError.proto : 0;
    case SettingId.initialWindowSize:
      return value > LARGEST_WINDOW ? LibError.flowControl : 0;
    case SettingId.maxFrameSize:
      // RFC 9113, 6.5.2: frames of 2^14 bytes are every endpoint's duty, the length field has 24 bits.
      return value < 16_384 || value > 16_777_215 ? LibError.proto : 0;
    case SettingId.enableConnectProtocol:
      // RFC 8441, 3: a 1 cannot be taken back, since requests that use it may be on their way.
      return value > 1 || (value === 0 && connection.remoteSettings.enableConnectProtocol === 1) ? LibError.proto : 0;
    default:
      return 0;
  }
}
