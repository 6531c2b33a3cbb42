'use strict';

// The MessageEvent class without undici. Node takes it from undici, which
// compiles 763 KB at the first message of any port.
// Spec: https://html.spec.whatwg.org/multipage/comms.html#the-messageevent-interface

const {
  ArrayFrom,
  ObjectDefineProperties,
  ObjectFreeze,
  String,
  StringPrototypeToWellFormed,
  SymbolIterator,
  SymbolToStringTag,
  Symbol,
  TypeError,
} = primordials;

const { Event } = require('internal/event_target');
const { kEmptyObject, kEnumerableProperty } = require('internal/util');
const { codes: { ERR_MISSING_ARGS } } = require('internal/errors');

const kCreate = Symbol('kCreate');

let MessagePort;
function assertPort(value, name) {
  MessagePort ??= require('internal/worker/io').MessagePort;
  if (!(value instanceof MessagePort)) {
    throw new TypeError(`MessageEvent constructor: Expected eventInitDict.${name} ("${stringify(value)}") ` +
                        'to be an instance of MessagePort.');
  }
  return value;
}

function portsOf(ports) {
  if (typeof ports !== 'object' || ports === null || typeof ports[SymbolIterator] !== 'function') {
    throw new TypeError(`MessageEvent constructor: eventInitDict.ports (${stringify(ports)}) is not iterable.`);
  }
  return ArrayFrom(ports, (port, index) => assertPort(port, `ports[${index}]`));
}

// As undici's webidl shows a value.
function stringify(value) {
  const { inspect } = require('internal/util/inspect');
  return typeof value === 'object' || typeof value === 'string' ? inspect(value) : String(value);
}

class MessageEvent extends Event {
  #data = null;
  #origin = '';
  #lastEventId = '';
  #source = null;
  #ports;

  constructor(type, init = kEmptyObject, key = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    init ??= kEmptyObject;
    super(type, init);
    const { data, origin, lastEventId, source, ports } = init;
    if (data !== undefined) this.#data = data;
    if (key === kCreate) {
      if (origin !== undefined) this.#origin = origin;
      this.#ports = ports ?? [];
      return;
    }
    if (origin !== undefined) this.#origin = StringPrototypeToWellFormed(String(origin));
    if (lastEventId !== undefined) this.#lastEventId = String(lastEventId);
    if (source !== undefined && source !== null) this.#source = assertPort(source, 'source');
    this.#ports = ports === undefined ? [] : portsOf(ports);
  }

  get data() {
    return this.#data;
  }

  get origin() {
    return this.#origin;
  }

  get lastEventId() {
    return this.#lastEventId;
  }

  get source() {
    return this.#source;
  }

  get ports() {
    return ObjectFreeze(this.#ports);
  }

  // Like Node, returns a new event instead of changing this one.
  initMessageEvent(type, bubbles = false, cancelable = false, data = null,
                   origin = '', lastEventId = '', source = null, ports = []) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    return new MessageEvent(type, { bubbles, cancelable, data, origin, lastEventId, source, ports });
  }
}

ObjectDefineProperties(MessageEvent.prototype, {
  [SymbolToStringTag]: { __proto__: null, value: 'MessageEvent', configurable: true },
  data: kEnumerableProperty,
  origin: kEnumerableProperty,
  lastEventId: kEnumerableProperty,
  source: kEnumerableProperty,
  ports: kEnumerableProperty,
  initMessageEvent: kEnumerableProperty,
});
ObjectDefineProperties(MessageEvent, {
  length: { __proto__: null, value: 1, configurable: true },
});

module.exports = {
  MessageEvent,
  // For members known to be valid.
  createMessageEvent(type, init) {
    return new MessageEvent(type, init, kCreate);
  },
};
