import type { Realm } from '../realm/realm.ts';
import type { NativePort, Packet } from './port-handle.ts';

/**
 * The BroadcastChannels of one name in this thread. Members here get a message
 * at once, as from a port whose other side is in the same thread; other threads
 * of the process get it through the browser's BroadcastChannel.
 * Reference: SiblingGroup in Node src/node_messaging.cc.
 */
export class BroadcastGroups {
  readonly #realm: Realm;
  readonly #groups = new Map<string, { readonly native: BroadcastChannel; readonly members: Set<NativePort> }>();

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  /**
   * A member of the group as a native port: what it posts reaches every other member, in this thread and in others.
   */
  join(name: string): NativePort {
    const group = this.#groups.get(name) ?? this.#open(name);
    const { structuredClone } = this.#realm.host;
    const member: NativePort = {
      onmessage: null,
      postMessage(message) {
        // Closing one member leaves the others alone.
        if ((message as Packet).type === 'close') {
          member.close();
          return;
        }
        // Also where nobody hears it: what cannot be cloned is refused.
        group.native.postMessage(message);
        for (const other of group.members)
          // A copy for each member of this thread; the browser makes those of the others.
          if (other !== member) other.onmessage?.({ data: structuredClone(message), ports: [] });
      },
      close: () => {
        // Twice is once; the last one takes the browser's channel with it.
        if (!group.members.delete(member) || group.members.size > 0) return;
        group.native.close();
        this.#groups.delete(name);
      },
    };
    group.members.add(member);
    return member;
  }

  #open(name: string): { readonly native: BroadcastChannel; readonly members: Set<NativePort> } {
    // Other containers in the same browser have channels of the same names: the pid keeps processes apart.
    const native = new this.#realm.host.classes.BroadcastChannel(`slipway ${this.#realm.sys.start.pid} ${name}`);
    const group = { native, members: new Set<NativePort>() };
    native.onmessage = ({ data }) => {
      for (const member of group.members) member.onmessage?.({ data, ports: [] });
    };
    this.#groups.set(name, group);
    return group;
  }
}
